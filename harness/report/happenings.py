"""What happened in a call beside speech, in plain words: tools, keys, transfers, faults, a session that is gone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from harness.model.call import Call, Event, EventKind, Role
from harness.report.numbers import clock

Tone = Literal["plain", "bad", "asked"]
"""`asked` is a fault that the case itself asked for."""

_CONNECT_ENDS = {
    "busy": "was busy",
    "noanswer": "did not answer",
    "no_answer": "did not answer",
    "rejected": "refused the call",
    "rejects": "refused the call",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningView:
    """One thing that happened."""

    at_ms: int
    kind: EventKind
    clock: str
    start_s: str
    words: str
    detail: str = ""
    """What was written or answered; shown as it is."""
    tone: Tone = "plain"


def view_happenings(call: Call) -> tuple[HappeningView, ...]:
    """Return what happened beside speech, in order of time."""
    return tuple(_happenings(call.events, connected=_connected(call.events), end_ms=call.duration_ms))


def _happenings(events: Sequence[Event], *, connected: frozenset[object], end_ms: int) -> Iterator[HappeningView]:
    for event in events:
        told = _told(event, connected=connected, end_ms=end_ms)
        if told is not None:
            words, detail, tone = told
            yield HappeningView(
                at_ms=event.at_ms,
                kind=event.kind,
                clock=clock(event.at_ms),
                start_s=f"{event.at_ms / 1000:.3f}",
                words=words,
                detail=detail,
                tone=tone,
            )


def _told(event: Event, *, connected: frozenset[object], end_ms: int) -> tuple[str, str, Tone] | None:
    data = event.data
    match event.kind:
        case EventKind.TOOL_CALLED:
            return f"the agent used {event.text}", str(data.get("arguments") or ""), "plain"
        case EventKind.TOOL_RETURNED if data.get("ok") is False:
            return f"{data.get('name') or 'the tool'} failed", event.text, "bad"
        case EventKind.TOOL_RETURNED:
            return f"{data.get('name') or 'the tool'} answered", event.text, "plain"
        case EventKind.DTMF if event.role is not Role.CALLER:
            return f"the platform pressed {event.text}", "", "plain"
        case EventKind.CONNECTING:
            return f"the platform phones {data.get('target')}", "", "plain"
        case EventKind.CONNECTED:
            return f"the caller is connected with {data.get('target')}", "", "plain"
        case EventKind.CONNECT_ENDED:
            return _connect_ended(data, was_connected=data.get("target") in connected)
        case EventKind.PIPELINE_ENDED:
            why = "after 300 s without speech" if data.get("reason") == "idle" else "it died"
            return f"the AI session is gone ({why}); the call goes on in silence", "", "bad"
        case EventKind.AICALL_TERMINATED if event.at_ms < end_ms:
            return "the AI session is over; the flow goes on", "", "plain"
        case EventKind.FAULT_INJECTED:
            return f"fault, asked for by the case: {event.text or data.get('kind')}", "", "asked"
        case EventKind.SERVICE_FAILED:
            return f"the service {data.get('service', '')} failed".replace("  ", " "), event.text, "bad"
        case _:
            return None


def _connect_ended(data: Mapping[str, object], *, was_connected: bool) -> tuple[str, str, Tone]:
    target, reason = data.get("target"), str(data.get("reason") or "")
    if was_connected:
        return f"the connection with {target} is over", "", "plain"
    return f"{target} {_CONNECT_ENDS.get(reason, 'was not reached')}", "", "bad"


def _connected(events: Sequence[Event]) -> frozenset[object]:
    return frozenset(event.data.get("target") for event in events if event.kind is EventKind.CONNECTED)
