"""What the platform kept of a call, as its page shows it: summary, messages, tools, transcripts and the rest."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from harness.model.finding import Json, Resource
from harness.report.numbers import clock, count
from harness.report.words import FoldedText, fold_text
from harness.voipbin.times import read_offset_ms, read_time

_SPEAKERS = {"in": "caller", "out": "platform"}
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
"""Stands for a time nobody can read."""
_ON_THEIR_OWN = frozenset({"aimessage", "line", "proof", "summary", "transcript", "variables"})
"""Kinds that have a place of their own on the page."""
_OURS = frozenset({"line", "proof"})
"""Kinds that we add ourselves."""
_NAMES = {
    "activeflow": "flow execution",
    "aicall": "AI call",
    "account": "account",
    "sip_analysis": "SIP analysis",
    "transcribe": "transcription",
}
_TELLING = (
    "status",
    "assistance_type",
    "ai_engine_model",
    "stt_language",
    "direction",
    "language",
    "format",
    "hangup_reason",
    "hangup_by",
    "balance_credit",
    "balance_token",
    "rtcp_stats",
    "id",
)
"""Fields worth a place in the list of everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLine:
    """A message or a transcribed sentence."""

    who: str
    clock: str
    """Empty where the platform gives no offset."""
    text: FoldedText


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRow:
    """One use of a tool as the platform stored it."""

    name: str
    arguments: str
    result: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """Everything the platform kept."""

    summaries: tuple[str, ...]
    messages: tuple[KeptLine, ...]
    tools: tuple[ToolRow, ...]
    transcripts: tuple[KeptLine, ...]
    variables: tuple[tuple[str, str], ...]
    """Those that have a value."""
    others: tuple[tuple[str, str], ...]
    """(kind, what is telling about it)"""
    size: str
    """`8 messages, 4 transcripts`."""


def view_kept(resources: Sequence[Resource]) -> KeptView | None:
    """Return what to show of a call's resources; None when there are none."""
    if not resources:
        return None
    messages = _in_time([each for each in resources if each.kind == "aimessage"], "tm_create")
    transcripts = _in_time([each for each in resources if each.kind == "transcript"], "tm_transcript")
    return KeptView(
        summaries=tuple(each.text("content") for each in resources if each.kind == "summary" and each.text("content")),
        messages=tuple(_message(each) for each in messages if each.text("content")),
        tools=tuple(_tools(messages)),
        transcripts=tuple(_transcript(each) for each in transcripts),
        variables=tuple(
            (name, _plain(value))
            for each in resources
            if each.kind == "variables"
            for name, value in sorted(each.fields.items())
            if value not in (None, "")
        ),
        others=tuple(
            (_NAMES.get(each.kind, each.kind), ", ".join(_telling(each)))
            for each in resources
            if each.kind not in _ON_THEIR_OWN
        ),
        size=_size(
            messages=len(messages),
            transcripts=len(transcripts),
            others=sum(each.kind not in _OURS for each in resources),
        ),
    )


def _message(resource: Resource) -> KeptLine:
    return KeptLine(who=resource.text("role") or "unknown", clock="", text=fold_text(resource.text("content")))


def _transcript(resource: Resource) -> KeptLine:
    direction = resource.text("direction")
    return KeptLine(
        who=_SPEAKERS.get(direction, direction or "unknown"),
        clock=_offset(resource.text("tm_transcript")),
        text=fold_text(resource.text("message")),
    )


def _tools(messages: Sequence[Resource]) -> Iterator[ToolRow]:
    results = {each.text("tool_call_id"): each for each in messages if each.text("tool_call_id")}
    for message in messages:
        calls = message.fields.get("tool_calls")
        for call in calls if isinstance(calls, list) else []:
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                result = _outcome(results.get(str(call.get("id"))))
                yield ToolRow(
                    name=_plain(function.get("name")),
                    arguments=_plain(function.get("arguments")),
                    result=result[0],
                    message=result[1],
                )


def _outcome(message: Resource | None) -> tuple[str, str]:
    """Return whether a tool worked and what it told, from the message its result was stored as."""
    if message is None:
        return "no result", ""
    try:
        stored = Resource(kind="result", fields=_document(message.text("content")))
    except ValueError:
        return "", message.text("content")
    return stored.text("result") or stored.text("status"), stored.text("message") or stored.text("error")


def _document(text: str) -> dict[str, Json]:
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("no object")
    return document


def _telling(resource: Resource) -> Iterator[str]:
    for field in _TELLING:
        value = resource.fields.get(field)
        if value not in (None, "", {}, []):
            yield _plain(value) if field == "status" else f"{field.replace('_', ' ')} {_plain(value)}"


def _in_time(resources: list[Resource], field: str) -> list[Resource]:
    """Return resources oldest first; of equal times, in the order of the list, whichever way round it came."""
    times = [read_time(each.text(field)) or _EARLIEST for each in resources]
    newest_first = bool(times) and times[0] > times[-1]
    return sorted(
        reversed(resources) if newest_first else resources, key=lambda each: read_time(each.text(field)) or _EARLIEST
    )


def _offset(stamp: str) -> str:
    offset_ms = read_offset_ms(stamp)
    return "" if offset_ms is None else clock(offset_ms)


def _size(*, messages: int, transcripts: int, others: int) -> str:
    parts = (
        count(messages, "message") if messages else "",
        count(transcripts, "transcribed sentence") if transcripts else "",
        count(others - messages - transcripts, "other thing") if others > messages + transcripts else "",
    )
    return ", ".join(part for part in parts if part)


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
