"""A call whose far end is on a network, on the virtual clock."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from harness.audio.framing import FRAME_BYTES, FRAME_MS
from harness.interfaces.carriers import CarrierEvent, CarrierEventKind, CarrierReport, Ending, SoundIn
from harness.model.call import EventKind, Role, Tier
from harness.model.platform import Callee
from harness.simulator.calls.carried_leg import CarriedLeg
from harness.simulator.calls.leg import Leg
from harness.voipbin.calls import CallStatus, Direction
from harness.voipbin.resources import Kind
from tests.simulator.calls.test_live_lines import LoudEars
from tests.simulator.stage import GUEST, HOTEL, HOUR_MS, Stage, action

STAY = action("sleep", duration=HOUR_MS)


class PlannedCarrier:
    """A network on which things happen at planned moments of the platform's clock; keeps what it is given and when."""

    def __init__(self, stage: Stage) -> None:
        self._clock = stage.clock
        self._events: deque[CarrierEvent] = deque()
        self._sounds: deque[SoundIn] = deque()
        self._came = asyncio.Event()
        self.written: list[tuple[int, int]] = []
        self.flushed: list[int] = []
        self.pressed: list[str] = []
        self.is_hung_up = False
        self.unsent = 0

    def happens(self, kind: CarrierEventKind, **facts: Any) -> None:
        self._events.append(CarrierEvent(at_s=self._clock.now_ms() / 1000, kind=kind, **facts))
        self._came.set()

    def sounds(self, frame: bytes) -> None:
        self._sounds.append(SoundIn(at_s=self._clock.now_ms() / 1000, pcm=frame))

    async def event(self) -> CarrierEvent:
        while not self._events:
            self._came.clear()
            await self._came.wait()
        return self._events.popleft()

    def write(self, pcm: bytes) -> None:
        self.written.append((self._clock.now_ms(), len(pcm) // FRAME_BYTES * FRAME_MS))

    def unsent_ms(self) -> int:
        return self.unsent

    def flush(self) -> None:
        self.flushed.append(self._clock.now_ms())

    def read(self) -> Sequence[SoundIn]:
        read, self._sounds = tuple(self._sounds), deque()
        return read

    async def press(self, digits: str) -> None:
        self.pressed.append(digits)

    async def hang_up(self) -> None:
        self.is_hung_up = True

    def report(self) -> CarrierReport:
        return CarrierReport(received_frames=90, lost_frames=10, jitter_ms=3.4, round_trip_ms=20)


class Carried:
    """A call of a stage, carried by a planned network."""

    def __init__(self, stage: Stage, leg: Leg) -> None:
        self.stage = stage
        self.carrier = PlannedCarrier(stage)
        self.line = stage.line(leg.id)
        self._call = CarriedLeg(leg, self.carrier, moment_ms=lambda at_s: round(at_s * 1000))

    def run(self, *, for_ms: int) -> None:
        """Let time pass 5 ms at a time, so that the call's own tasks see each moment."""

        async def pass_by() -> None:
            clock = self.stage.clock
            end_ms = clock.now_ms() + for_ms
            carrying = asyncio.create_task(self._call.carry())
            while clock.now_ms() < end_ms:
                until_ms = clock.now_ms() + 5
                while await clock.step(until_ms=until_ms):
                    pass
                clock.pass_to(until_ms)
                self._call.take_in()
                for _ in range(5):
                    await asyncio.sleep(0)
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)

        asyncio.run(pass_by())


def incoming(*actions: dict[str, Any], stage: Stage | None = None) -> Carried:
    stage = stage or Stage(tier=Tier.AUDIO, parts={"ears": lambda _: LoudEars()})
    return Carried(stage, stage.incoming(*actions).leg)


def placed(*actions: dict[str, Any]) -> Carried:
    stage = Stage(tier=Tier.AUDIO)
    leg = stage.works.switchboard.open(
        born=CallStatus.DIALING, direction=Direction.OUTGOING, source=HOTEL, destination=GUEST
    )
    return Carried(stage, leg)


def noise(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(-9_000, 9_000, FRAME_BYTES // 2).astype("<i2").tobytes()


def speak(call: Carried, *, from_ms: int, frames: int) -> None:
    for place in range(frames):
        frame = noise(place)
        call.stage.at(from_ms + place * FRAME_MS, lambda frame=frame: call.carrier.sounds(frame))  # type: ignore[misc]


def test_what_the_platform_plays_goes_out_the_moment_it_begins() -> None:
    call = incoming(action("answer"), action("sleep", duration=500), action("talk", text="One two three"), STAY)
    call.run(for_ms=4_000)
    started_ms = call.line.time_of(EventKind.SPEECH_STARTED, role=Role.AGENT)
    stopped_ms = call.line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT)
    assert call.carrier.written == [(started_ms, stopped_ms - started_ms)]


def test_the_far_end_is_understood_answered_and_interrupts() -> None:
    stage = Stage("word " * 40, "Yes?", tier=Tier.AUDIO, parts={"ears": lambda _: LoudEars()})
    call = incoming(action("answer"), stage.ai_talk(), stage=stage)
    speak(call, from_ms=5_000, frames=60)
    call.run(for_ms=12_000)
    assert stage.messages("user") == [("user", "word word word word")]
    [cut_ms] = call.carrier.flushed
    assert call.line.time_of(EventKind.AUDIO_CUT) == cut_ms
    assert 5_000 < cut_ms < 7_000
    assert call.carrier.written[-1][0] > 7_000
    tape = call.line.leg.lines.window(5_000, 6_500)
    assert tape is not None
    # The sound is on the recording where it came in, behind the wait for frames that come late.
    assert np.flatnonzero(tape.caller.samples)[[0, -1]] // 8 == pytest.approx([40, 1_240], abs=25)


def test_keys_go_both_ways() -> None:
    call = incoming(action("answer"), action("digits_send", digits="42", duration=100, interval=50), STAY)
    for at_ms, key in ((2_000, "7"), (2_200, "8")):
        call.stage.at(at_ms, lambda key=key: call.carrier.happens(CarrierEventKind.KEY, key=key))  # type: ignore[misc]
    call.run(for_ms=3_000)
    assert call.carrier.pressed == ["4", "2"]
    assert call.stage.variables(call.line)["voipbin.call.digits"] == "8"


def test_an_echo_returns_the_far_ends_own_sound() -> None:
    call = incoming(action("answer"), action("echo", duration=10_000))
    speak(call, from_ms=1_000, frames=10)
    call.run(for_ms=3_000)
    assert len(call.carrier.written) == 10
    assert call.carrier.written[0][0] == pytest.approx(1_060, abs=10)


def test_who_hangs_up_on_the_network_has_hung_up_on_the_platform() -> None:
    call = incoming(action("answer"), STAY)
    call.stage.at(2_000, lambda: call.carrier.happens(CarrierEventKind.ENDED, ending=Ending.THEIRS))
    call.run(for_ms=3_000)
    assert (call.line.record["hangup_by"], call.line.record["hangup_reason"]) == ("remote", "normal")
    assert call.line.record["tm_hangup"] == pytest.approx(2_000, abs=5)
    analysis = call.stage.platform.timelines.sip_analysis(call.line.leg.id)["rtcp_stats"]
    assert (analysis["packet_loss_pct"], analysis["jitter"]) == (10.0, 3)


def test_the_platforms_hanging_up_ends_the_call_on_the_network() -> None:
    call = incoming(action("answer"), action("sleep", duration=1_000), action("hangup"))
    call.run(for_ms=3_000)
    assert call.carrier.is_hung_up
    assert call.line.record["hangup_by"] == "local"


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        pytest.param(Ending.BUSY, "busy", id="busy"),
        pytest.param(Ending.DECLINED, "noanswer", id="declined"),
        pytest.param(Ending.NO_ANSWER, "noanswer", id="no-answer"),
        pytest.param(Ending.REFUSED, "failed", id="refused"),
    ],
)
def test_a_telephone_that_does_not_answer_says_why(ending: Ending, reason: str) -> None:
    call = placed()
    call.stage.at(100, lambda: call.carrier.happens(CarrierEventKind.RINGING))
    call.stage.at(2_000, lambda: call.carrier.happens(CarrierEventKind.ENDED, ending=ending))
    call.run(for_ms=3_000)
    assert (call.line.record["hangup_reason"], call.line.record["hangup_by"]) == (reason, "remote")
    assert call.line.record["tm_ringing"] == pytest.approx(100, abs=5)


