"""The call's truth as it grows: every event, stamped with the call's own time."""

from collections import deque
from collections.abc import Callable, Mapping

from harness.model.call import Event, EventKind, Fact, Role
from harness.telephone.clock import VirtualClock


class EventLog:
    """Stamps events, tells those who watch, and hands them out one by one in order."""

    def __init__(self, clock: VirtualClock) -> None:
        """Stamp with `clock`."""
        self._clock = clock
        self._waiting: deque[Event] = deque()
        self._watchers: list[Callable[[Event], None]] = []

    def watch(self, watcher: Callable[[Event], None]) -> None:
        """Call `watcher` with every event from now on, at the moment it happens."""
        self._watchers.append(watcher)

    def add(
        self, kind: EventKind, *, role: Role | None = None, text: str = "", data: Mapping[str, Fact] | None = None
    ) -> None:
        """Note that something happened just now."""
        event = Event(at_ms=self._clock.now_ms(), kind=kind, role=role, text=text, data=data or {})
        self._waiting.append(event)
        self.tell(event)

    def tell(self, event: Event) -> None:
        """Tell those who watch of an event."""
        for watcher in self._watchers:
            watcher(event)

    def take(self) -> Event | None:
        """Return the oldest event not yet handed out, or None."""
        return self._waiting.popleft() if self._waiting else None
