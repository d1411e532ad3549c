"""What a line really did to an utterance, measured on the samples after mixing and not taken from its settings.

What was too loud for 16 bits is measured as it was cut off. G.711's own noise, about 38 dB below the speech, belongs
to every call and is no part of the noise bed.
"""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import speech_power
from harness.audio.clip import FULL_SCALE, Clip
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ
from harness.audio.line import Passage

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Achieved:
    """The measured counterparts of a line's settings; None where there is nothing to compare."""

    snr_db: float | None
    """Speech without its pauses over the noise bed."""
    gain_db: float | None
    """Change of the speech's level, by clipping too."""
    peak_db: float | None
    """Change of the speech's highest sample."""
    echo_db: float | None
    """Echo over the speech it is the echo of."""
    comfort_noise_db: float | None
    """Level of the comfort noise, in dB below full scale."""
    frames: int
    lost: int
    """Frames the network lost."""
    late: int
    """Frames that came too late, lost ones included."""
    bursts: int
    """Stretches of frames the network lost in a row."""

    @property
    def lost_share(self) -> float:
        """Return the share of frames the network lost."""
        return self.lost / self.frames if self.frames else 0.0

    @property
    def late_share(self) -> float:
        """Return the share of frames that came too late."""
        return self.late / self.frames if self.frames else 0.0

    @property
    def burst_frames(self) -> float | None:
        """Return how many frames were lost in a row, on average."""
        return self.lost / self.bursts if self.bursts else None


def measure_line(passage: Passage) -> Achieved:
    """Return what was achieved on the way."""
    mixed = passage.mixed.floats.astype(np.float64)
    speech, echo, bed, floor = passage.speech, passage.echo, passage.bed, passage.floor
    heard_speech = Clip.of_floats(speech, TELEPHONE_HZ)
    sent = passage.sent.floats.astype(np.float64)
    missing = np.repeat(passage.lost | passage.late, FRAME_SAMPLES)
    return Achieved(
        snr_db=_ratio_db(speech_power(heard_speech), _power(mixed - speech - echo - floor) if bed.any() else 0.0),
        gain_db=_ratio_db(speech_power(heard_speech), speech_power(passage.sent)),
        peak_db=_ratio_db(_peak(heard_speech.floats.astype(np.float64)) ** 2, _peak(sent) ** 2),
        echo_db=_echo_db(passage, mixed - speech - bed - floor) if echo.any() else None,
        comfort_noise_db=_floor_db(passage, missing) if floor.any() else None,
        frames=len(passage.lost),
        lost=int(passage.lost.sum()),
        late=int(passage.late.sum()),
        bursts=sum(1 for is_lost, _ in groupby(passage.lost.tolist()) if is_lost),
    )


def _echo_db(passage: Passage, echo: Values) -> float | None:
    """Return the level of the echo over the part of the speech whose echo came before the end."""
    delay = int(np.flatnonzero(passage.echo)[0] - np.flatnonzero(passage.speech)[0])
    return _ratio_db(_power(echo[delay:]), _power(passage.speech[: len(echo) - delay]))


def _floor_db(passage: Passage, missing: NDArray[np.bool_]) -> float | None:
    """Return the level of the comfort noise: as it arrived in missing frames, else as it was mixed."""
    if missing.any():
        return _ratio_db(_power(passage.arrived.samples[missing] / FULL_SCALE), 1.0)
    mixed = passage.mixed.floats.astype(np.float64)
    return _ratio_db(_power(mixed - passage.speech - passage.echo - passage.bed), 1.0)


def _power(values: Values) -> float:
    return float(np.mean(np.square(values))) if len(values) else 0.0


def _peak(values: Values) -> float:
    return float(np.max(np.abs(values))) if len(values) else 0.0


def _ratio_db(power: float, reference: float) -> float | None:
    return 10 * float(np.log10(power / reference)) if power > 0 and reference > 0 else None
