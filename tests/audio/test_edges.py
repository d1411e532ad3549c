"""Edges of sounds whose places are known: tones and hisses, and a detector that is told where to look."""

import numpy as np
import pytest

from harness.audio.activity import Span
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.edges import voice_edges


def sound(*parts: tuple[int, int, float], seconds: int = 6, noise: float = 0.0, rate_hz: int = TELEPHONE_HZ) -> Clip:
    """Return a buzz from, to (in ms) and how loud, over white noise."""
    rng = np.random.default_rng(3)
    time = np.arange(seconds * rate_hz) / rate_hz
    harmonics = np.arange(1, 12)[:, np.newaxis]
    buzz = np.sum(np.sin(2 * np.pi * 200 * harmonics * time) / harmonics, axis=0)
    values = noise * rng.standard_normal(len(time))
    for start_ms, end_ms, level in parts:
        here = (time >= start_ms / 1000) & (time < end_ms / 1000)
        values[here] += (level * buzz)[here]
    return Clip.of_floats(values, rate_hz)


def edges(clip: Clip, *roughly: tuple[int, int]) -> list[tuple[int, int]]:
    spans = [Span(start_ms=start_ms, end_ms=end_ms) for start_ms, end_ms in roughly]
    return [(span.start_ms, span.end_ms) for span in voice_edges(clip, roughly=spans)]


@pytest.mark.parametrize("noise", [0.0, 0.005], ids=["clean", "over noise"])
@pytest.mark.parametrize(
    "roughly",
    [
        pytest.param((1_984, 3_008), id="about right"),
        pytest.param((2_300, 2_752), id="late and early"),
        pytest.param((1_700, 3_250), id="early and late"),
    ],
)
@pytest.mark.parametrize("rate_hz", [8_000, 16_000])
def test_a_voice_is_as_long_as_it_sounds_wherever_the_detector_saw_it(
    roughly: tuple[int, int], noise: float, rate_hz: int
) -> None:
    ((start_ms, end_ms),) = edges(sound((2_003, 2_991, 0.1), noise=noise, rate_hz=rate_hz), roughly)
    assert [start_ms, end_ms] == pytest.approx([2_003, 2_991], abs=10)


def test_a_voice_begins_with_its_soft_sounds_but_not_with_much_fainter_ones() -> None:
    clip = sound((1_800, 2_000, 0.1 / 10), (2_000, 3_000, 0.1), (3_000, 3_200, 0.1 / 50))
    ((start_ms, end_ms),) = edges(clip, (2_016, 3_008))
    assert [start_ms, end_ms] == pytest.approx([1_800, 3_000], abs=10)


def test_a_sound_apart_from_the_voice_is_no_part_of_it() -> None:
    clip = sound((1_000, 1_200, 0.1), (2_000, 3_000, 0.1), (3_400, 3_600, 0.1))
    ((start_ms, end_ms),) = edges(clip, (2_016, 3_008))
    assert [start_ms, end_ms] == pytest.approx([2_000, 3_000], abs=10)


def test_silence_within_a_word_does_not_end_it() -> None:
    clip = sound((2_000, 2_500, 0.1), (2_600, 2_700, 0.1))
    ((_, end_ms),) = edges(clip, (2_016, 2_496))
    assert end_ms == pytest.approx(2_700, abs=10)


@pytest.mark.parametrize(
    ("clip", "roughly"),
    [
        pytest.param(sound(), ((2_000, 3_000),), id="digital silence"),
        pytest.param(sound((2_000, 3_000, 0.1)), (), id="nothing noticed"),
        pytest.param(Clip(np.zeros(0, dtype=np.int16), TELEPHONE_HZ), (), id="empty"),
    ],
)
def test_where_nobody_speaks_there_is_no_voice(clip: Clip, roughly: tuple[tuple[int, int], ...]) -> None:
    assert edges(clip, *roughly) == []


def test_noise_taken_for_a_voice_is_none_where_a_voice_stands_out() -> None:
    ((start_ms, _),) = edges(sound((1_000, 2_000, 0.1), noise=0.02), (992, 2_016), (4_000, 4_500))
    assert start_ms == pytest.approx(1_000, abs=10)


def test_a_loud_noise_elsewhere_does_not_hide_a_voice() -> None:
    clip = sound((500, 1_500, 0.3), (2_500, 3_500, 0.1))
    ((start_ms, end_ms),) = edges(clip, (2_496, 3_520))
    assert [start_ms, end_ms] == pytest.approx([2_500, 3_500], abs=10)


def test_somebody_far_in_the_background_is_somebody_else() -> None:
    clip = sound((1_000, 2_000, 0.2), (4_000, 5_000, 0.2 / 15))
    assert len(edges(clip, (992, 2_016), (3_968, 5_024))) == 1


def test_a_voice_that_never_pauses_fills_its_channel() -> None:
    assert edges(sound((0, 6_000, 0.1)), (0, 6_000)) == [(0, 6_000)]
