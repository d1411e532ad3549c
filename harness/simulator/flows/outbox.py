"""What a flow or a tool sends out of the platform: kept and told, never delivered to anybody outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.telephone.clock import VirtualClock


class SentKind(StrEnum):
    """What is sent."""

    CASE = "case"
    CONVERSATION = "conversation_message"
    EMAIL = "email"
    MESSAGE = "message"
    """An SMS."""
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One thing that went out."""

    kind: SentKind
    id: str
    at_ms: int
    activeflow_id: str
    data: Mapping[str, Any]
    """What was asked for, such as destinations and text."""


class Outbox:
    """Keeps what went out, in order."""

    def __init__(self, clock: VirtualClock, *, new_id: Callable[[], str]) -> None:
        """Begin empty."""
        self._clock = clock
        self._new_id = new_id
        self.sent: list[Sent] = []
        self._watchers: list[Callable[[Sent], None]] = []

    def watch(self, watcher: Callable[[Sent], None]) -> None:
        """Call `watcher` with everything sent from now on."""
        self._watchers.append(watcher)

    def send(self, kind: SentKind, data: Mapping[str, Any], *, activeflow_id: str) -> Sent:
        """Send something."""
        sent = Sent(
            kind=kind, id=self._new_id(), at_ms=self._clock.now_ms(), activeflow_id=activeflow_id, data=dict(data)
        )
        self.sent.append(sent)
        for watcher in self._watchers:
            watcher(sent)
        return sent
