"""What a telephone does to sound: 8 kHz and eight bits a sample (ITU-T G.711), by table and exact to the bit.

The standard library lost its `audioop` in Python 3.13, and the µ-law of sound file libraries is not bit-exact.
"""

from enum import StrEnum
from typing import assert_never

import numpy as np
import soxr
from numpy.typing import NDArray

from harness.audio.clip import Clip, Samples

TELEPHONE_HZ = 8000
FRAME_MS = 20
"""One RTP packet's worth of sound."""
FRAME_SAMPLES = TELEPHONE_HZ * FRAME_MS // 1000

Codes = NDArray[np.uint8]


class Codec(StrEnum):
    """The two laws of G.711."""

    MULAW = "mulaw"
    ALAW = "alaw"


_MULAW_BIAS = 33
_MULAW_LARGEST = 8158


def _mulaw_codes() -> Codes:
    """Return the code of every 16-bit sample, from -32768 up."""
    linear = np.arange(-32768, 32768) >> 2
    magnitude = np.minimum(np.abs(linear), _MULAW_LARGEST) + _MULAW_BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int64) - 5
    mantissa = (magnitude >> (exponent + 1)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    codes: Codes = (~(sign | exponent << 4 | mantissa) & 0xFF).astype(np.uint8)
    return codes


def _mulaw_samples() -> Samples:
    """Return the sample of every code."""
    code = ~np.arange(256) & 0xFF
    magnitude = ((2 * (code & 0x0F) + _MULAW_BIAS) << ((code >> 4) & 0x07)) - _MULAW_BIAS
    return (np.where(code & 0x80, -magnitude, magnitude) << 2).astype(np.int16)


def _alaw_codes() -> Codes:
    """Return the code of every 16-bit sample, from -32768 up."""
    linear = np.arange(-32768, 32768) >> 3
    magnitude = np.where(linear < 0, -linear - 1, linear)
    exponent = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int64) - 4, 0)
    mantissa = (magnitude >> np.maximum(exponent, 1)) & 0x0F
    toggle = np.where(linear < 0, 0x55, 0xD5)
    return ((exponent << 4 | mantissa) ^ toggle).astype(np.uint8)


def _alaw_samples() -> Samples:
    """Return the sample of every code."""
    code = np.arange(256) ^ 0x55
    exponent = (code >> 4) & 0x07
    magnitude = ((code & 0x0F) << 4) + np.where(exponent > 0, 0x108, 0x008)
    magnitude <<= np.maximum(exponent - 1, 0)
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


_MULAW_CODES, _MULAW_SAMPLES = _mulaw_codes(), _mulaw_samples()
_ALAW_CODES, _ALAW_SAMPLES = _alaw_codes(), _alaw_samples()


def encode_mulaw(samples: Samples) -> Codes:
    """Return one µ-law byte a sample."""
    return _MULAW_CODES[samples.astype(np.int32) + 32768]


def decode_mulaw(codes: Codes) -> Samples:
    """Return the sample each µ-law byte stands for."""
    return _MULAW_SAMPLES[codes]


def encode_alaw(samples: Samples) -> Codes:
    """Return one A-law byte a sample."""
    return _ALAW_CODES[samples.astype(np.int32) + 32768]


def decode_alaw(codes: Codes) -> Samples:
    """Return the sample each A-law byte stands for."""
    return _ALAW_SAMPLES[codes]


def through_codec(samples: Samples, codec: Codec) -> Samples:
    """Return what is left of samples once they were encoded and decoded."""
    match codec:
        case Codec.MULAW:
            return decode_mulaw(encode_mulaw(samples))
        case Codec.ALAW:
            return decode_alaw(encode_alaw(samples))
        case _:
            assert_never(codec)


def resample(clip: Clip, rate_hz: int) -> Clip:
    """Return the clip at another rate; the same clip gives the same bytes."""
    if clip.rate_hz == rate_hz or len(clip.samples) == 0:
        return Clip(clip.samples, rate_hz)
    # In floating point: soxr dithers 16-bit output with a seed taken from the wall clock.
    return Clip.of_floats(soxr.resample(clip.floats, clip.rate_hz, rate_hz, quality="VHQ"), rate_hz)


def to_telephone_frames(clip: Clip) -> Clip:
    """Return the clip at 8 kHz, filled up with silence to whole 20 ms frames, as a telephone sends it."""
    samples = resample(clip, TELEPHONE_HZ).samples
    return Clip(np.pad(samples, (0, -len(samples) % FRAME_SAMPLES)), TELEPHONE_HZ)


def through_telephone(clip: Clip) -> Clip:
    """Return the clip as it comes out of a G.711 µ-law line, in whole 20 ms frames of 8 kHz."""
    return Clip(through_codec(to_telephone_frames(clip).samples, Codec.MULAW), TELEPHONE_HZ)
