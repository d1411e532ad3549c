"""The line a persona's surroundings describe; a noise of the author's is read when the call begins."""

from pathlib import Path
from typing import assert_never

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.audio.codec import Codec as Law
from harness.audio.files import load_clip
from harness.audio.line import TelephoneLine
from harness.audio.noise import Noise
from harness.audio.wideband import Wideband
from harness.model.persona import Codec, NoiseFile, NoiseSource, Surroundings


def line_of(surroundings: Surroundings) -> TelephoneLine:
    """Return the line.

    Raises:
        StoreError: the file of the noise cannot be read as sound.
    """
    echo = surroundings.echo
    return TelephoneLine(
        codec=Law.ALAW if surroundings.codec is Codec.ALAW else Law.MULAW,
        wideband=_wideband(surroundings.codec),
        snr_db=surroundings.snr_db,
        noise=_noise(surroundings.noise),
        lost_frames=surroundings.lost_frames,
        burst_frames=surroundings.burst_frames,
        jitter_ms=surroundings.jitter_ms,
        gain_db=surroundings.gain_db,
        clip_db=surroundings.clip_db,
        echo_db=echo.level_db if echo else None,
        echo_delay_ms=echo.delay_ms if echo else 0,
        comfort_noise_db=surroundings.comfort_noise_db,
    )


def _noise(source: NoiseSource) -> Noise | Clip:
    if not isinstance(source, NoiseFile):
        return Noise(source.value)
    return resample(load_clip(Path(source.source)), TELEPHONE_HZ)


def _wideband(codec: Codec) -> Wideband | None:
    match codec:
        case Codec.MULAW | Codec.ALAW:
            return None
        case Codec.G722:
            return Wideband.G722
        case Codec.OPUS:
            return Wideband.OPUS
        case _:
            assert_never(codec)
