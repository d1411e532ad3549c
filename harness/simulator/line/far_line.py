"""The line a persona's surroundings describe; a noise of the author's is read when the call begins."""

from pathlib import Path

from harness.audio.clip import Clip
from harness.audio.codec import Codec
from harness.audio.files import load_clip
from harness.audio.line import TelephoneLine
from harness.audio.noise import Noise
from harness.model.persona import NoiseFile, NoiseSource, Surroundings


def line_of(surroundings: Surroundings) -> TelephoneLine:
    """Return the line.

    Raises:
        StoreError: the file of the noise cannot be read as sound.
    """
    echo = surroundings.echo
    return TelephoneLine(
        codec=Codec(surroundings.codec.value),
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
    return load_clip(Path(source.source)) if isinstance(source, NoiseFile) else Noise(source.value)
