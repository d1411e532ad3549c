"""Time in a simulated call: a heap of due events in integer milliseconds.

Nothing waits: whoever runs the clock asks for the next due event, and time jumps to it. Events due in the same
millisecond happen in the order they were scheduled, so that a call never depends on how asyncio runs its tasks.
"""

from collections.abc import Awaitable, Callable
from heapq import heappop, heappush
from typing import TypeAlias

Happening: TypeAlias = Callable[[], Awaitable[None] | None]
"""What a due event does; virtual time stands still while it is awaited."""
Work: TypeAlias = Callable[[], Awaitable[Happening]]
"""What takes real time and no virtual time, and returns what follows from it."""


class Due:
    """An event that will happen unless it is cancelled."""

    __slots__ = ("_happening",)

    def __init__(self, happening: Happening) -> None:
        """Take what to do when the time has come."""
        self._happening: Happening | None = happening

    def cancel(self) -> None:
        """Make sure it does not happen; nothing if it already has."""
        self._happening = None

    @property
    def is_over(self) -> bool:
        """Whether it has happened or was cancelled."""
        return self._happening is None

    def take(self) -> Happening | None:
        """Return what to do, once; None when it was cancelled."""
        happening, self._happening = self._happening, None
        return happening


class VirtualClock:
    """A call's own time, from 0."""

    def __init__(self) -> None:
        """Start at 0 with nothing due."""
        self._now_ms = 0
        self._scheduled = 0
        # A moment, then who was scheduled first: plain tuples, which compare without a call.
        self._heap: list[tuple[int, int, Due]] = []
        self._alarm: Callable[[], None] | None = None
        self._go_on: Callable[[Work], None] | None = None

    def now_ms(self) -> int:
        """Return the current moment."""
        return self._now_ms

    def at(self, at_ms: int, happening: Happening) -> Due:
        """Schedule something for a moment that has not passed."""
        assert at_ms >= self._now_ms, f"{at_ms} ms has passed, it is {self._now_ms} ms"
        due = Due(happening)
        heappush(self._heap, (at_ms, self._scheduled, due))
        self._scheduled += 1
        if self._alarm is not None and self._heap[0][2] is due:
            self._alarm()
        return due

    def after(self, delay_ms: int, happening: Happening) -> Due:
        """Schedule something `delay_ms` from now."""
        return self.at(self._now_ms + delay_ms, happening)

    async def step(self, *, until_ms: int | None = None) -> bool:
        """Go to the next due event and let it happen; False when nothing is due any more, or only after `until_ms`."""
        while self._heap:
            if until_ms is not None and self._heap[0][0] > until_ms:
                return False
            at_ms, _, due = heappop(self._heap)
            happening = due.take()
            if happening is None:
                continue
            self._now_ms = at_ms
            waiting = happening()
            if waiting is not None:
                await waiting
            return True
        return False

    def next_ms(self) -> int | None:
        """Return when the next event is due; None when nothing is."""
        while self._heap and self._heap[0][2].is_over:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pass_to(self, at_ms: int) -> None:
        """Let time pass with nothing happening: up to a moment, but not beyond the next due event, and never back."""
        next_ms = self.next_ms()
        self._now_ms = max(self._now_ms, at_ms if next_ms is None else min(at_ms, next_ms))

    def ring(self, alarm: Callable[[], None]) -> None:
        """Call `alarm` whenever something is scheduled that is due before everything else."""
        self._alarm = alarm

    async def aside(self, work: Work) -> None:
        """Have something done that takes real time, then what follows from it.

        Time stands still meanwhile, unless whoever drives the clock lets it go on; then this returns at once, and what
        follows is an event of its own, due as soon as it is known.
        """
        if self._go_on is not None:
            self._go_on(work)
            return
        happening = await work()
        waiting = happening()
        if waiting is not None:
            await waiting

    def go_on_by(self, go_on: Callable[[Work], None] | None) -> None:
        """Let time go on while work is done aside: `go_on` does it and schedules what follows; None: stand still."""
        self._go_on = go_on
