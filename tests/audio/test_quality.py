import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.audio.activity import Span, speech_power
from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.audio.quality import (
    LOUDEST,
    clipped_share,
    dc_offset,
    dropouts,
    frame_powers,
    frames_of,
    mask_of,
    noise_power,
    snr_db,
    sounding_ms,
)
from harness.audio.quality_echo import echo_path
from harness.audio.quality_loudness import loudness_lufs
from tests.audio.speechlike import speechlike

WHOLE = (Span(start_ms=0, end_ms=4000),)


def noise(length: int, *, power: float, seed: int = 9) -> Samples:
    return Clip.of_floats(np.random.default_rng(seed).standard_normal(length) * power**0.5, TELEPHONE_HZ).samples


def test_a_flat_top_is_clipping_and_a_single_peak_is_not() -> None:
    samples = np.zeros(1000, dtype=np.int16)
    samples[10] = LOUDEST
    assert clipped_share(samples) == 0
    samples[500:503] = -32768
    samples[600:602] = 32767
    assert clipped_share(samples) == pytest.approx(5 / 1000)


def test_speech_that_is_too_loud_for_the_line_is_clipped_by_the_share_that_was_cut() -> None:
    loud = np.clip(speechlike(4000).astype(np.int32) * 4, -32768, 32767).astype(np.int16)
    cut = np.mean(np.abs(speechlike(4000).astype(np.int32) * 4) >= LOUDEST)
    assert clipped_share(loud) == pytest.approx(cut, rel=0.35)
    assert clipped_share(speechlike(4000)) == 0


def test_direct_current_is_measured_as_a_share_of_full_scale() -> None:
    shifted = (speechlike(4000) + round(0.02 * 32768)).astype(np.int16)
    assert dc_offset(shifted) == pytest.approx(0.02, abs=0.001)
    assert dc_offset(speechlike(4000)) == pytest.approx(0, abs=0.001)


