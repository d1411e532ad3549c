"""The tones of keys: what a receiver makes of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.audio.clip import Clip
from harness.audio.codec import Codec
from harness.audio.line import TelephoneLine
from harness.audio.tones import KEYS_HZ, key_tones
from harness.audio.wideband import Wideband
from tests.audio.keys import detect_keys

digits = st.text(alphabet=sorted(KEYS_HZ), max_size=8)


@settings(max_examples=25)
@given(digits=digits, tone_ms=st.integers(80, 200), gap_ms=st.integers(70, 200))
def test_any_keys_are_read_off_their_sound(digits: str, tone_ms: int, gap_ms: int) -> None:
    clip = key_tones(digits, tone_ms=tone_ms, gap_ms=gap_ms)

    assert detect_keys(clip) == digits
    assert clip.duration_ms == max(len(digits) * (tone_ms + gap_ms) - gap_ms, 0)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(TelephoneLine(codec=Codec.ALAW), id="alaw"),
        pytest.param(TelephoneLine(snr_db=15), id="noise"),
        pytest.param(TelephoneLine(wideband=Wideband.G722), id="g722"),
        pytest.param(TelephoneLine(wideband=Wideband.OPUS), id="opus"),
    ],
)
def test_keys_are_read_at_the_other_end_of_a_line(line: TelephoneLine) -> None:
    sent = key_tones("147*0D", tone_ms=160, gap_ms=120)

    assert detect_keys(line.carry(sent, rng=np.random.default_rng(1))) == "147*0D"


def test_noise_is_no_key() -> None:
    noise = (np.random.default_rng(1).standard_normal(16_000) * 3000).astype(np.int16)

    assert detect_keys(Clip(noise, 8_000)) == ""
