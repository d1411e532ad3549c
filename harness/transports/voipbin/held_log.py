"""The events of a real call, told in order of time although some are known late.

That the agent fell silent is known half a second later, the words of its turn later still. So what happened after the
last moment everything is known of waits, and what is told is in order. Whoever watches is told at once.
"""

import asyncio
import heapq
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.model.call import Event, EventKind, Fact, Role
from harness.telephone.clock import VirtualClock
from harness.telephone.log import EventLog


class Hold:
    """Keeps a log from telling what happened from a moment on."""

    __slots__ = ("at_ms",)

    def __init__(self, at_ms: int) -> None:
        """Hold what happened at this moment or later."""
        self.at_ms = at_ms


class Entry:
    """An event that was added; its text may still be filled in until it is told."""

    __slots__ = ("event",)

    def __init__(self, event: Event) -> None:
        """Take the event."""
        self.event = event

    def fill(self, text: str, **data: Fact) -> None:
        """Give the event its words, once somebody knows them."""
        self.event = replace(self.event, text=text, data={**self.event.data, **data})


class HeldLog(EventLog):
    """Stamps events, tells those who watch at once, and hands them out once nothing earlier can follow."""

    def __init__(self, clock: VirtualClock, *, certain_ms: Callable[[], int]) -> None:
        """Stamp with `clock`; what happened after `certain_ms()` waits."""
        super().__init__(clock)
        self._now_ms = clock.now_ms
        self._certain_ms = certain_ms
        self._heap: list[tuple[int, int, Entry]] = []
        self._added = 0
        self._told_ms = 0
        self.latest_ms = 0
        """The latest moment anything happened at."""
        self._holds: list[Hold] = []
        self._stirred = asyncio.Event()
        self._closed = False
        self._failure: BaseException | None = None

    def add(
        self, kind: EventKind, *, role: Role | None = None, text: str = "", data: Mapping[str, Fact] | None = None
    ) -> None:
        """Note that something happened just now."""
        self.note(kind, at_ms=self._now_ms(), role=role, text=text, data=data)

    def note(
        self,
        kind: EventKind,
        *,
        at_ms: int,
        role: Role | None = None,
        text: str = "",
        data: Mapping[str, Fact] | None = None,
    ) -> Entry:
        """Note that something happened at a moment, or is about to; a moment that was told already is moved up."""
        event = Event(at_ms=max(at_ms, self._told_ms), kind=kind, role=role, text=text, data=data or {})
        entry = Entry(event)
        heapq.heappush(self._heap, (event.at_ms, self._added, entry))
        self._added += 1
        self.latest_ms = max(self.latest_ms, event.at_ms)
        self.tell(event)
        self._stirred.set()
        return entry

    def hold(self, at_ms: int) -> Hold:
        """Tell nothing that happened at a moment or later, until released."""
        hold = Hold(at_ms)
        self._holds.append(hold)
        return hold

    def release(self, hold: Hold) -> None:
        """Let go what was held; nothing when it was let go already."""
        if hold in self._holds:
            self._holds.remove(hold)
            self._stirred.set()

    def stir(self) -> None:
        """Look again whether something can be told: time has passed."""
        if self._heap:
            self._stirred.set()

    def close(self, failure: BaseException | None = None) -> None:
        """Tell everything that waits, in order, and then nothing more, or fail."""
        self._closed = True
        self._failure = self._failure or failure
        self._stirred.set()

    async def next(self) -> Event | None:
        """Return what happened next, as soon as that is certain; None when all was told of a log that was closed."""
        while True:
            self._stirred.clear()
            entry = self._ready()
            if entry is not None:
                self._told_ms = entry.event.at_ms
                return entry.event
            if self._closed and not self._heap:
                if self._failure is not None:
                    raise self._failure
                return None
            await self._stirred.wait()

    def _ready(self) -> Entry | None:
        if not self._heap:
            return None
        at_ms = self._heap[0][0]
        if any(at_ms >= hold.at_ms for hold in self._holds) or not (self._closed or at_ms <= self._certain_ms()):
            return None
        return heapq.heappop(self._heap)[2]
