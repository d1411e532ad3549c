"""A far end on no network at all, in real time: it hears what is written 20 ms at a time, and speaks to a plan."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from harness.audio.clip import Clip
from harness.interfaces.carriers import (
    CarrierEvent,
    CarrierEventKind,
    CarrierReport,
    Ending,
    SoundIn,
)
from tests.virtual_loop import now

FRAME = 320
QUIET = bytes(FRAME)


def voice(duration_ms: int, *, level: float = 0.2) -> Clip:
    """Return a tone that wavers like speech, with its first and last sample loud."""
    t = np.arange(duration_ms * 8) / 8000
    values = level * np.sign(np.sin(2 * np.pi * 220 * t)) * (0.8 + 0.2 * np.cos(2 * np.pi * 3 * t))
    return Clip.of_floats(values, 8000)


@dataclass
class FarEnd:
    """A carrier. Times of its plan are milliseconds from the answer."""

    says: Sequence[tuple[int, Clip]] = ()
    answers: Sequence[tuple[int, Clip]] = ()
    """One after each of the caller's utterances: (how long after its end, what)."""
    yields_after_ms: int | None = None
    """How long into the caller's speech it falls silent; None: it talks on."""
    answer_after_ms: int = 60
    ending: Ending | None = None
    """How it ends instead of being answered."""
    ends_after_ms: int | None = None
    ends_with: Ending = Ending.THEIRS
    delay_ms: float = 0.0
    """Between writing and leaving, as reported."""

    heard: list[tuple[float, bytes]] = field(default_factory=list)
    """(when it left, frame)"""
    keys: str = ""
    hung_up: bool = False

    @asynccontextmanager
    async def open(self) -> AsyncIterator["FarEnd"]:
        self._events: asyncio.Queue[CarrierEvent] = asyncio.Queue()
        self._written = bytearray()
        self._arrived: list[SoundIn] = []
        self._over: CarrierEvent | None = None
        task = asyncio.create_task(self._live())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def event(self) -> CarrierEvent:
        if self._over is not None and self._events.empty():
            return self._over
        return await self._events.get()

    def write(self, pcm: bytes) -> None:
        self._written += pcm

    def unsent_ms(self) -> int:
        return len(self._written) // 16

    def flush(self) -> None:
        self._written.clear()

    def read(self) -> Sequence[SoundIn]:
        arrived, self._arrived = self._arrived, []
        return arrived

    async def press(self, digits: str) -> None:
        await asyncio.sleep(0.1)
        self.keys += digits

    async def hang_up(self) -> None:
        self.hung_up = True
        self._end(Ending.OURS, "")

    def report(self) -> CarrierReport:
        return CarrierReport(send_delay_ms=self.delay_ms)

    def caller_spans(self) -> list[tuple[float, float]]:
        """Return from when to when (seconds) the caller was heard."""
        spans: list[tuple[float, float]] = []
        for at_s, frame in self.heard:
            if np.abs(np.frombuffer(frame, dtype="<i2").astype(np.int32)).max(initial=0) < 500:
                continue
            if spans and at_s - spans[-1][1] < 0.1:
                spans[-1] = (spans[-1][0], at_s + 0.02)
            else:
                spans.append((at_s, at_s + 0.02))
        return spans

    def _end(self, ending: Ending, detail: str) -> None:
        if self._over is None:
            self._over = CarrierEvent(at_s=now(), kind=CarrierEventKind.ENDED, ending=ending, detail=detail)
            self._events.put_nowait(self._over)

    async def _live(self) -> None:
        await asyncio.sleep(self.answer_after_ms / 1000)
        if self.ending is not None:
            self._end(self.ending, "486 Busy Here" if self.ending is Ending.BUSY else "404 Not Found")
            return
        self.answered_s = now()
        self._events.put_nowait(CarrierEvent(at_s=self.answered_s, kind=CarrierEventKind.ANSWERED))
        queue = [(at_ms, clip.samples.astype("<i2").tobytes()) for at_ms, clip in self.says]
        answers, sounding, loud_ms, spoke_ms = list(self.answers), b"", -1, -1
        tick = 0
        while self._over is None:
            tick += 1
            due_s = self.answered_s + tick * 0.02
            await asyncio.sleep(max(0.0, due_s - now()))
            now_ms = tick * 20
            frame = bytes(self._written[:FRAME]).ljust(FRAME, b"\0")
            del self._written[:FRAME]
            self.heard.append((due_s, frame))
            if any(frame):
                spoke_ms = now_ms if loud_ms < now_ms - 100 else spoke_ms
                loud_ms = now_ms
                if sounding and self.yields_after_ms is not None and now_ms - spoke_ms >= self.yields_after_ms:
                    sounding = b""
            elif answers and loud_ms >= 0 and now_ms - loud_ms >= answers[0][0]:
                sounding, loud_ms = answers.pop(0)[1].samples.astype("<i2").tobytes(), -1
            if queue and now_ms >= queue[0][0]:
                sounding = queue.pop(0)[1]
            self._arrived.append(SoundIn(at_s=due_s, pcm=sounding[:FRAME].ljust(FRAME, b"\0")))
            sounding = sounding[FRAME:]
            if self.ends_after_ms is not None and now_ms >= self.ends_after_ms:
                self._end(self.ends_with, "")
