"""A call's sound as a stream: heard in frames, and spoken into."""

import numpy as np
import pytest

from harness.audio.framing import FRAME_BYTES, FRAME_MS
from harness.errors import ApiError
from harness.interfaces import Utterance
from harness.model.call import EventKind, Heard, Role, Tier
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, action

STAY = action("sleep", duration=HOUR_MS)
LOUD = np.full(FRAME_BYTES // 2, 9_000, dtype="<i2").tobytes()


class LoudEars:
    """Hears one word for every 300 ms of sound."""

    name = "loud"

    async def hear(self, utterance: Utterance) -> Heard:
        assert utterance.clip is not None
        words = round(np.count_nonzero(utterance.clip.samples) / 8 / 300)
        return Heard(text=" ".join(["word"] * words))


def noise(seed: int) -> bytes:
    return np.random.default_rng(seed).integers(-9_000, 9_000, FRAME_BYTES // 2).astype("<i2").tobytes()


def tapped(stage: Stage, line: Line, *, from_ms: int) -> list[bytes]:
    frames: list[bytes] = []

    def tap() -> None:
        stage.platform.leg(line.leg.id).tap(frames.append)

    stage.at(from_ms, tap)
    return frames


def test_frames_are_the_call_itself_both_directions_mixed() -> None:
    stage = Stage(tier=Tier.AUDIO)
    line = stage.incoming(action("talk", text="One two three four"), STAY)
    line.says("Five six seven eight", at_ms=1_000)
    frames = tapped(stage, line, from_ms=100)
    stage.run(for_ms=5_000)
    tape = line.leg.lines.window(100, 100 + len(frames) * FRAME_MS)
    assert tape is not None
    both = tape.caller.samples.astype(np.int32) + tape.agent.samples
    assert b"".join(frames) == np.clip(both, -32_768, 32_767).astype("<i2").tobytes()
    assert {len(frame) for frame in frames} == {FRAME_BYTES}
    assert len(frames) == 4_900 // FRAME_MS


def test_stream_ends_when_it_is_stopped_or_the_call_is_over() -> None:
    stage = Stage(tier=Tier.AUDIO)
    line = stage.incoming(action("answer"), action("sleep", duration=1_000))

    frames, few = list[bytes](), list[bytes]()
    stage.run(for_ms=400)
    stage.platform.leg(line.leg.id).tap(frames.append)
    stop = stage.platform.leg(line.leg.id).tap(few.append)
    stage.at(500, stop)
    stage.run(for_ms=HOUR_MS)
    assert len(few) in (4, 5)
    assert len(frames) == (line.record["tm_hangup"] - 400 - 1) // FRAME_MS
    assert stage.clock.next_ms() is None


def test_text_tier_streams_silence() -> None:
    stage = Stage()
    line = stage.incoming(action("talk", text="One two three four"), STAY)
    frames = tapped(stage, line, from_ms=100)
    stage.run(for_ms=1_000)
    assert set(frames) == {bytes(FRAME_BYTES)}


@pytest.mark.parametrize("over", [False, True], ids=["ringing", "over"])
def test_only_a_call_that_is_answered_has_a_stream(over: bool) -> None:
    stage = Stage()
    line = stage.incoming(STAY)
    control = stage.platform.leg(line.leg.id)
    if over:
        control.hang_up()
    with pytest.raises(ApiError) as refused:
        control.tap(lambda _: None)
    assert refused.value.http_status == 409


def inject(stage: Stage, line: Line, *, from_ms: int, frames: int) -> None:
    """Speak into a call, frame by frame."""
    for place in range(frames):
        frame = noise(place)
        stage.at(from_ms + place * FRAME_MS, lambda frame=frame: stage.platform.leg(line.leg.id).inject(frame))  # type: ignore[misc]


def test_what_is_injected_is_on_the_tape_where_it_came() -> None:
    stage = Stage(tier=Tier.AUDIO)
    line = stage.incoming(action("answer"), STAY)
    inject(stage, line, from_ms=1_000, frames=10)
    stage.run(for_ms=3_000)
    tape = line.leg.lines.window(1_000, 1_200)
    assert tape is not None
    assert tape.agent.samples.astype("<i2").tobytes() == b"".join(noise(place) for place in range(10))
    rest = line.leg.lines.window(1_200, 3_000)
    assert rest is not None
    assert not rest.agent.samples.any()


def test_flow_may_speak_while_something_is_injected() -> None:
    stage = Stage(tier=Tier.AUDIO)
    line = stage.incoming(action("answer"), action("sleep", duration=1_000), action("talk", text="One two"), STAY)
    inject(stage, line, from_ms=900, frames=100)
    stage.run(for_ms=5_000)
    start_ms = line.time_of(EventKind.SPEECH_STARTED, role=Role.AGENT)
    tape = line.leg.lines.window(start_ms, start_ms + 600)
    assert tape is not None
    assert line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT) == start_ms + 600
    assert np.abs(tape.agent.samples.astype(np.int32)).max() > 12_000


def test_ai_at_the_far_end_hears_answers_and_is_interrupted_by_what_is_injected() -> None:
    stage = Stage("word " * 40, "Yes?", tier=Tier.AUDIO, parts={"ears": lambda _: LoudEars()})
    ai = stage.platform.ais.create({"engine_model": "openai.gpt-5", "init_prompt": "Sell tea."})
    near = stage.placed(STAY, target=ai["direct_hash"])
    far = stage.line(stage.records(Kind.CALL)[1]["id"])
    inject(stage, near, from_ms=5_000, frames=60)
    stage.run(for_ms=20_000)
    assert stage.messages("user") == [("user", "word word word word")]
    assert far.of(EventKind.AUDIO_CUT)
    assert 5_000 < far.time_of(EventKind.AUDIO_CUT) < 7_000
    assert near.spoken(Role.CALLER)[-1] == "Yes?"
    started, stopped = (
        far.time_of(kind, role=Role.CALLER) for kind in (EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED)
    )
    assert 5_000 <= started < stopped


def test_injecting_into_a_call_without_sound_reaches_nobody_and_breaks_nothing() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), STAY)
    stage.at(1_000, lambda: stage.platform.leg(line.leg.id).inject(LOUD))
    stage.run(for_ms=5_000)
    assert line.leg.lines.window(0, 5_000) is None
