"""The tones of a telephone's keys, as sound (ITU-T Q.23)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ

_ROWS: Final = (("123A", 697), ("456B", 770), ("789C", 852), ("*0#D", 941))
_COLUMNS_HZ: Final = (1209, 1336, 1477, 1633)
KEYS_HZ: Final = {
    key: (row_hz, column_hz) for keys, row_hz in _ROWS for key, column_hz in zip(keys, _COLUMNS_HZ, strict=True)
}
"""The lower and the higher frequency of each key."""
_LOWER_DB: Final = -13.0
_HIGHER_DB: Final = -11.0
"""Power of each frequency; lines lose more of the higher one, so that it starts 2 dB louder (ITU-T Q.24)."""
_EDGE_MS: Final = 2


def key_tones(digits: str, *, tone_ms: int, gap_ms: int) -> Clip:
    """Return the sound of keys pressed one after the other, at 8 kHz.

    Args:
        digits: Which: 0-9, *, # and A-D.
        tone_ms: How long each sounds; receivers want 40 ms at least.
        gap_ms: Silence between two of them; receivers want 40 ms at least.
    """
    per_ms = TELEPHONE_HZ // 1000
    tone, step = tone_ms * per_ms, (tone_ms + gap_ms) * per_ms
    values = np.zeros(max(len(digits) * step - gap_ms * per_ms, 0))
    for place, digit in enumerate(digits):
        values[place * step : place * step + tone] = _tone(digit, tone)
    return Clip.of_floats(values, TELEPHONE_HZ)


def _tone(digit: str, length: int) -> NDArray[np.float64]:
    time = np.arange(length) / TELEPHONE_HZ
    levels = (_LOWER_DB, _HIGHER_DB)
    waves = (
        np.sqrt(2) * 10 ** (level / 20) * np.sin(2 * np.pi * hz * time)
        for level, hz in zip(levels, KEYS_HZ[digit], strict=True)
    )
    both: NDArray[np.float64] = np.sum(list(waves), axis=0) * edges(length, ms=_EDGE_MS)
    return both


def edges(length: int, *, ms: int) -> NDArray[np.float64]:
    """Return a factor for each of `length` samples at 8 kHz: it fades a sound in and out, so that nothing clicks."""
    steps = np.minimum(np.arange(length), np.arange(length)[::-1]) + 1
    ramp: NDArray[np.float64] = np.minimum(steps / (ms * TELEPHONE_HZ / 1000), 1.0)
    return np.sin(np.pi / 2 * ramp)
