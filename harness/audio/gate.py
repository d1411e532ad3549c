"""Where speech begins and goes on in a live stream, frame by frame, by energy over the line's own noise.

It decides with what it has heard so far and nothing else. It tells loud from quiet, not voices from music; who needs
that uses a trained detector.
"""

from collections import deque
from heapq import nsmallest
from typing import Final

import numpy as np

from harness.audio.clip import FULL_SCALE, Samples

_MEMORY_FRAMES: Final = 100
"""The quietest of this many frames are the line's noise: even fluent speech has a gap within two seconds."""
_QUIETEST: Final = 5
"""So many of them: fewer are a hole in a noisy stream, such as a lost packet, and no quiet line."""
_NOISE_DB: Final = (-60.0, -35.0)
"""What a line's noise may be, in dB below full scale; steady sound above it is not noise."""
ONSET_DB: Final = 12.0
"""Speech begins this much above the noise."""
STAY_DB: Final = 7.0
"""Speech goes on while it is this much above the noise."""
ONSET_FRAMES: Final = 3
"""This many loud frames in a row are speech, fewer are a click."""


class SpeechGate:
    """Listens to one stream."""

    def __init__(self) -> None:
        """Start on a line nobody has spoken on."""
        self._levels: deque[float] = deque(maxlen=_MEMORY_FRAMES)
        self._is_speech = False
        self._loud = 0

    @property
    def is_rising(self) -> bool:
        """Return whether an onset may have begun that is not known to be one yet."""
        return not self._is_speech and self._loud > 0

    @property
    def noise_db(self) -> float:
        """Return how loud the line's own noise is taken to be, in dB below full scale."""
        quietest = nsmallest(_QUIETEST, self._levels)
        return min(max(quietest[-1] if quietest else _NOISE_DB[0], _NOISE_DB[0]), _NOISE_DB[1])

    def hear(self, frame: Samples) -> bool:
        """Return whether there is speech in a frame; the first frames of an onset are known only afterwards."""
        level = level_db(frame)
        self._levels.append(level)
        noise = self.noise_db
        if self._is_speech:
            self._is_speech = level > noise + STAY_DB
            self._loud = self._loud if self._is_speech else 0
            return self._is_speech
        self._loud = self._loud + 1 if level > noise + ONSET_DB else 0
        self._is_speech = self._loud >= ONSET_FRAMES
        return self._is_speech


def level_db(frame: Samples) -> float:
    """Return the power of some samples in dB below full scale; -120 for nothing."""
    if not len(frame):
        return -120.0
    power = float(np.mean(np.square(frame.astype(np.float64) / FULL_SCALE)))
    return 10 * float(np.log10(max(power, 1e-12)))