@pytest.mark.parametrize(("lost_ms", "count"), [(40, 1), (20, 1), (10, 0)], ids=["two packets", "one", "half of one"])
def test_a_hole_in_a_word_is_a_dropout_from_one_packet_on(lost_ms: int, count: int) -> None:
    samples = speechlike(4000).copy()
    start = (2 * 180 + 90 - lost_ms // 2) * 8
    samples[start : start + lost_ms * 8] = 0
    found = dropouts(samples, WHOLE)
    assert found is not None
    assert found.count == count
    assert found.lost_ms == pytest.approx(lost_ms * count, abs=2)


def test_a_pause_between_words_is_no_dropout() -> None:
    found = dropouts(speechlike(4000), WHOLE)
    assert found is not None
    assert (found.count, found.lost_ms) == (0, 0)
    assert dropouts(speechlike(4000), ()) is None


@pytest.mark.parametrize("asked_db", [20.0, 10.0, 30.0])
def test_the_ratio_of_speech_to_noise_is_found(asked_db: float) -> None:
    speech, quiet = speechlike(4000), np.zeros(8000, dtype=np.int16)
    power = speech_power(Clip(speech, TELEPHONE_HZ)) / 10 ** (asked_db / 10)
    line = np.concatenate((quiet, speech, quiet)) + noise(len(speech) + 16_000, power=power)
    said = mask_of((Span(start_ms=1000, end_ms=5000),), len(line))
    powers = frame_powers(line)
    floor = noise_power(powers[frames_of(~said)])
    assert floor == pytest.approx(power, rel=0.1)
    assert snr_db(powers[frames_of(said)], noise=floor or 0.0) == pytest.approx(asked_db, abs=1.5)


def test_without_noise_or_a_place_to_hear_it_nothing_is_made_up() -> None:
    assert noise_power(np.zeros(50)) == 0
    assert noise_power(np.zeros(9)) is None
    assert snr_db(frame_powers(speechlike(1000)), noise=0.0) is None
    assert snr_db(frame_powers(noise(8000, power=1e-4)), noise=1e-3) is None


def test_sound_is_told_from_silence_and_from_the_lines_own_noise() -> None:
    hiss = frame_powers(noise(16_000, power=1e-4))
    assert sounding_ms(np.zeros(10), noise=0.0) == 0
    assert sounding_ms(hiss, noise=1e-4) == 0
    assert sounding_ms(hiss, noise=0.0) == 2000
    assert sounding_ms(frame_powers(speechlike(1000)), noise=1e-5) > 300


@pytest.mark.parametrize("constant", [1, 600, -32768])
def test_direct_current_alone_is_silence(constant: int) -> None:
    assert not frame_powers(np.full(1600, constant, dtype=np.int16)).any()


def test_a_frame_counts_only_when_all_of_it_lies_where_it_is_looked_for() -> None:
    mask = mask_of((Span(start_ms=30, end_ms=80),), 1000, before_ms=10)
    assert frames_of(mask).tolist() == [False, True, True, True, False, False]


@pytest.mark.parametrize("hiss", [0.0, 1e-6], ids=["alone", "under noise"])
def test_an_echo_is_found_with_its_delay_and_level(hiss: float) -> None:
    source = np.concatenate((speechlike(3000), np.zeros(8000, dtype=np.int16)))
    other = np.roll((source * 0.1).astype(np.int16), 120 * 8) + noise(len(source), power=hiss)
    path = echo_path(source, other.astype(np.int16), alone=mask_of((Span(start_ms=0, end_ms=3000),), len(source)))
    assert path is not None
    assert path.delay_ms == pytest.approx(120, abs=0.5)
    assert path.level_db == pytest.approx(-20, abs=0.5)
    assert path.correlation > 0.9


def test_another_voice_is_no_echo() -> None:
    source, other = speechlike(5000), speechlike(5000, seed=2)
    path = echo_path(source, other, alone=np.ones(len(source), dtype=bool))
    assert path is not None
    assert path.correlation < 0.15
    assert echo_path(source, np.zeros_like(source), alone=np.ones(len(source), dtype=bool)) is None
    assert echo_path(source, other, alone=np.zeros(len(source), dtype=bool)) is None


def test_a_full_tone_has_the_loudness_the_standard_gives_it() -> None:
    tone = Clip.of_floats(np.sin(2 * np.pi * 997 * np.arange(24_000) / TELEPHONE_HZ), TELEPHONE_HZ).samples
    assert loudness_lufs(tone) == pytest.approx(-3.01, abs=0.05)
    assert loudness_lufs((tone // 10).astype(np.int16)) == pytest.approx(-23.01, abs=0.05)


def test_silence_and_a_click_have_no_loudness() -> None:
    assert loudness_lufs(np.zeros(8000, dtype=np.int16)) is None
    assert loudness_lufs(speechlike(300)) is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_loudness_is_what_pyloudnorm_measures_at_48_khz(seed: int) -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm", reason="pyloudnorm is not installed")
    samples = speechlike(5000, seed=seed)
    wide = resample(Clip(samples, TELEPHONE_HZ), 48_000)
    reference = pyloudnorm.Meter(48_000).integrated_loudness(wide.floats.astype(np.float64))
    assert loudness_lufs(samples) == pytest.approx(reference, abs=0.1)


@given(
    arrays(np.int16, st.integers(0, 9000)), st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 900)), max_size=4)
)
def test_whatever_is_on_the_line_every_value_is_a_number_or_none(
    samples: Samples, pieces: list[tuple[int, int]]
) -> None:
    spans = [Span(start_ms=start, end_ms=start + length) for start, length in pieces]
    said = mask_of(spans, len(samples))
    powers = frame_powers(samples)
    floor = noise_power(powers[frames_of(~said)])
    path = echo_path(samples, samples[::-1].copy(), alone=said)
    values = (
        clipped_share(samples),
        dc_offset(samples),
        loudness_lufs(samples),
        floor,
        snr_db(powers[frames_of(said)], noise=floor or 0.0),
        *(() if path is None else (path.delay_ms, path.level_db, path.correlation)),
    )
    assert all(value is None or np.isfinite(value) for value in values)
    found = dropouts(samples, spans)
    assert (found is None) == (not spans)
    assert 0 <= sounding_ms(powers, noise=floor or 0.0) <= len(samples) // 8
