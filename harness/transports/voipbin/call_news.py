"""What the platform tells of a call while it lasts, as events of the call: sessions, messages, tools, transcripts.

A call that was dialled has no id yet. The first call that comes in for the agent under test and is nobody else's is
taken to be ours; an AI made for this run is lent to one call at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from harness.model.call import Event
from harness.model.finding import Json
from harness.transports.voipbin.agent_words import AgentWords
from harness.transports.voipbin.event_reading import PlatformEvent
from harness.transports.voipbin.told_events import told_events


class Told(Protocol):
    """A call that is told what happened."""

    words: AgentWords

    def ms(self, at_s: float, /) -> int:
        """Return a moment of the wall clock on the call's."""
        ...

    def tell(self, event: Event, /) -> None:
        """Take an event; one of a call that is over is kept for later."""
        ...

    def tell_words(self) -> None:
        """Take note that more of the agent's words are known."""
        ...


@dataclass(slots=True, kw_only=True)
class Whose:
    """Which call, sessions and transcriptions of the platform belong to one call of ours."""

    targets: frozenset[str]
    """Ids of the AIs and the flow that are called."""
    claimed: set[str]
    """Ids of calls that are somebody's; shared by all calls of a transport."""
    call_id: str = ""
    aicall_ids: set[str] = field(default_factory=set)
    transcribe_ids: set[str] = field(default_factory=set)

    def owns(self, event: PlatformEvent) -> bool:
        """Return whether an event is about our call, learning from it what else is ours."""
        data, family = event.data, event.type.partition("_")[0]
        match family:
            case "call":
                return self._owns_call(str(data.get("id") or ""), data)
            case "aicall":
                is_ours = self._owns_session(data)
                if is_ours:
                    self.aicall_ids.add(str(data["id"]))
                return is_ours
            case "aimessage":
                return data.get("aicall_id") in self.aicall_ids
            case "transcribe" if data.get("reference_id"):
                if self.call_id and data["reference_id"] == self.call_id:
                    self.transcribe_ids.add(str(data["id"]))
                return False
            case "transcript" | "transcribe":
                return data.get("transcribe_id") in self.transcribe_ids
            case _:
                return False

    def _owns_call(self, id: str, data: Mapping[str, Json]) -> bool:
        destination = data.get("destination")
        target = destination.get("target") if isinstance(destination, Mapping) else None
        is_new = data.get("direction") == "incoming" and target in self.targets and data.get("status") != "hangup"
        return self._is_call(id, is_new=is_new)

    def _owns_session(self, data: Mapping[str, Json]) -> bool:
        if data.get("id") in self.aicall_ids:
            return True
        is_new = data.get("assistance_id") in self.targets and data.get("reference_type") == "call"
        return self._is_call(str(data.get("reference_id") or ""), is_new=is_new)

    def _is_call(self, id: str, *, is_new: bool) -> bool:
        if not self.call_id and is_new and id and id not in self.claimed:
            self.call_id = id
            self.claimed.add(id)
        return bool(id) and id == self.call_id


class CallNews:
    """Tells one call."""

    def __init__(self, call: Told, whose: Whose) -> None:
        """Take who is told, and of what."""
        self._call = call
        self._whose = whose

    def take(self, event: PlatformEvent) -> None:
        """Take what the platform told; nothing when it is about another call."""
        if not self._whose.owns(event):
            return
        at_ms, data = self._call.ms(event.at_s), event.data
        if event.type == "aimessage_intermediate":
            self._call.words.piece(str(data.get("content") or ""), is_first=data.get("sequence") == 0)
        elif event.type == "aimessage_created":
            for told in told_events((), [data], clock=lambda _: at_ms):
                self._call.tell(self._numbered(told))
        else:
            row = {"timestamp": event.at_s, "event_type": event.type, "data": data}
            for told in told_events([row], (), clock=lambda _: at_ms):
                self._call.tell(told)
        self._call.tell_words()

    def _numbered(self, event: Event) -> Event:
        if "reply" not in event.data:
            return event
        return replace(event, data={**event.data, "reply": self._call.words.reply(event.text)})
