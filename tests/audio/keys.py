"""Reads keys off a sound, as a telephone exchange does (ITU-T Q.24)."""

from itertools import groupby

import numpy as np

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.tones import KEYS_HZ

_BLOCK = TELEPHONE_HZ // 50
_LEAST_DB = -30.0


def detect_keys(clip: Clip) -> str:
    """Return the keys whose tones sound for two blocks of 20 ms at least, in order."""
    blocks = clip.samples[: len(clip.samples) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
    heard = [(key, sum(1 for _ in run)) for key, run in groupby(_key(block) for block in blocks)]
    return "".join(key for key, length in heard if length >= 2)


def _key(block: Samples) -> str:
    values = block / 32768
    power = float(np.mean(np.square(values)))
    if power < 10 ** (_LEAST_DB / 10):
        return ""
    shares = {hz: _power(values, hz) / power for pair in KEYS_HZ.values() for hz in pair}
    both = {key: min(shares[low], shares[high]) for key, (low, high) in KEYS_HZ.items()}
    best = max(both, key=lambda key: both[key])
    return best if both[best] > 0.2 else ""


def _power(values: np.ndarray[tuple[int], np.dtype[np.float64]], hz: float) -> float:
    """Return the power of one frequency, by the recursion of Goertzel."""
    factor = 2 * np.cos(2 * np.pi * hz / TELEPHONE_HZ)
    before = last = 0.0
    for value in values.tolist():
        before, last = last, value + factor * last - before
    return float(2 * (last**2 + before**2 - factor * last * before) / len(values) ** 2)
