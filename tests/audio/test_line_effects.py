"""Every effect of a line: what it does, and that it is what was asked for."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.audio.activity import speech_power
from harness.audio.clip import Clip
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ, Codec, to_telephone_frames
from harness.audio.line import Passage, TelephoneLine
from harness.audio.loss import PLAYOUT_MS
from harness.audio.measured import Achieved, measure_line
from harness.audio.noise import Noise, noise_bed

BUZZ = Clip.of_floats(0.3 * np.sign(np.sin(np.arange(5000) / 9)), 16_000)
SOURCES = [*Noise, BUZZ]
SILENCE = Clip(np.zeros(TELEPHONE_HZ, dtype=np.int16), TELEPHONE_HZ)


def speechlike(seconds: float = 4.0, *, level: float = 0.1) -> Clip:
    """Return syllables of a 200 Hz voice, two seconds on and one off."""
    time = np.arange(round(seconds * 16_000)) / 16_000
    voice = sum(np.sin(2 * np.pi * 200 * harmonic * time) / harmonic for harmonic in range(1, 8))
    return Clip.of_floats(level * voice * (time % 3 < 2), 16_000)


def follow(line: TelephoneLine, clip: Clip | None = None, *, seed: int = 1) -> Passage:
    return line.follow(speechlike() if clip is None else clip, rng=np.random.default_rng(seed))


def achieved(line: TelephoneLine, clip: Clip | None = None, *, seed: int = 1) -> Achieved:
    return measure_line(follow(line, clip, seed=seed))


def level_db(clip: Clip) -> float:
    return 10 * float(np.log10(np.mean(np.square(clip.floats, dtype=np.float64))))


def shout(length: int, rate_hz: int, seed: int) -> Clip:
    """Return noise as loud as it can be."""
    return Clip.of_floats(np.random.default_rng(seed).uniform(-1, 1, length), rate_hz)


lines = st.builds(
    TelephoneLine,
    codec=st.sampled_from(Codec),
    snr_db=st.none() | st.floats(min_value=-10, max_value=60),
    noise=st.sampled_from(SOURCES),
    lost_frames=st.floats(min_value=0, max_value=1),
    burst_frames=st.none() | st.floats(min_value=1, max_value=50),
    jitter_ms=st.floats(min_value=0, max_value=500),
    gain_db=st.floats(min_value=-40, max_value=20),
    clip_db=st.floats(min_value=0, max_value=40),
    echo_db=st.none() | st.floats(min_value=-60, max_value=0),
    echo_delay_ms=st.integers(min_value=1, max_value=2000),
    comfort_noise_db=st.none() | st.floats(min_value=-65, max_value=-20),
)
clips = st.builds(
    shout,
    length=st.integers(min_value=0, max_value=5000),
    rate_hz=st.sampled_from([8000, 16_000, 24_000]),
    seed=st.integers(min_value=0, max_value=9),
)


@settings(max_examples=60)
@given(line=lines, clip=clips, seed=st.integers(min_value=0, max_value=2**32))
def test_any_line_keeps_length_and_rate_and_gives_the_same_bytes_again(
    line: TelephoneLine, clip: Clip, seed: int
) -> None:
    first, second = (follow(line, clip, seed=seed) for _ in range(2))

    assert first.arrived.digest == second.arrived.digest
    assert measure_line(first) == measure_line(second)
    assert first.arrived.rate_hz == TELEPHONE_HZ
    assert len(first.arrived.samples) == len(to_telephone_frames(clip).samples)
    assert len(first.arrived.samples) % FRAME_SAMPLES == 0
    assert all(np.isfinite(layer).all() for layer in (first.speech, first.echo, first.bed, first.floor))


@settings(max_examples=40)
@given(
    source=st.sampled_from(SOURCES),
    snr_db=st.floats(min_value=-5, max_value=40),
    gain_db=st.floats(min_value=-20, max_value=0),
    comfort_noise_db=st.none() | st.floats(min_value=-55, max_value=-40),
    echo_db=st.none() | st.floats(min_value=-30, max_value=-6),
    codec=st.sampled_from(Codec),
    seed=st.integers(min_value=0, max_value=2**32),
)
def test_decibels_are_achieved_to_half_a_decibel(
    source: Noise | Clip,
    snr_db: float,
    gain_db: float,
    comfort_noise_db: float | None,
    echo_db: float | None,
    codec: Codec,
    seed: int,
) -> None:
    line = TelephoneLine(
        codec=codec,
        snr_db=snr_db,
        noise=source,
        gain_db=gain_db,
        comfort_noise_db=comfort_noise_db,
        echo_db=echo_db,
        echo_delay_ms=150,
        lost_frames=0.1,
        burst_frames=2,
    )
    got = achieved(line, seed=seed)

    assert got.snr_db == pytest.approx(snr_db, abs=0.5)
    assert got.gain_db == pytest.approx(gain_db, abs=0.5)
    assert got.echo_db == (None if echo_db is None else pytest.approx(echo_db, abs=0.5))
    assert got.comfort_noise_db == (None if comfort_noise_db is None else pytest.approx(comfort_noise_db, abs=0.5))


@settings(max_examples=40)
@given(
    share=st.floats(min_value=0.01, max_value=0.6),
    burst_frames=st.floats(min_value=1, max_value=10),
    jitter_ms=st.floats(min_value=5, max_value=200),
    seed=st.integers(min_value=0, max_value=2**32),
)
def test_shares_are_achieved_to_half_a_percent_over_a_minute(
    share: float, burst_frames: float, jitter_ms: float, seed: int
) -> None:
    minute = Clip(np.full(60 * TELEPHONE_HZ, 3000, dtype=np.int16), TELEPHONE_HZ)
    got = achieved(TelephoneLine(lost_frames=share, burst_frames=burst_frames, jitter_ms=jitter_ms), minute, seed=seed)

    assert got.lost_share == pytest.approx(share, abs=0.005)
    assert got.late_share == pytest.approx(np.exp(-PLAYOUT_MS / jitter_ms), abs=0.005)
    assert got.burst_frames == pytest.approx(max(burst_frames, 1 / (1 - share)), rel=0.2)


@pytest.mark.parametrize("share", [0.0, 0.004, 0.1, 0.5, 0.99, 1.0])
@pytest.mark.parametrize("frames", [1, 2, 7, 50])
def test_a_short_utterance_loses_its_share_too(share: float, frames: int) -> None:
    clip = Clip(np.full(frames * FRAME_SAMPLES, 3000, dtype=np.int16), TELEPHONE_HZ)
    lost = [achieved(TelephoneLine(lost_frames=share, burst_frames=4), clip, seed=seed).lost for seed in range(400)]

    assert all(abs(each - share * frames) < 1 for each in lost)
    assert sum(lost) / len(lost) == pytest.approx(share * frames, abs=0.1)


def test_lost_frames_come_in_bursts_of_many_lengths() -> None:
    minute = Clip(np.full(60 * TELEPHONE_HZ, 3000, dtype=np.int16), TELEPHONE_HZ)
    passage = follow(TelephoneLine(lost_frames=0.1, burst_frames=5), minute)

    edges = np.flatnonzero(np.diff(np.concatenate(([False], passage.lost, [False])).astype(int)))
    lengths = edges[1::2] - edges[::2]

    assert lengths.mean() == pytest.approx(5, abs=0.1)
    assert np.std(lengths) == pytest.approx(np.sqrt(5 * 4), rel=0.3)
    assert (passage.arrived.samples.reshape(-1, FRAME_SAMPLES) == 0).all(axis=1).tolist() == passage.lost.tolist()


@pytest.mark.parametrize("source", SOURCES, ids=[*Noise, "file"])
def test_silence_in_gives_the_bed_alone_out(source: Noise | Clip) -> None:
    assert level_db(follow(TelephoneLine(snr_db=20, noise=source), SILENCE).arrived) == pytest.approx(-46, abs=0.5)


@pytest.mark.parametrize("line", [TelephoneLine(), TelephoneLine(gain_db=20, clip_db=6, echo_db=-6, echo_delay_ms=20)])
def test_silence_without_noise_stays_silent(line: TelephoneLine) -> None:
    assert not follow(line, SILENCE).arrived.samples.any()
    assert achieved(line, SILENCE) == Achieved(
        snr_db=None,
        gain_db=None,
        peak_db=None,
        echo_db=None,
        comfort_noise_db=None,
        frames=50,
        lost=0,
        late=0,
        bursts=0,
    )


def test_kinds_of_noise_differ_where_they_should() -> None:
    length = 20 * TELEPHONE_HZ
    beds = {kind: noise_bed(kind, length, power=0.01, rng=np.random.default_rng(3)) for kind in Noise}
    hz = np.fft.rfftfreq(length, 1 / TELEPHONE_HZ)

    def below(kind: Noise, limit_hz: float) -> float:
        power = np.abs(np.fft.rfft(beds[kind])) ** 2
        return float(power[hz < limit_hz].sum() / power.sum())

    def swing_db(kind: Noise) -> float:
        levels = 10 * np.log10(np.mean(np.square(beds[kind].reshape(-1, 400)), axis=1))
        return float(np.std(levels))

    assert below(Noise.WHITE, 1000) == pytest.approx(0.25, abs=0.02)
    assert below(Noise.STREET, 300) > 0.6
    assert below(Noise.PINK, 1000) > below(Noise.WHITE, 1000)
    assert below(Noise.BABBLE, 80) < 0.05
    assert swing_db(Noise.BABBLE) > 2 * swing_db(Noise.WHITE)


def test_a_sound_is_repeated_from_a_random_place() -> None:
    beds = [noise_bed(BUZZ, 20_000, power=0.01, rng=np.random.default_rng(seed)) for seed in (1, 1, 2)]

    assert np.array_equal(beds[0], beds[1])
    assert not np.array_equal(beds[0], beds[2])
    assert np.allclose(beds[0][:2500], beds[0][2500:5000])


def test_a_sound_with_a_long_pause_is_heard_in_a_short_utterance() -> None:
    beep = Clip(np.concatenate((np.full(400, 9000), np.full(400, -9000), np.zeros(80_000))).astype(np.int16), 8000)
    beds = [noise_bed(beep, 160, power=0.01, rng=np.random.default_rng(seed)) for seed in range(20)]

    assert all(np.mean(np.square(bed)) == pytest.approx(0.01) for bed in beds)


@pytest.mark.parametrize("sound", [SILENCE, Clip(np.zeros(0, dtype=np.int16), 8000)], ids=["silent", "empty"])
def test_a_silent_sound_adds_nothing(sound: Clip) -> None:
    assert not noise_bed(sound, 800, power=0.01, rng=np.random.default_rng(1)).any()


@settings(max_examples=25)
@given(gains=st.lists(st.floats(min_value=-40, max_value=20), min_size=2, max_size=4, unique=True))
def test_more_gain_is_never_quieter(gains: list[float]) -> None:
    powers = [speech_power(follow(TelephoneLine(gain_db=gain_db)).arrived) for gain_db in sorted(gains)]
    assert all(quieter <= louder * 1.01 for quieter, louder in pairwise(powers))


@pytest.mark.parametrize("clip_db", [1.0, 6.0, 20.0])
@pytest.mark.parametrize("gain_db", [0.0, -10.0])
def test_clipping_cuts_the_peaks_off(clip_db: float, gain_db: float) -> None:
    got = achieved(TelephoneLine(clip_db=clip_db, gain_db=gain_db))
    assert got.peak_db == pytest.approx(gain_db - clip_db, abs=0.1)

    samples = np.abs(follow(TelephoneLine(clip_db=clip_db)).mixed.samples.astype(int))
    assert np.mean(samples == samples.max()) > 0.002


def test_an_echo_is_the_voice_again_so_much_later() -> None:
    click = np.zeros(TELEPHONE_HZ, dtype=np.int16)
    click[800] = 20_000
    passage = follow(TelephoneLine(echo_db=-12, echo_delay_ms=200), Clip(click, TELEPHONE_HZ))

    heard = np.flatnonzero(np.abs(passage.arrived.samples.astype(int)) > 1000)
    assert heard.tolist() == [800, 800 + 1600]
    assert passage.arrived.samples[2400] == pytest.approx(20_000 * 10 ** (-12 / 20), rel=0.05)


def test_an_echo_that_comes_after_the_end_is_not_heard() -> None:
    line = TelephoneLine(echo_db=-3, echo_delay_ms=2000)
    assert follow(line, speechlike(1)).arrived.digest == follow(TelephoneLine(), speechlike(1)).arrived.digest


@pytest.mark.parametrize("codec", Codec)
def test_lost_frames_are_filled_with_comfort_noise(codec: Codec) -> None:
    passage = follow(TelephoneLine(codec=codec, lost_frames=1, comfort_noise_db=-55))
    assert level_db(passage.arrived) == pytest.approx(-55, abs=0.5)


def test_the_two_laws_sound_alike_and_are_not_the_same() -> None:
    mulaw, alaw = (follow(TelephoneLine(codec=codec)).arrived.floats for codec in (Codec.MULAW, Codec.ALAW))
    assert not np.array_equal(mulaw, alaw)
    assert np.max(np.abs(mulaw - alaw)) < 0.02


def test_another_setting_leaves_the_noise_and_the_losses_as_they_were() -> None:
    plain = follow(TelephoneLine(snr_db=10, lost_frames=0.1))
    more = follow(TelephoneLine(snr_db=10, lost_frames=0.1, jitter_ms=40, echo_db=-20, comfort_noise_db=-50))

    assert np.array_equal(plain.bed, more.bed)
    assert np.array_equal(plain.lost, more.lost)
