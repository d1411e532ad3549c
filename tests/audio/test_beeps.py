import numpy as np
import pytest

from harness.audio.beeps import Beep, beeped, joined
from harness.audio.clip import Clip
from harness.audio.recording import Lane, Recording
from tests.audio.speechlike import speechlike


def call(rate_hz: int = 8_000) -> Recording:
    return Recording(caller=Clip(speechlike(2_000, seed=1), rate_hz), agent=Clip(speechlike(2_000, seed=2), rate_hz))


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([], []),
        ([(5, 9), (0, 3)], [(0, 3), (5, 9)]),
        ([(0, 5), (5, 9)], [(0, 9)]),
        ([(0, 9), (2, 3)], [(0, 9)]),
    ],
    ids=["none", "apart", "touching", "one inside the other"],
)
def test_parts_that_touch_are_one(parts: list[tuple[int, int]], found: list[tuple[int, int]]) -> None:
    beeps = joined([Beep(start_ms=start, end_ms=end) for start, end in parts])
    assert [(beep.start_ms, beep.end_ms) for beep in beeps] == found


def test_nothing_of_a_part_is_left_in_either_channel_and_all_of_the_rest() -> None:
    done = beeped(call(), [Beep(start_ms=500, end_ms=1_000)])
    assert np.array_equal(done.caller.span(500, 1_000).samples, done.agent.span(500, 1_000).samples)
    for lane in Lane:
        for start_ms, end_ms in ((0, 500), (1_000, 2_000)):
            assert done.lane(lane).span(start_ms, end_ms).digest == call().lane(lane).span(start_ms, end_ms).digest


def test_the_tone_is_one_kilohertz_at_a_steady_level() -> None:
    tone = beeped(call(), [Beep(start_ms=0, end_ms=1_000)]).caller.span(0, 1_000).floats
    assert int(np.argmax(np.abs(np.fft.rfft(tone)))) == 1_000
    levels = [float(np.sqrt(np.mean(part**2))) for part in np.split(tone, 10)]
    assert max(levels) - min(levels) < 0.001


@pytest.mark.parametrize(("start_ms", "end_ms"), [(-300, 100), (1_900, 9_000), (3_000, 4_000)])
def test_a_part_may_reach_beyond_the_recording(start_ms: int, end_ms: int) -> None:
    assert beeped(call(), [Beep(start_ms=start_ms, end_ms=end_ms)]).duration_ms == 2_000
