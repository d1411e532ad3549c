"""Doubles for the voice activity detector: one that goes by a script, one that goes by level."""

from collections.abc import Sequence

import numpy as np

from harness.audio.clip import Clip
from harness.voipbin.parameters import VAD_WINDOW_MS


class ScriptedActivity:
    """Gives the probabilities it was made with, whatever the sound: as many as the clip has windows.

    The last one stands for every window after it.
    """

    name = "scripted"

    def __init__(self, *probabilities: float) -> None:
        """Take the probabilities, window by window; at least one."""
        self._probabilities = probabilities

    def probabilities(self, clip: Clip) -> Sequence[float]:
        """Return the script, as long as the clip."""
        script = self._probabilities
        return [script[min(place, len(script) - 1)] for place in range(len(_windows(clip)))]


class LevelActivity:
    """Takes every window louder than a level for speech; for tones, which no trained detector takes for it."""

    name = "level"

    def __init__(self, *, above_dbfs: float = -45.0) -> None:
        """Take the level, in dB below full scale."""
        self._least_power = 10 ** (above_dbfs / 10)

    def probabilities(self, clip: Clip) -> Sequence[float]:
        """Return 1 for each loud window and 0 for the others."""
        return [float(float(np.mean(np.square(window.floats))) > self._least_power) for window in _windows(clip)]


def _windows(clip: Clip) -> list[Clip]:
    starts = range(0, clip.duration_ms, VAD_WINDOW_MS)
    return [clip.span(start_ms, start_ms + VAD_WINDOW_MS) for start_ms in starts]
