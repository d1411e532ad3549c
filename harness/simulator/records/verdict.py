"""What an analysis says about an ended flow execution, worked out by rules from its events (version 3).

The platform has a language model write it; here every word follows from a count, so that the same call has the same
verdict. Absent blocks are absent keys, as on the platform.
"""

from collections.abc import Sequence
from typing import Final

from harness.simulator.kernel.world import Published
from harness.voipbin.analysis import Metrics, TurnEvent, measure
from harness.voipbin.resources import Record, written_time

VERSION: Final = 3
SLOW_MS: Final = 4_000
"""An answer that takes longer is worth a warning."""
_LONG_GAP_MS: Final = 15_000
_TURNS: Final = {"user": True, "assistant": False}
_SEVERITIES: Final = ("info", "warning", "error")
_RESULTS: Final = {
    "normal": "completed",
    "timeout": "completed",
    "amd": "completed",
    "busy": "busy",
    "noanswer": "no_answer",
    "cancel": "no_answer",
    "failed": "failed",
    "dialout": "failed",
}


def verdict(flow: Record, *, call: Record | None, touched: Sequence[Published]) -> Record:
    """Return the verdict on an execution.

    Args:
        flow: the execution.
        call: the call it ran in, if it ran in one.
        touched: its events, oldest first.
    """
    turns = _turns(touched)
    begun_ms = next((event.at_ms for event in touched if event.type == "aicall_status_progressing"), None)
    metrics = measure(turns, begun_ms=begun_ms)
    outcome = _outcome(call)
    issues = _issues(touched, turns=turns, metrics=metrics, begun_ms=begun_ms, outcome=outcome)
    worst = max((_SEVERITIES.index(issue["severity"]) for issue in issues), default=0)
    found: Record = {
        "version": VERSION,
        "overall_status": ("ok", "warning", "error")[worst],
        "session_context": _context(flow, call),
        "outcome": outcome,
        "metrics": metrics.document if turns else None,
        "narrative": _narrative(outcome, metrics, issues),
        "issues": issues,
        "interactions": _interactions(touched),
        "resources_used": _resources(touched),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _turns(touched: Sequence[Published]) -> tuple[TurnEvent, ...]:
    # The platform counts its pipeline's final transcriptions. Each of them is stored as a message at that moment, and
    # the messages are what is published here.
    return tuple(TurnEvent(at_ms=event.at_ms, is_user=_TURNS[event.data["role"]]) for event in _spoken(touched))


def _spoken(touched: Sequence[Published]) -> list[Published]:
    return [
        event
        for event in touched
        if event.type == "aimessage_created" and event.data["role"] in _TURNS and event.data["content"].strip()
    ]


def _outcome(call: Record | None) -> Record:
    if call is None:
        return {"result": "completed", "detail": "The flow ran to its end without a call."}
    if call["status"] != "hangup":
        return {"result": "in_progress", "detail": f"The call is {call['status']}."}
    reason, by = call["hangup_reason"], call["hangup_by"]
    # A call that was hung up before anybody answered has `normal` as its reason, too.
    result = "no_answer" if reason == "normal" and call["tm_progressing"] is None else _RESULTS.get(reason, "unknown")
    return {
        "result": result,
        "ended_by": by,
        "reason": reason,
        "detail": f"The call was hung up by the {'platform' if by == 'local' else 'far end'} ({reason}).",
    }


def _context(flow: Record, call: Record | None) -> Record:
    found = {
        "activeflow_id": flow["id"],
        "flow_id": flow["flow_id"],
        "reference_type": flow["reference_type"],
        "reference_id": flow["reference_id"],
        "direction": call["direction"] if call else None,
        "started_at": written_time(flow["tm_create"]),
        "ended_at": written_time(flow["tm_update"]),
        "duration_ms": flow["tm_update"] - flow["tm_create"],
    }
    return {name: value for name, value in found.items() if value is not None}


def _issues(
    touched: Sequence[Published],
    *,
    turns: Sequence[TurnEvent],
    metrics: Metrics,
    begun_ms: int | None,
    outcome: Record,
) -> list[Record]:
    spoken = _spoken(touched)
    issues: list[Record] = []
    if outcome["result"] in ("failed", "no_answer", "busy"):
        ended = [event for event in touched if event.type == "call_hangup"]
        issues.append(_issue("error", "call", f"The call did not come about: {outcome['result']}.", ended[-1:]))
    if begun_ms is not None and not metrics.turns_bot:
        began = [event for event in touched if event.type == "aicall_status_progressing"]
        issues.append(_issue("error", "llm", "The AI session began and the AI never said a word.", began))
    elif turns and turns[-1].is_user:
        issues.append(_issue("warning", "conversation", "The caller's last words were not answered.", spoken[-1:]))
    if (metrics.max_response_ms or 0) > SLOW_MS:
        summary = f"The slowest answer took {metrics.max_response_ms} ms."
        issues.append(_issue("warning", "latency", summary, []))
    elif (metrics.max_gap_ms or 0) > _LONG_GAP_MS:
        issues.append(_issue("info", "latency", f"Nobody spoke for {metrics.max_gap_ms} ms.", []))
    failed = [
        event
        for event in touched
        if event.type == "aimessage_created" and event.data["role"] == "tool" and '"failed"' in event.data["content"]
    ]
    if failed:
        issues.append(_issue("warning", "tool", f"{len(failed)} tool calls failed.", failed))
    return issues


def _issue(severity: str, area: str, summary: str, evidence: Sequence[Published]) -> Record:
    pointers = [
        {"timestamp": written_time(event.at_ms), "event_type": event.type, "id": event.data["id"]} for event in evidence
    ]
    return {"severity": severity, "area": area, "summary": summary, "evidence": pointers}


def _narrative(outcome: Record, metrics: Metrics, issues: Sequence[Record]) -> str:
    parts = [outcome["detail"]]
    if metrics.turns_user or metrics.turns_bot:
        parts.append(
            f"The caller had {metrics.turns_user} turns and the AI {metrics.turns_bot}, counted from stored messages."
        )
    parts += [issue["summary"] for issue in issues]
    return " ".join(dict.fromkeys(parts))


def _interactions(touched: Sequence[Published]) -> list[Record]:
    return [
        {
            "timestamp": written_time(event.at_ms),
            "speaker": "user" if event.data["role"] == "user" else "bot",
            "content": event.data["content"],
        }
        for event in _spoken(touched)
    ]


def _resources(touched: Sequence[Published]) -> list[Record]:
    used: dict[str, dict[str, None]] = {}
    for event in touched:
        used.setdefault(event.type.partition("_")[0], {})[event.data["id"]] = None
    return [{"type": type, "count": len(ids), "ids": list(ids)} for type, ids in used.items()]
