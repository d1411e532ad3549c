"""What a line really did to its utterances, measured on the samples after mixing and not taken from its settings.

What was too loud for 16 bits is measured as it was cut off. G.711's own noise, about 38 dB below the speech, belongs
to every call and is no part of the noise bed; nor is what another codec before it does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import spoken_values
from harness.audio.clip import FULL_SCALE, Clip
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ
from harness.audio.line import Passage

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Energy, and the number of samples it is spread over."""

    energy: float = 0.0
    samples: int = 0

    @classmethod
    def of(cls, values: Values) -> "Sum":
        """Return the sum of samples."""
        return cls(energy=float(np.sum(np.square(values))), samples=len(values))

    def __add__(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(energy=self.energy + other.energy, samples=self.samples + other.samples)

    @property
    def power(self) -> float:
        """Return the mean power; 0 for nothing."""
        return self.energy / self.samples if self.samples else 0.0


_NOTHING = Sum()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was counted on the way of one utterance, before anything is divided: the utterances of a call add up."""

    sent: Sum
    """The speech as it was sent, pauses left out."""
    speech: Sum
    """After gain and clipping."""
    noise: Sum
    """The noise bed, counted as often as there is speech: the noise under a long utterance weighs more."""
    sent_peak: Sum
    peak: Sum
    """The highest sample alone."""
    echoed: Sum
    """The speech whose echo came before the end."""
    echo: Sum
    floor: Sum
    """The comfort noise: as it arrived in missing frames, else as it was mixed."""
    frames: int
    lost: int
    late: int
    bursts: int


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
    """Return what was achieved on the way of one utterance."""
    return pool((tally(passage),))


def pool(tallies: Sequence[Tally]) -> Achieved:
    """Return what was achieved on a line: everything of all utterances is added up, then divided."""
    speech = _total(each.speech for each in tallies)
    floor = _total(each.floor for each in tallies)
    return Achieved(
        snr_db=_ratio_db(speech, _total(each.noise for each in tallies)),
        gain_db=_ratio_db(speech, _total(each.sent for each in tallies)),
        peak_db=_ratio_db(_total(each.peak for each in tallies), _total(each.sent_peak for each in tallies)),
        echo_db=_ratio_db(_total(each.echo for each in tallies), _total(each.echoed for each in tallies)),
        comfort_noise_db=_ratio_db(floor, Sum(energy=1.0, samples=1)),
        frames=sum(each.frames for each in tallies),
        lost=sum(each.lost for each in tallies),
        late=sum(each.late for each in tallies),
        bursts=sum(each.bursts for each in tallies),
    )


def tally(passage: Passage) -> Tally:
    """Return what can be counted on the way of an utterance."""
    mixed = passage.mixed.floats.astype(np.float64)
    speech, echo, bed, floor = passage.speech, passage.echo, passage.bed, passage.floor
    heard = Clip.of_floats(speech, TELEPHONE_HZ)
    spoken = spoken_values(heard)
    noise = Sum.of(mixed - speech - echo - floor).power if bed.any() else 0.0
    delay = int(np.flatnonzero(echo)[0] - np.flatnonzero(speech)[0]) if echo.any() else 0
    return Tally(
        sent=Sum.of(spoken_values(passage.sent)),
        speech=Sum.of(spoken),
        noise=Sum(energy=noise * len(spoken), samples=len(spoken)),
        sent_peak=_peak(passage.sent.floats.astype(np.float64)),
        peak=_peak(heard.floats.astype(np.float64)),
        echoed=Sum.of(speech[: len(speech) - delay]) if delay else _NOTHING,
        echo=Sum.of((mixed - speech - bed - floor)[delay:]) if delay else _NOTHING,
        floor=_floor(passage) if floor.any() else _NOTHING,
        frames=len(passage.lost),
        lost=int(passage.lost.sum()),
        late=int(passage.late.sum()),
        bursts=sum(1 for is_lost, _ in groupby(passage.lost.tolist()) if is_lost),
    )


def _floor(passage: Passage) -> Sum:
    missing = np.repeat(passage.lost | passage.late, FRAME_SAMPLES)
    if missing.any():
        return Sum.of(passage.arrived.samples[missing] / FULL_SCALE)
    mixed = passage.mixed.floats.astype(np.float64)
    return Sum.of(mixed - passage.speech - passage.echo - passage.bed)


def _peak(values: Values) -> Sum:
    return Sum(energy=float(np.max(np.square(values), initial=0.0)), samples=1)


def _total(sums: Iterable[Sum]) -> Sum:
    return sum(sums, _NOTHING)


def _ratio_db(sum_: Sum, reference: Sum) -> float | None:
    return 10 * float(np.log10(sum_.power / reference.power)) if sum_.power > 0 and reference.power > 0 else None
