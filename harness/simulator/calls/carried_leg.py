"""A call of the platform whose far end is on a network: its sound goes out and comes in while it lasts.

What the platform plays is handed to the network whole, the moment it begins, and taken back where it is cut: whatever
else this process does meanwhile, it sounds without gaps. What comes in is put on the platform's clock frame by frame.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Final

from harness.audio.framing import FRAME_MS, Frames
from harness.errors import CallError
from harness.interfaces import Utterance
from harness.interfaces.carriers import Carrier, CarrierEvent, CarrierEventKind, Ending, SoundIn
from harness.model.call import EndReason, Role
from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.line.inflow import Inflow
from harness.telephone.clock import Due
from harness.voipbin.calls import HangupCause
from harness.voipbin.voice_quality import LegQuality

KEY_MS: Final = 100
"""How long a key is taken to have been held: the network only tells which it was."""
UNSENT_MS: Final = 200
"""While so much is still to be sent, a stream that plays beside it is left out: the network takes one sound."""
_CAUSES: Final = {
    Ending.BUSY: HangupCause.BUSY,
    Ending.DECLINED: HangupCause.NO_ANSWER,
    Ending.NO_ANSWER: HangupCause.NO_ANSWER,
    Ending.LOST: HangupCause.UNKNOWN,
}


class CarriedLeg:
    """Joins a call of the platform with one on a network, from before either is answered."""

    def __init__(self, leg: Leg, carrier: Carrier, *, moment_ms: Callable[[float], int]) -> None:
        """Take both; `moment_ms` tells a moment of `time.monotonic()` on the platform's clock."""
        self._leg = leg
        self._carrier = carrier
        self._moment_ms = moment_ms
        self._inflow = Inflow()
        self._frames = Frames()
        self._coming: list[tuple[int, Due]] = []
        """When what will be played begins, and its beginning."""
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._is_over = asyncio.Event()
        self._undo = leg.lines.listen(self._played, on_cut=self._cut)
        leg.lines.listen_live(self._played_live)
        leg.on_key_sent(lambda digit: self._keys.put_nowait(digit.digit))
        leg.on_end(self._ended)

    async def carry(self) -> None:
        """Carry until either side has hung up; the other is hung up with it."""
        if self._leg.is_over:
            return
        tasks = [asyncio.create_task(work) for work in (self._follow(), self._listen(), self._press())]
        for task in tasks:
            task.add_done_callback(self._done)
        try:
            await self._is_over.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._carrier.hang_up()
            # The last counters come with the end of the call.
            self._leg.on_measured(_quality(self._carrier))
        for task in tasks:
            if not task.cancelled():
                task.result()

    def _done(self, task: asyncio.Task[None]) -> None:
        # Nobody is carried any further where one direction broke.
        if not task.cancelled() and task.exception() is not None:
            self._is_over.set()

    def take_in(self) -> None:
        """Take in what has arrived; done every 20 ms while it carries."""
        for sound in self._carrier.read():
            self._arrived(sound)

    async def _follow(self) -> None:
        """Do on the platform what happens on the network."""
        while not self._is_over.is_set():
            event = await self._carrier.event()
            clock = self._leg.studio.clock
            clock.at(max(self._moment_ms(event.at_s), clock.now_ms()), partial(self._happened, event))
            if event.kind is CarrierEventKind.ENDED:
                return

    async def _happened(self, event: CarrierEvent) -> None:
        leg = self._leg
        match event.kind:
            case CarrierEventKind.RINGING:
                leg.ring()
            case CarrierEventKind.ANSWERED:
                leg.answer()
            case CarrierEventKind.KEY:
                if leg.is_talking:
                    await leg.pressed(Digit(digit=event.key, duration_ms=KEY_MS))
            case CarrierEventKind.ENDED if leg.is_talking:
                leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)
            case CarrierEventKind.ENDED:
                cause = _CAUSES.get(event.ending or Ending.LOST, HangupCause.FAILURE)
                leg.end(EndReason.NOT_ANSWERED, by=Role.CALLER, cause=cause)

    async def _listen(self) -> None:
        while True:
            self.take_in()
            await asyncio.sleep(FRAME_MS / 1000)

    def _arrived(self, sound: SoundIn) -> None:
        clock = self._leg.studio.clock
        arrived_ms = self._moment_ms(sound.at_s)
        for place, frame in enumerate(self._frames.cut(sound.pcm)):
            at_ms = self._inflow.moment_ms(arrived_ms + place * FRAME_MS)
            if at_ms is not None:
                clock.at(max(at_ms, clock.now_ms()), partial(self._heard, frame))

    def _heard(self, frame: bytes) -> None:
        if self._leg.is_talking:
            self._leg.arrived_live(frame)

    async def _press(self) -> None:
        """Send keys one after the other."""
        while True:
            digit = await self._keys.get()
            try:
                await self._carrier.press(digit)
            except CallError:
                # A far end that takes no keys gets none.
                continue

    def _played(self, utterance: Utterance, at_ms: int) -> None:
        if utterance.clip is None:
            return
        clock = self._leg.studio.clock
        pcm = utterance.clip.samples.astype("<i2").tobytes()
        self._coming = [(begin_ms, due) for begin_ms, due in self._coming if not due.is_over]
        self._coming.append((at_ms, clock.at(max(at_ms, clock.now_ms()), partial(self._carrier.write, pcm))))

    def _played_live(self, frame: bytes) -> None:
        if self._carrier.unsent_ms() < UNSENT_MS:
            self._carrier.write(frame)

    def _cut(self, at_ms: int) -> None:
        for begin_ms, due in self._coming:
            if begin_ms >= at_ms:
                due.cancel()
        if at_ms <= self._leg.studio.clock.now_ms():
            self._carrier.flush()

    def _ended(self) -> None:
        self._undo()
        self._is_over.set()


def _quality(carrier: Carrier) -> LegQuality:
    report = carrier.report()
    lost, received = report.lost_frames or 0, report.received_frames or 0
    return LegQuality(
        loss_pct=100 * lost / (lost + received) if lost + received else 0.0,
        jitter_ms=round(report.jitter_ms or 0),
        rtt_ms=round(report.round_trip_ms or 0),
    )
