"""Reads events as the event socket carries them: in both shapes, and each once (contract section 6.4).

The platform publishes every event on two topics, on one with its type and on the other the bare resource, so that a
broad subscription gets it twice.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from harness.model.finding import Json
from harness.voipbin.resources import Record

_REMEMBERED: Final = 4_096
"""Events that are still known when their twin comes; it comes within a moment."""

_Key: TypeAlias = tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEvent:
    """One thing the platform told while it happened."""

    type: str
    """Such as `call_hangup`. Of an event that came without one it is concluded; empty where that is not possible."""
    data: Record = field(repr=False)
    """The resource, as the API shows it."""
    at_s: float
    """When it arrived, in seconds of the client's clock."""


class EventReader:
    """Reads one socket's messages, in order."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._types: OrderedDict[_Key, set[str]] = OrderedDict()

    def read(self, message: str | bytes, *, at_s: float) -> PlatformEvent | None:
        """Return the event of a message; None for one that was told already, or is none."""
        try:
            document = json.loads(message)
        except (ValueError, RecursionError):
            return None
        match document:
            case {"type": str(type_), "data": dict(data)}:
                is_told = type_ in self._known(data)
            case dict(data) if data:
                is_told = bool(self._known(data))
                type_ = concluded_type(data)
            case _:
                return None
        if is_told:
            return None
        self._known(data).add(type_)
        return PlatformEvent(type=type_, data=data, at_s=at_s)

    def _known(self, data: Mapping[str, Json]) -> set[str]:
        """Return the types under which this state of a resource was told."""
        types = self._types.setdefault(_key(data), set())
        if len(self._types) > _REMEMBERED:
            self._types.popitem(last=False)
        return types


def concluded_type(data: Mapping[str, Json]) -> str:
    """Return the type an event without one must have had; empty where several come into question."""
    status = str(data.get("status") or "")
    match data:
        case {"aicall_id": _, "sequence": _}:
            return "aimessage_intermediate"
        case {"aicall_id": _, "role": _}:
            return "aimessage_created"
        case {"assistance_type": _}:
            return f"aicall_status_{'initializing' if status == 'initiating' else status}"
        case {"source": _, "destination": _, "hangup_by": _}:
            return f"call_{status}"
        case {"transcribe_id": _, "tm_transcript": _}:
            return "transcript_created"
        case {"reference_type": _, "format": _}:
            return {"recording": "recording_started", "ended": "recording_finished"}.get(status, "")
        case {"reference_type": _, "language": _, "content": _}:
            return "summary_updated" if data["content"] else "summary_created"
        case {"reference_type": _, "language": _, "direction": _} if status:
            return f"transcribe_{status}"
        case _:
            return ""


def _key(data: Mapping[str, Json]) -> _Key:
    if data.get("id"):
        at = data.get("tm_update") or data.get("tm_create")
        return data["id"], at, _plain(data.get("sequence")), _plain(data.get("status"))
    # Speech on a line has no id of its own.
    return tuple(_plain(data.get(name)) for name in ("transcribe_id", "direction", "tm_event", "message"))


def _plain(value: Json) -> Json:
    return value if isinstance(value, str | int | float | None) else json.dumps(value, sort_keys=True)
