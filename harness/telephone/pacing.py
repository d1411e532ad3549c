"""What makes a served platform's time pass: the virtual clock follows the wall clock, or runs ahead of it.

In a call of its own a simulated platform has whoever asks for the next event to move its clock. Over the network
nobody asks, so that a task does it. Between events, time follows the wall clock in either pace. In real time it also
goes on while a recogniser listens aside: one call's words must not stop the sound of all others.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from harness.telephone.clock import VirtualClock, Work

LOGGER: Final = logging.getLogger(__name__)


class Pace(StrEnum):
    """How fast a served platform lives."""

    REAL_TIME = "real-time"
    """A call takes as long as it would on the telephone."""
    FAST = "fast"
    """What is due happens at once."""


class Driver:
    """Drives one clock."""

    def __init__(self, clock: VirtualClock, *, pace: Pace, now: Callable[[], float] = time.monotonic) -> None:
        """Take the clock, and the wall clock in seconds from an arbitrary start."""
        self._clock = clock
        self._pace = pace
        self._now = now
        self._wall_s = now()
        self._virtual_ms = clock.now_ms()
        self._is_stepping = False
        self._listeners = 0
        self._woken = asyncio.Event()
        self._asides: set[asyncio.Task[None]] = set()
        clock.ring(self._woken.set)
        self._choose_asides()

    def catch_up(self) -> None:
        """Move the clock to where the wall clock is, unless something is due before; asked at every request."""
        # Virtual time stands still while an event is happening, however long a service takes over it.
        if not self._is_stepping:
            self._clock.pass_to(self._wall_ms())

    def moment_ms(self, at_s: float) -> int:
        """Return a moment of the wall clock on the clock that is driven."""
        return self._virtual_ms + int((at_s - self._wall_s) * 1000)

    @contextmanager
    def live(self) -> Iterator[None]:
        """Live in real time meanwhile, whatever the pace: somebody listens to a call as it sounds."""
        self._listeners += 1
        self._choose_asides()
        try:
            yield
        finally:
            self._listeners -= 1
            self._choose_asides()
            self._woken.set()

    async def run(self) -> None:
        """Let happen what is due, until cancelled."""
        try:
            await self._run()
        finally:
            for aside in tuple(self._asides):
                aside.cancel()

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            next_ms = self._clock.next_ms()
            if next_ms is not None and (self._is_fast or next_ms <= self._wall_ms()):
                await self._step()
                continue
            try:
                async with asyncio.timeout(None if next_ms is None else (next_ms - self._wall_ms()) / 1000):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _step(self) -> None:
        self._is_stepping = True
        try:
            await self._clock.step()
        except Exception:
            # One call that breaks must not stop the time of all others.
            LOGGER.exception("an event of the platform failed at %d ms", self._clock.now_ms())
        finally:
            self._is_stepping = False
        ahead_ms = self._clock.now_ms()
        if ahead_ms > self._wall_ms():
            self._wall_s, self._virtual_ms = self._now(), ahead_ms
        # Requests are to be answered between two events, however many are due.
        await asyncio.sleep(0)

    @property
    def _is_fast(self) -> bool:
        return self._pace is Pace.FAST and not self._listeners

    def _wall_ms(self) -> int:
        return self.moment_ms(self._now())

    def _choose_asides(self) -> None:
        self._clock.go_on_by(None if self._is_fast else self._do_aside)

    def _do_aside(self, work: Work) -> None:
        aside = asyncio.create_task(self._aside(work))
        self._asides.add(aside)
        aside.add_done_callback(self._asides.discard)

    async def _aside(self, work: Work) -> None:
        try:
            happening = await work()
        except Exception:
            LOGGER.exception("work of the platform failed at %d ms", self._clock.now_ms())
            return
        self.catch_up()
        self._clock.after(0, happening)
