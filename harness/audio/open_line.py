"""What comes over an open line while nothing is sent: its noise bed, its comfort noise and its losses.

The noise is a loop on the call's own clock, so that it is the same at the same moment whatever was said before, and a
long call costs little more than a short one. Beside an utterance, which brings noise of its own, the two are blended.
"""

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Clip, Samples
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ, resample, through_codec
from harness.audio.line import Passage, TelephoneLine

Values = NDArray[np.float64]
Number = TypeVar("Number", np.float64, np.bool_)

_LOOP: Final = 4 * TELEPHONE_HZ
_LOUD: Final = 1e-3
"""Power at which the bed is made: no sample of it is cut off, and 16 bits of it are enough."""
_LONGEST_LOOP: Final = 60 * TELEPHONE_HZ
"""A sound of the author's comes round when it is over, or after this long."""
BLEND: Final = TELEPHONE_HZ // 50
"""20 ms: the noise of an utterance fades into the line's own."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Neighbour:
    """The utterance before a silence, or the one after it."""

    noise: Samples
    """Everything on its way that was not speech."""

    @classmethod
    def of(cls, passage: Passage) -> "Neighbour":
        """Return what an utterance brought with it."""
        return cls(noise=Clip.of_floats(passage.bed + passage.floor, TELEPHONE_HZ).samples)

    def upto(self, length: int) -> "Neighbour":
        """Return the utterance as it was cut off."""
        return Neighbour(noise=self.noise[:length])


class OpenLine:
    """The line of one call between utterances."""

    def __init__(self, line: TelephoneLine, *, rng: np.random.Generator) -> None:
        """Take the line and the dice of its noise."""
        self._line = line
        nothing = Clip(np.zeros(_loop_of(line), dtype=np.int16), TELEPHONE_HZ)
        passage = line.follow(nothing, rng=rng, bed_power=_LOUD)
        self._bed = _transcoded(passage.bed, line=line) / np.sqrt(_LOUD)
        """Of power 1."""
        self._floor = _transcoded(passage.floor, line=line)
        self._missing = np.repeat(passage.lost | passage.late, FRAME_SAMPLES)

    def between(
        self,
        start: int,
        end: int,
        *,
        bed_power: float,
        before: Neighbour | None = None,
        after: Neighbour | None = None,
    ) -> Samples:
        """Return what arrives from one sample of the call to another.

        Args:
            start: The first sample, counted from the start of the call.
            end: The one after the last.
            bed_power: Power of the noise bed.
            before: The utterance that ends at `start`.
            after: The utterance that begins at `end`.
        """
        floor = _around(self._floor, start, end)
        noise = _around(np.sqrt(bed_power) * self._bed + self._floor, start, end)
        if before is not None:
            _fade(noise, _mirrored(before.noise[::-1]))
        if after is not None:
            _fade(noise[::-1], _mirrored(after.noise))
        missing = self.missing(start, end)
        noise[missing] = floor[missing]
        return through_codec(Clip.of_floats(noise, TELEPHONE_HZ).samples, self._line.codec)

    def missing(self, start: int, end: int) -> NDArray[np.bool_]:
        """Return which samples of that time did not arrive."""
        return _around(self._missing, start, end)


def _loop_of(line: TelephoneLine) -> int:
    """Return how long the loop is, in whole frames."""
    if not isinstance(line.noise, Clip) or line.snr_db is None:
        return _LOOP
    own = len(resample(line.noise, TELEPHONE_HZ).samples)
    return min(max(own - own % FRAME_SAMPLES, FRAME_SAMPLES), _LONGEST_LOOP)


def _transcoded(values: Values, *, line: TelephoneLine) -> Values:
    if line.wideband is None or not values.any():
        return values
    # Once round before it counts: a codec needs a moment to get used to a sound, and the loop must not show it.
    warm = np.concatenate((values[-FRAME_SAMPLES * 10 :], values))
    coded = line.transcoded(Clip.of_floats(warm, TELEPHONE_HZ).samples)[-len(values) :]
    return Clip(coded, TELEPHONE_HZ).floats.astype(np.float64)


def _around(loop: NDArray[Number], start: int, end: int) -> NDArray[Number]:
    """Return a part of what goes round for ever, as samples of its own."""
    first = start % len(loop)
    rounds = -(-(first + end - start) // len(loop))
    return np.tile(loop, rounds)[first : first + end - start]


def _mirrored(noise: Samples) -> Values:
    """Return the noise next to an edge as it would go on beyond it: backwards, so that nothing jumps."""
    return Clip(noise[:BLEND], TELEPHONE_HZ).floats.astype(np.float64)


def _fade(own: Values, other: Values) -> None:
    """Let other noise fade into the beginning of a line's own, at constant power."""
    count = min(len(own), len(other))
    angle = np.pi / 2 * (np.arange(count) + 0.5) / max(count, 1)
    own[:count] = np.sin(angle) * own[:count] + np.cos(angle) * other[:count]
