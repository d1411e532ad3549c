"""Where the agent's sound belongs on the recording: pieces that a network delivers unevenly, put back in a row.

Pieces follow one another without a seam as long as their times agree with that but for jitter. What was lost on the
way leaves a hole as long as itself, noticed from the pieces after it, which all come that much too late.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ

_PER_MS: Final = TELEPHONE_HZ // 1000
JUMP_MS: Final = 100
"""Sound this much later than its row was not delayed: nothing was sent in between."""
_WATCHED: Final = 10
"""So many pieces have to agree that the row is late, or early."""
_SLACK_MS: Final = 8
"""Jitter nobody needs to correct."""
_PORTION_MS: Final = 500
"""Sound is laid on the tape in portions, which spares it thousands of small clips."""


class Arrivals:
    """The row of one call."""

    def __init__(self, lay: Callable[[Clip, int], None]) -> None:
        """Take who lays a clip on the recording at a moment."""
        self._lay = lay
        self._row: list[Samples] = []
        self._length = 0
        """Of the row, in samples."""
        self._row_ms: int | None = None
        """Where the row begins; None before the first piece."""
        self._late: deque[int] = deque(maxlen=_WATCHED)

    def take(self, samples: Samples, *, at_ms: int) -> None:
        """Put a piece behind the others, or where it belongs when there is a hole."""
        if self._row_ms is None:
            self._row_ms = at_ms
        late_ms = at_ms - self._row_ms - self._length // _PER_MS
        if late_ms > JUMP_MS:
            self.flush()
            self._row, self._length, self._row_ms, late_ms = [], 0, at_ms, 0
            self._late.clear()
        self._late.append(late_ms)
        if len(self._late) == _WATCHED:
            samples = self._corrected(samples)
        self._row.append(samples)
        self._length += len(samples)
        if self._length >= _PORTION_MS * _PER_MS:
            self.flush()

    def flush(self) -> None:
        """Lay what is in the row, in whole milliseconds."""
        if self._row_ms is None or self._length < _PER_MS:
            return
        samples = np.concatenate(self._row)
        whole = len(samples) - len(samples) % _PER_MS
        self._lay(Clip(samples[:whole], TELEPHONE_HZ), self._row_ms)
        self._row_ms += whole // _PER_MS
        self._row, self._length = [samples[whole:]], len(samples) - whole

    def _corrected(self, samples: Samples) -> Samples:
        """Return the piece with the hole before it, or without silence that is too much."""
        hole_ms, ahead_ms = min(self._late), -max(self._late)
        if hole_ms > _SLACK_MS:
            self._late.clear()
            return np.concatenate((np.zeros(hole_ms * _PER_MS, dtype=np.int16), samples))
        if ahead_ms > _SLACK_MS and not samples.any():
            self._late.clear()
            return samples[ahead_ms * _PER_MS :]
        return samples
