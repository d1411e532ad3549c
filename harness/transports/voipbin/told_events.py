"""What a platform keeps of a call, as events on the call's own clock: what a simulated call tells as it happens."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from harness.model.call import Event, EventKind, Fact
from harness.model.finding import Json
from harness.voipbin.resources import Record

Clock: TypeAlias = Callable[[object], int | None]
"""Reads a time of the platform on the call's clock."""

DTMF_MESSAGE: Final = "type: DTMF_EVENT"
"""How a message begins that stands for a key (contract 3.6)."""
_SESSION: Final = {
    kind.value: kind
    for kind in (
        EventKind.AICALL_INITIALIZING,
        EventKind.AICALL_PROGRESSING,
        EventKind.AICALL_TERMINATING,
        EventKind.AICALL_TERMINATED,
    )
}
_IN: Final = "in"
"""What the caller says, as transcriptions name it."""


def told_events(
    timeline: Sequence[Record], messages: Sequence[Record], *, actions: Sequence[Record] = (), clock: Clock
) -> tuple[Event, ...]:
    """Return the events of a call in order of time.

    Args:
        timeline: Everything that happened, as `{timestamp, event_type, data}`, oldest first; may be empty.
        messages: What was said and done in its sessions, oldest first.
        actions: What its flow executed, oldest first.
        clock: The call's clock.
    """
    told = [*_of_actions(actions, clock), *_of_timeline(timeline, clock), *_of_messages(messages, clock)]
    return tuple(sorted(told, key=lambda event: event.at_ms))


def _of_timeline(timeline: Sequence[Record], clock: Clock) -> Iterator[Event]:
    for row in timeline:
        at_ms, data, kind = clock(row.get("timestamp")), row.get("data"), str(row.get("event_type") or "")
        if at_ms is None or not isinstance(data, Mapping):
            continue
        if kind in _SESSION:
            yield Event(at_ms=at_ms, kind=_SESSION[kind])
        elif kind == EventKind.TRANSCRIPT_INTERIM and data.get("direction") == _IN:
            yield _understood(EventKind.TRANSCRIPT_INTERIM, data, at_ms, by="transcribe")
        elif kind == EventKind.TRANSCRIPT_FINAL and data.get("direction") == _IN:
            yield _understood(EventKind.TRANSCRIPT_FINAL, data, at_ms, by="transcribe")


def _of_actions(actions: Sequence[Record], clock: Clock) -> Iterator[Event]:
    for action in actions:
        at_ms = clock(action.get("tm_execute"))
        if at_ms is not None:
            data: dict[str, Fact] = {"type": str(action.get("type") or ""), "id": str(action.get("id") or "")}
            yield Event(at_ms=at_ms, kind=EventKind.ACTION_ENTERED, data=data)


def _of_messages(messages: Sequence[Record], clock: Clock) -> Iterator[Event]:
    names: dict[str, str] = {}
    replies = 0
    for message in messages:
        at_ms = clock(message.get("tm_create"))
        if at_ms is None:
            continue
        role, text = str(message.get("role") or ""), str(message.get("content") or "")
        data: dict[str, Fact] = {"role": role}
        if role == "assistant" and text.strip():
            data["reply"] = replies
            replies += 1
        yield Event(at_ms=at_ms, kind=EventKind.MESSAGE_CREATED, text=text, data=data)
        match role:
            case "user" if not text.startswith(DTMF_MESSAGE):
                # The platform stores what its recogniser finally made of the caller's words, and nothing else.
                yield Event(at_ms=at_ms, kind=EventKind.TRANSCRIPT_FINAL, text=text, data={"by": "session"})
            case "assistant":
                yield from _tools_called(message, at_ms, names)
            case "tool":
                yield _tool_returned(message, at_ms, names)
            case _:
                pass


def _understood(kind: EventKind, data: Mapping[str, Json], at_ms: int, *, by: str) -> Event:
    return Event(at_ms=at_ms, kind=kind, text=str(data.get("message") or ""), data={"by": by})


def _tools_called(message: Record, at_ms: int, names: dict[str, str]) -> Iterator[Event]:
    for call in message.get("tool_calls") or ():
        function = call.get("function") if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping):
            continue
        id, name = str(call.get("id") or ""), str(function.get("name") or "")
        names[id] = name
        arguments = str(function.get("arguments") or "")
        yield Event(at_ms=at_ms, kind=EventKind.TOOL_CALLED, text=name, data={"id": id, "arguments": arguments})


def _tool_returned(message: Record, at_ms: int, names: Mapping[str, str]) -> Event:
    text = str(message.get("content") or "")
    stored = _object(text)
    id = str(message.get("tool_call_id") or stored.get("tool_call_id") or "")
    # An answer that does not say that it failed is taken for one.
    is_ok = str(stored.get("result") or stored.get("status") or "success") in ("success", "ok")
    said = str(stored.get("message") or text)
    data: dict[str, Fact] = {"id": id, "name": names.get(id, ""), "ok": is_ok}
    return Event(at_ms=at_ms, kind=EventKind.TOOL_RETURNED, text=said, data=data)


def _object(text: str) -> Mapping[str, Json]:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, Mapping) else {}
