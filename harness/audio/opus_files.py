"""Recordings small enough to travel with a report: Ogg Opus (RFC 7845), which every current browser plays and seeks in.

The FLAC file of a run stays the evidence; this is what a page plays. The container is written without its usual serial
number by chance and without the names of libraries, so that one recording gives one file. As Opus is floating point,
that holds on the same kind of processor with the same libopus.
"""

import io
from typing import Final

import numpy as np

from harness.audio.codec import resample
from harness.audio.recording import Lane, Recording
from harness.errors import ConfigurationError

SUFFIX: Final = ".ogg"
"""Of the file's name."""
MEDIA_TYPE: Final = "audio/ogg; codecs=opus"

_RATES_HZ: Final = (8_000, 12_000, 16_000, 24_000, 48_000)
"""What an Opus encoder takes (RFC 6716)."""
_BITS: Final = 24_000
"""A second, for both channels. What is said needs no more at telephone bandwidth; silence takes less."""
_CODEC_OPTIONS: Final = {
    # Speech coding also keeps the two sides of a call apart; at this rate the coding for music would mix them.
    "application": "voip",
    "vbr": "on",
    "frame_duration": "60",
    # A higher level takes twice as long and saves nothing.
    "compression_level": "1",
    "flags": "+bitexact",
}


def opus_bytes(recording: Recording) -> bytes:
    """Return a recording as an Ogg Opus file of its length: caller left, agent right.

    Raises:
        ConfigurationError: PyAV is missing, or was built without Opus.
    """
    try:
        import av
    except ImportError as error:
        raise ConfigurationError(
            "the sound of a page needs PyAV, which is not installed. Run `pip install av`"
        ) from error
    taken = _at_a_rate_of_opus(recording)
    # A file without samples cannot be played: a call without length is kept as one sample of silence.
    samples = taken.interleaved if len(taken.caller.samples) else np.zeros((1, 2), dtype=np.int16)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="stereo")
    frame.sample_rate = taken.rate_hz
    frame.pts = 0
    file = io.BytesIO()
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        try:
            stream = container.add_stream("libopus", rate=taken.rate_hz, layout="stereo", options=dict(_CODEC_OPTIONS))
        except av.codec.codec.UnknownCodecError as error:
            raise ConfigurationError("PyAV was built without libopus. Install its wheel from PyPI") from error
        stream.bit_rate = _BITS
        for part in (frame, None):
            container.mux(stream.encode(part))
    return file.getvalue()


def _at_a_rate_of_opus(recording: Recording) -> Recording:
    rate_hz = next((rate for rate in _RATES_HZ if rate >= recording.rate_hz), _RATES_HZ[-1])
    return Recording(*(resample(recording.lane(lane), rate_hz) for lane in Lane))
