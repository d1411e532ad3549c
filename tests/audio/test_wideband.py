"""The codecs of a caller's own network: what comes out when, and that it is the same again."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.line import TelephoneLine
from harness.audio.measured import measure_line
from harness.audio.wideband import Wideband, through_wideband
from tests.audio.speechlike import speechlike

MUFFLED_DB = {Wideband.G722: 25.0, Wideband.OPUS: 6.0}
"""Speech over what a codec does to it, at the least."""


def delay_samples(sent: Samples, arrived: Samples) -> int:
    size = 4 * len(sent)
    spectra = [np.fft.rfft(samples.astype(np.float64), n=size) for samples in (sent, arrived)]
    place = int(np.argmax(np.fft.irfft(np.conj(spectra[0]) * spectra[1], n=size)))
    return place if place < size // 2 else place - size


@settings(max_examples=30)
@given(codec=st.sampled_from(Wideband), frames=st.integers(8, 150), seed=st.integers(0, 99))
def test_sound_comes_out_when_it_went_in_and_is_the_same_again(codec: Wideband, frames: int, seed: int) -> None:
    sent = speechlike(frames * 20, seed=seed)
    arrived = through_wideband(sent, codec)

    assert len(arrived) == len(sent)
    assert abs(delay_samples(sent, arrived)) <= 1
    assert np.array_equal(arrived, through_wideband(sent, codec))


@pytest.mark.parametrize("codec", Wideband)
def test_a_codec_changes_a_voice_a_little(codec: Wideband) -> None:
    sent = speechlike(4_000).astype(np.float64)
    arrived = through_wideband(speechlike(4_000), codec)
    noise = arrived - sent

    assert noise.any()
    assert 10 * np.log10(np.sum(sent**2) / np.sum(noise**2)) > MUFFLED_DB[codec]


@pytest.mark.parametrize("codec", Wideband)
@pytest.mark.parametrize("length", [0, 1, 159, 161, 1_000])
def test_any_length_is_kept(codec: Wideband, length: int) -> None:
    assert len(through_wideband(speechlike(200)[:length], codec)) == length


@pytest.mark.parametrize("codec", Wideband)
def test_silence_stays_too_quiet_to_be_heard(codec: Wideband) -> None:
    assert np.abs(through_wideband(np.zeros(8_000, dtype=np.int16), codec)).max() < 10


@pytest.mark.parametrize("codec", Wideband)
def test_what_a_line_was_asked_for_is_achieved_before_the_codec_as_without(codec: Wideband) -> None:
    clip = Clip(speechlike(3_000), TELEPHONE_HZ)
    plain, coded = (
        TelephoneLine(wideband=wideband, snr_db=15, lost_frames=0.1, burst_frames=3).follow(
            clip, rng=np.random.default_rng(1)
        )
        for wideband in (None, codec)
    )

    assert measure_line(coded) == measure_line(plain)
    assert not np.array_equal(coded.arrived.samples, plain.arrived.samples)
    assert not coded.arrived.samples[np.repeat(coded.lost, 160)].any()


@pytest.mark.parametrize("codec", Wideband)
def test_without_pyav_the_codec_is_refused_with_what_to_do(codec: Wideband) -> None:
    program = (
        "import sys, numpy; sys.modules['av'] = None\n"
        "from harness.audio.wideband import Wideband, through_wideband\n"
        f"through_wideband(numpy.ones(160, dtype=numpy.int16), Wideband({codec.value!r}))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "ConfigurationError" in done.stderr
    assert "pip install av" in done.stderr