def test_a_telephone_that_answers_begins_the_call() -> None:
    call = placed()
    call.stage.at(900, lambda: call.carrier.happens(CarrierEventKind.ANSWERED))
    call.run(for_ms=2_000)
    assert call.line.record["tm_progressing"] == pytest.approx(900, abs=5)


def test_what_the_far_end_says_is_transcribed() -> None:
    call = incoming(action("answer"), action("transcribe_start", language="en-US", direction="in"), STAY)
    speak(call, from_ms=1_000, frames=60)
    call.run(for_ms=4_000)
    assert [(each["direction"], each["message"]) for each in call.stage.records(Kind.TRANSCRIPT)] == [
        ("in", "word word word word")
    ]


def test_a_colleague_the_call_is_connected_with_hears_the_far_end_and_is_heard() -> None:
    colleague = Callee(target="+15550002222", ring_ms=500, says=("Desk here", "Very well"))
    stage = Stage(tier=Tier.AUDIO, parts={"ears": lambda _: LoudEars()}, callees=(colleague,))
    target = {"type": "tel", "target": "+15550002222"}
    call = incoming(action("answer"), action("connect", source=HOTEL, destinations=[target]), stage=stage)
    speak(call, from_ms=4_000, frames=60)
    call.run(for_ms=10_000)
    [far] = stage.records(Kind.CALL)[1:]
    assert call.line.spoken(Role.AGENT) == ["Desk here", "Very well"]
    assert len(call.carrier.written) == 2
    # The colleague has said everything after having been answered, and hangs up.
    assert far["hangup_by"] == "remote"


def test_who_is_muted_is_not_heard() -> None:
    call = incoming(action("answer"), action("transcribe_start", language="en-US", direction="in"), STAY)
    call.stage.at(900, lambda: call.stage.platform.leg(call.line.leg.id).mute("in"))
    speak(call, from_ms=1_000, frames=60)
    call.run(for_ms=4_000)
    assert not call.stage.records(Kind.TRANSCRIPT)
