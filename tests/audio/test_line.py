import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.audio.activity import speech_power, speech_spans
from harness.audio.clip import Clip
from harness.audio.codec import through_telephone
from harness.audio.line import TelephoneLine


def speechlike(seconds: float = 2.0, *, level: float = 0.1) -> Clip:
    """Return syllables of a 200 Hz voice with a pause of half the time."""
    time = np.arange(round(seconds * 16_000)) / 16_000
    voice = sum(np.sin(2 * np.pi * 200 * harmonic * time) / harmonic for harmonic in range(1, 8))
    return Clip.of_floats(level * voice * (np.sin(2 * np.pi * time / seconds) > 0), 16_000)


def test_a_clean_line_is_a_mulaw_round_trip_and_nothing_else() -> None:
    carried = TelephoneLine().carry(speechlike(), rng=np.random.default_rng(1))
    assert carried.digest == through_telephone(speechlike()).digest


@pytest.mark.parametrize("snr_db", [0.0, 5.0, 10.0, 20.0, 25.0])
def test_noise_has_the_asked_distance_to_the_speech_without_its_pauses(snr_db: float) -> None:
    clean = TelephoneLine().carry(speechlike(), rng=np.random.default_rng(1))
    noisy = TelephoneLine(snr_db=snr_db).carry(speechlike(), rng=np.random.default_rng(1))
    noise = noisy.floats.astype(np.float64) - clean.floats
    achieved = 10 * np.log10(speech_power(clean) / np.mean(np.square(noise)))
    assert achieved == pytest.approx(snr_db, abs=0.5)


def test_noise_fills_the_pauses_too() -> None:
    noisy = TelephoneLine(snr_db=10).carry(speechlike(), rng=np.random.default_rng(1))
    assert np.abs(noisy.span(1200, 1800).samples).mean() > 100


def test_silence_on_a_noisy_line_is_noise_of_a_nominal_level() -> None:
    silent = Clip(np.zeros(16_000, dtype=np.int16), 8000)
    noise = TelephoneLine(snr_db=20).carry(silent, rng=np.random.default_rng(1))
    assert 10 * np.log10(np.mean(np.square(noise.floats, dtype=np.float64))) == pytest.approx(-46, abs=0.5)


@settings(max_examples=20)
@given(
    seed=st.integers(min_value=0, max_value=2**32),
    snr_db=st.none() | st.floats(min_value=0, max_value=40),
    lost=st.floats(min_value=0, max_value=1),
    gain_db=st.floats(min_value=-20, max_value=20),
)
def test_the_same_seed_gives_the_same_bytes(seed: int, snr_db: float | None, lost: float, gain_db: float) -> None:
    line = TelephoneLine(snr_db=snr_db, lost_frames=lost, gain_db=gain_db)
    clip = speechlike(0.5)
    first, second = (line.carry(clip, rng=np.random.default_rng(seed)) for _ in range(2))
    assert first.digest == second.digest
    assert first.duration_ms == 500


def test_another_seed_gives_other_noise() -> None:
    line = TelephoneLine(snr_db=10)
    assert len({line.carry(speechlike(), rng=np.random.default_rng(seed)).digest for seed in range(3)}) == 3


def test_lost_frames_are_whole_frames_of_silence_in_the_asked_share() -> None:
    loud = Clip(np.full(160 * 2000, 8000, dtype=np.int16), 8000)
    frames = TelephoneLine(lost_frames=0.1).carry(loud, rng=np.random.default_rng(7)).samples.reshape(-1, 160)
    silent = (frames == 0).all(axis=1)
    assert np.array_equal(silent, (frames == 0).any(axis=1))
    assert silent.mean() == pytest.approx(0.1, abs=0.02)


def test_a_line_that_loses_everything_is_silent() -> None:
    assert not TelephoneLine(lost_frames=1).carry(speechlike(), rng=np.random.default_rng(1)).samples.any()


def test_gain_changes_the_level_and_clips_instead_of_wrapping() -> None:
    quiet = TelephoneLine(gain_db=-6).carry(speechlike(), rng=np.random.default_rng(1))
    level = speech_power(quiet) / speech_power(through_telephone(speechlike()))
    assert 10 * np.log10(level) == pytest.approx(-6, abs=0.3)
    screaming = TelephoneLine(gain_db=60).carry(speechlike(), rng=np.random.default_rng(1))
    assert np.abs(screaming.samples.astype(np.int32)).max() == 32124


def test_speech_is_found_where_it_is_and_clicks_are_not_speech() -> None:
    samples = np.zeros(16_000, dtype=np.int16)
    for start_ms, end_ms in ((200, 500), (600, 900), (1500, 1520), (1700, 1900)):
        samples[start_ms * 8 : end_ms * 8] = 5000
    spans = speech_spans(Clip(samples, 8000))
    assert [(span.start_ms, span.end_ms) for span in spans] == [(200, 900), (1500, 1900)]
    apart = speech_spans(Clip(samples, 8000), merge_gap_ms=50)
    assert [(span.start_ms, span.end_ms) for span in apart] == [(200, 500), (600, 900), (1700, 1900)]


@pytest.mark.parametrize("length", [0, 1, 8000])
def test_silence_has_no_speech(length: int) -> None:
    assert speech_spans(Clip(np.zeros(length, dtype=np.int16), 8000)) == ()
