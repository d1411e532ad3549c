"""One call of the platform while it lasts: its record, its state, its line, and who listens to the far end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from harness.interfaces import Utterance
from harness.model.call import EndReason, Role
from harness.simulator.calls.phone_call import PhoneCall, Side
from harness.simulator.flows.flow import Activeflow
from harness.simulator.kernel.studio import Studio
from harness.simulator.kernel.world import World
from harness.simulator.line.hearing import Told
from harness.simulator.line.lines import Lines
from harness.simulator.line.voice import Speech
from harness.voipbin.calls import CallStatus, Direction, HangupCause
from harness.voipbin.resources import Record
from harness.voipbin.voice_quality import LegQuality

Item = TypeVar("Item")


class Ear(Protocol):
    """Listens to what the far end says."""

    async def listen(self, utterance: Utterance, *, number: int) -> None:
        """Take an utterance that begins now, as it came off the line."""
        ...

    def cut(self, at_ms: int) -> None:
        """Take note that the far end fell silent at a moment, before its utterance was over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Digit:
    """A key the far end pressed."""

    digit: str
    duration_ms: int


class Leg:
    """What happens on one call, whoever is at its far end."""

    def __init__(self, *, record: Record, world: World, studio: Studio, lines: Lines, born: CallStatus) -> None:
        """Take the call's record, which follows the call from now on."""
        self.record = record
        self.world = world
        self.studio = studio
        self.lines = lines
        self.flow: Activeflow | None = None
        self.phone = PhoneCall(clock=studio.clock, log=studio.log, born=born, on_timeout=self._timed_out)
        self.phone.watch(self._moved)
        self.far: Leg | None = None
        """The far end, where it is another call of this platform."""
        self.language = "en-US"
        """What the far end is taken to speak."""
        self.spoken = ""
        """What the far end really speaks, BCP-47; empty where nobody knows."""
        self._ears: list[Ear] = []
        self._live_ears: list[Callable[[Told], Awaitable[None] | None]] = []
        self._frame_ears: list[Callable[[bytes], None]] = []
        self._live_speech: list[Callable[[str | None], None]] = []
        self._on_digit: list[Callable[[Digit], Awaitable[None] | None]] = []
        self._on_key_sent: list[Callable[[Digit], None]] = []
        self._on_end: list[Callable[[], None]] = []
        self._speeches = 0
        self._media: list[Speech] = []
        self._is_ending = False
        self.on_measured: Callable[[LegQuality], None] = lambda _: None
        """Told what a network measured of the call, where there was one, once it is over."""
        self.collects_digits = False
        """Whether an action is gathering keys, which then add up instead of replacing one another."""

    @property
    def id(self) -> str:
        """Return the call's id."""
        return str(self.record["id"])

    @property
    def is_over(self) -> bool:
        """Whether the call has been hung up."""
        return self.phone.status is CallStatus.HANGUP

    @property
    def is_talking(self) -> bool:
        """Whether the call is answered and not about to end."""
        return self.phone.status is CallStatus.PROGRESSING

    @property
    def is_placed(self) -> bool:
        """Whether the platform placed the call, so that only the far end can answer it."""
        return bool(self.record["direction"] == Direction.OUTGOING)

    def next_speech(self) -> int:
        """Return the number of the next turn of the platform's side."""
        self._speeches += 1
        return self._speeches - 1

    # --- what the far end does ---

    async def arrived(self, utterance: Utterance, number: int) -> None:
        """Take what the far end begins to say now."""
        for ear in tuple(self._ears):
            await ear.listen(utterance, number=number)

    def cut_arrivals(self, at_ms: int) -> None:
        """Take note that the far end fell silent before its utterance was over."""
        for ear in tuple(self._ears):
            ear.cut(at_ms)

    async def told_live(self, told: Told) -> None:
        """Take a transcript of what the far end says in a stream."""
        for ear in tuple(self._live_ears):
            waiting = ear(told)
            if waiting is not None:
                await waiting

    def arrived_live(self, frame: bytes) -> None:
        """Take 20 ms of what the far end says in a stream; they begin now."""
        arrived = self.lines.carry_live(Role.CALLER, frame, at_ms=self.studio.clock.now_ms())
        for ear in tuple(self._frame_ears):
            ear(arrived)

    async def pressed(self, digit: Digit) -> None:
        """Take a key."""
        for on_digit in tuple(self._on_digit):
            waiting = on_digit(digit)
            if waiting is not None:
                await waiting

    def add_ear(self, ear: Ear) -> Callable[[], None]:
        """Have someone listen to the far end; returns how to stop."""
        self._ears.append(ear)
        return partial(_drop, self._ears, ear)

    def add_live_ear(self, on_told: Callable[[Told], Awaitable[None] | None]) -> Callable[[], None]:
        """Have someone told of transcripts of a stream; returns how to stop."""
        self._live_ears.append(on_told)
        return partial(_drop, self._live_ears, on_told)

    def add_frame_ear(self, on_frame: Callable[[bytes], None]) -> Callable[[], None]:
        """Have someone given the far end's stream in frames; returns how to stop."""
        self._frame_ears.append(on_frame)
        return partial(_drop, self._frame_ears, on_frame)

    def live_speech(self, said: str | None) -> None:
        """Take note that the far end begins to speak in a stream, or what it has said."""
        for on_speech in tuple(self._live_speech):
            on_speech(said)

    def add_live_speech(self, on_speech: Callable[[str | None], None]) -> Callable[[], None]:
        """Have someone told when speech in the far end's stream begins (None) and what it was; returns how to stop."""
        self._live_speech.append(on_speech)
        return partial(_drop, self._live_speech, on_speech)

    def add_keypad(self, on_digit: Callable[[Digit], Awaitable[None] | None]) -> Callable[[], None]:
        """Have someone told of keys; returns how to stop. Who came last is told first."""
        self._on_digit.insert(0, on_digit)
        return partial(_drop, self._on_digit, on_digit)

    # --- what the platform does ---

    def play_live(self, frame: bytes) -> None:
        """Play 20 ms of a stream to the far end, beginning now, together with whatever else sounds."""
        sent = self.lines.carry_live(Role.AGENT, frame, at_ms=self.studio.clock.now_ms())
        if self.far is not None and not self.far.is_over:
            self.far.arrived_live(sent)

    async def press(self, digit: Digit) -> None:
        """Send a key to the far end."""
        for on_key in tuple(self._on_key_sent):
            on_key(digit)
        if self.far is not None and not self.far.is_over:
            await self.far.pressed(digit)

    def on_key_sent(self, on_key: Callable[[Digit], None]) -> None:
        """Have a far end that is no call of this platform told of keys that are sent to it."""
        self._on_key_sent.append(on_key)

    @property
    def takes_keys(self) -> bool:
        """Whether anybody is there for the keys that are sent."""
        return self.far is not None or bool(self._on_key_sent)

    def take_media(self, speech: Speech) -> None:
        """Remember what is being played, so that it can be stopped."""
        self._media = [playing for playing in self._media if not playing.is_over]
        self._media.append(speech)

    def stop_media(self) -> None:
        """Stop what the flow plays."""
        media, self._media = self._media, []
        for speech in media:
            speech.cut()

    def answer(self) -> None:
        """Be answered now; nothing when it is already."""
        if self.phone.status in (CallStatus.DIALING, CallStatus.RINGING):
            self.phone.move(CallStatus.PROGRESSING)

    def ring(self) -> None:
        """Ring at the far end."""
        if self.phone.status is CallStatus.DIALING:
            self.phone.move(CallStatus.RINGING)

    def on_end(self, follower: Callable[[], None]) -> Callable[[], None]:
        """Have something done when the call is about to be over; returns how to take that back."""
        self._on_end.append(follower)
        return partial(_drop, self._on_end, follower)

    def end(self, reason: EndReason, *, by: Side, cause: HangupCause = HangupCause.NORMAL, late: bool = False) -> None:
        """Hang up; nothing when that has happened."""
        if self.is_over or self._is_ending:
            return
        self._is_ending = True
        # One by one: a follower may take another one back.
        while self._on_end:
            self._on_end.pop(0)()
        self.stop_media()
        flow, self.flow = self.flow, None
        self.phone.end(reason, by=by, cause=cause, late=late)
        if flow is not None:
            flow.stop()

    def _timed_out(self, cause: HangupCause) -> None:
        self.end(EndReason.TIME_LIMIT, by="platform", cause=cause)

    def _moved(self, status: CallStatus, facts: dict[str, str]) -> None:
        now_ms = self.studio.clock.now_ms()
        if status is CallStatus.PROGRESSING:
            self.lines.open()
        times = {
            CallStatus.RINGING: {"tm_ringing": now_ms},
            CallStatus.PROGRESSING: {"tm_progressing": now_ms},
            CallStatus.HANGUP: {"tm_hangup": now_ms},
        }
        self.world.change(
            self.record,
            event=f"call_{status.value}",
            status=status.value,
            **times.get(status, {}),
            **facts,
        )


def _drop(items: list[Item], item: Item) -> None:
    if item in items:
        items.remove(item)
