"""Sounds of a caller's end: as long and as loud as asked, and what they are made of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.audio.activity import speech_power, speech_spans
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.sounds import Sound, make_sound, natural_ms
from harness.audio.tune import TUNE_MS


def sound(kind: Sound, duration_ms: int | None = None, *, seed: int = 1) -> Clip:
    return make_sound(kind, duration_ms=duration_ms, rng=np.random.default_rng(seed))


def level_db(clip: Clip) -> float:
    return 10 * float(np.log10(speech_power(clip)))


@settings(max_examples=40)
@given(kind=st.sampled_from(Sound), duration_ms=st.integers(100, 30_000), seed=st.integers(0, 2**32))
def test_a_sound_is_as_long_as_asked_and_as_loud_as_speech(kind: Sound, duration_ms: int, seed: int) -> None:
    clip = sound(kind, duration_ms, seed=seed)

    assert clip.rate_hz == TELEPHONE_HZ
    assert clip.duration_ms == duration_ms
    assert level_db(clip) == pytest.approx(-26, abs=0.2)
    assert np.abs(clip.floats).max() < 0.99


@pytest.mark.parametrize("kind", Sound)
def test_a_sound_has_a_length_of_its_own_and_is_the_same_with_the_same_seed(kind: Sound) -> None:
    assert sound(kind).duration_ms == natural_ms(kind)
    assert sound(kind).digest == sound(kind).digest
    assert (sound(kind).digest == sound(kind, seed=2).digest) == (kind is Sound.BEEP)


@pytest.mark.parametrize("kind", Sound)
@pytest.mark.parametrize("duration_ms", [0, 1, 10])
def test_the_shortest_sounds_are_sounds(kind: Sound, duration_ms: int) -> None:
    assert sound(kind, duration_ms).duration_ms == duration_ms
    assert sound(kind, duration_ms).samples.any() == (duration_ms > 0)


def test_a_beep_is_one_tone_of_a_thousand_hertz() -> None:
    clip = sound(Sound.BEEP)
    spectrum = np.abs(np.fft.rfft(clip.floats)) ** 2

    assert int(np.argmax(spectrum)) * TELEPHONE_HZ / len(clip.samples) == pytest.approx(1000, abs=2)
    assert clip.duration_ms == 600


def test_music_on_hold_goes_round_without_a_seam() -> None:
    clip = sound(Sound.MUSIC, 2 * TUNE_MS)
    length = TUNE_MS * TELEPHONE_HZ // 1000
    first, second = clip.floats[100 : length - 100], clip.floats[length + 100 : 2 * length - 100]
    steps = np.abs(np.diff(clip.floats))

    assert np.allclose(first, second, atol=1e-3)
    assert steps[length - 5 : length + 5].max() <= np.quantile(steps, 0.999)


def test_somebody_coughs_again_when_it_is_to_last_longer() -> None:
    assert len(speech_spans(sound(Sound.COUGH, 12_000))) > len(speech_spans(sound(Sound.COUGH)))
