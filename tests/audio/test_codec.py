import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.audio.clip import Clip, Samples
from harness.audio.codec import decode_alaw, decode_mulaw, encode_alaw, encode_mulaw, resample, through_telephone

EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)
EVERY_CODE = np.arange(256).astype(np.uint8)


def tone(hz: float, *, rate_hz: int, seconds: float = 0.5) -> Clip:
    return Clip.of_floats(0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz), rate_hz)


@pytest.mark.filterwarnings("ignore:'audioop' is deprecated")
def test_g711_equals_the_old_standard_library_for_every_sample_and_every_code() -> None:
    audioop = pytest.importorskip("audioop")
    sound, codes = EVERY_SAMPLE.tobytes(), EVERY_CODE.tobytes()
    assert encode_mulaw(EVERY_SAMPLE).tobytes() == audioop.lin2ulaw(sound, 2)
    assert decode_mulaw(EVERY_CODE).tobytes() == audioop.ulaw2lin(codes, 2)
    assert encode_alaw(EVERY_SAMPLE).tobytes() == audioop.lin2alaw(sound, 2)
    assert decode_alaw(EVERY_CODE).tobytes() == audioop.alaw2lin(codes, 2)


@pytest.mark.parametrize(
    ("law", "code", "sample"),
    [
        pytest.param("mu", 0xFF, 0, id="mu-zero"),
        pytest.param("mu", 0x80, 32124, id="mu-loudest"),
        pytest.param("mu", 0x00, -32124, id="mu-loudest-negative"),
        pytest.param("a", 0xD5, 8, id="a-smallest"),
        pytest.param("a", 0xAA, 32256, id="a-loudest"),
        pytest.param("a", 0x2A, -32256, id="a-loudest-negative"),
    ],
)
def test_g711_codes_of_the_recommendation(law: str, code: int, sample: int) -> None:
    encode, decode = (encode_mulaw, decode_mulaw) if law == "mu" else (encode_alaw, decode_alaw)
    assert decode(np.array([code], dtype=np.uint8)).tolist() == [sample]
    assert encode(np.array([sample], dtype=np.int16)).tolist() == [code]


def test_what_came_out_of_a_line_passes_a_second_one_unchanged() -> None:
    once: Samples = decode_mulaw(encode_mulaw(EVERY_SAMPLE))
    assert np.array_equal(decode_mulaw(encode_mulaw(once)), once)


@pytest.mark.parametrize("rate_hz", [8000, 16_000, 19_680, 22_050, 24_000, 48_000])
def test_resampling_keeps_a_tone_in_the_telephone_band(rate_hz: int) -> None:
    there = resample(tone(1000, rate_hz=rate_hz), 8000)
    assert there.rate_hz == 8000
    assert there.duration_ms == 500
    middle = there.span(100, 400).floats
    expected = tone(1000, rate_hz=8000).span(100, 400).floats
    assert np.max(np.abs(middle - expected)) < 0.01


def test_resampling_gives_the_same_bytes_each_time() -> None:
    clip = tone(440, rate_hz=24_000)
    assert len({resample(clip, 8000).digest for _ in range(5)}) == 1


def test_a_telephone_carries_nothing_above_its_band() -> None:
    assert np.abs(through_telephone(tone(6000, rate_hz=24_000)).span(50, 450).samples).max() < 100


@given(st.integers(min_value=0, max_value=5000))
def test_a_telephone_sends_whole_frames_of_20_ms(length: int) -> None:
    clip = through_telephone(Clip(np.full(length, 1000, dtype=np.int16), 24_000))
    assert len(clip.samples) % 160 == 0
    assert -1 < clip.duration_ms - length / 24 < 20
