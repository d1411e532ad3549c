"""The codecs of a caller's own network before it is transcoded for the telephone: the one door to PyAV.

Each returns what went in after as many samples as went in: the delay of the codec is taken off, as a recording with one
clock needs it. G.722 is integer arithmetic and the same everywhere; Opus is floating point, the same bytes on the same
kind of processor.
"""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, assert_never

import numpy as np

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.errors import ConfigurationError

if TYPE_CHECKING:
    import av

WIDEBAND_HZ: Final = 16_000
_FRAME: Final = WIDEBAND_HZ // 50
"""20 ms."""
_G722_DELAY: Final = 22
"""Samples the two filter banks of ITU-T G.722 hold back, at 16 kHz."""
_OPUS_HZ: Final = 48_000
"""What an Opus decoder puts out, whatever went in (RFC 7845)."""
_OPUS_BITS: Final = 24_000
"""A second: what telephones use for wideband speech."""
_OPUS_TAIL: Final = _FRAME
"""The encoder looks 6.5 ms ahead, so that the last of the sound comes out with the frame behind it."""
_OPUS_OPTIONS: Final = {"application": "voip", "frame_duration": "20", "compression_level": "5", "vbr": "on"}


class Wideband(StrEnum):
    """Codecs that carry 7 kHz and more."""

    G722 = "g722"
    """ITU-T G.722 at 64 kbit/s."""
    OPUS = "opus"
    """RFC 6716 at 24 kbit/s, for speech."""


def through_wideband(samples: Samples, codec: Wideband) -> Samples:
    """Return telephone sound of 8 kHz after a network that encodes it at 16 kHz and hands it on decoded.

    Raises:
        ConfigurationError: PyAV is missing, or was built without this codec.
    """
    if not len(samples):
        return samples
    wide = resample(Clip(samples, TELEPHONE_HZ), WIDEBAND_HZ).samples
    match codec:
        case Wideband.G722:
            decoded = Clip(_through_g722(wide), WIDEBAND_HZ)
        case Wideband.OPUS:
            decoded = Clip(_through_opus(wide), _OPUS_HZ)
        case _:
            assert_never(codec)
    narrow = resample(decoded, TELEPHONE_HZ).samples[: len(samples)]
    return np.pad(narrow, (0, len(samples) - len(narrow)))


def _through_g722(samples: Samples) -> Samples:
    encoder, decoder = _contexts("g722", "g722")
    encoder.open()
    decoder.sample_rate = WIDEBAND_HZ
    decoder.layout = "mono"
    return _coded(samples, tail=_G722_DELAY, encoder=encoder, decoder=decoder)[_G722_DELAY:]


def _through_opus(samples: Samples) -> Samples:
    encoder, decoder = _contexts("libopus", "libopus")
    encoder.bit_rate = _OPUS_BITS
    encoder.options = dict(_OPUS_OPTIONS)
    encoder.open()
    # The header says how many samples at the start are not sound; the decoder drops them.
    decoder.extradata = encoder.extradata
    return _coded(samples, tail=_OPUS_TAIL, encoder=encoder, decoder=decoder)


def _contexts(encoder: str, decoder: str) -> tuple["av.AudioCodecContext", "av.AudioCodecContext"]:
    try:
        import av
    except ImportError as error:
        raise ConfigurationError(
            "the codecs g722 and opus need PyAV, which is not installed. Run `pip install av`, or use mulaw or alaw"
        ) from error
    try:
        coder = av.CodecContext.create(encoder, "w")
        reader = av.CodecContext.create(decoder, "r")
    except av.codec.codec.UnknownCodecError as error:
        raise ConfigurationError(
            f"PyAV was built without {encoder}. Install its wheel from PyPI, or use mulaw or alaw"
        ) from error
    assert isinstance(coder, av.AudioCodecContext)
    assert isinstance(reader, av.AudioCodecContext)
    coder.sample_rate = WIDEBAND_HZ
    coder.layout = "mono"
    coder.format = "s16"
    coder.time_base = Fraction(1, WIDEBAND_HZ)
    return coder, reader


def _coded(samples: Samples, *, tail: int, encoder: "av.AudioCodecContext", decoder: "av.AudioCodecContext") -> Samples:
    """Return what the decoder makes of the samples and of `tail` samples of silence behind them."""
    padded = np.pad(samples, (0, tail + -(len(samples) + tail) % _FRAME))
    packets = (packet for frame in (*_frames(padded), None) for packet in encoder.encode(frame))
    decoded = [frame.to_ndarray().reshape(-1) for packet in packets for frame in decoder.decode(packet)]
    return np.concatenate(decoded).astype(np.int16)


def _frames(samples: Samples) -> Iterator["av.AudioFrame"]:
    import av

    for start in range(0, len(samples), _FRAME):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + _FRAME], format="s16", layout="mono")
        frame.sample_rate = WIDEBAND_HZ
        frame.pts = start
        yield frame
