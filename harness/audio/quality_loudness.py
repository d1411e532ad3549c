"""Loudness as ITU-R BS.1770-4 defines it, for one channel at 8 kHz.

The libraries that measure it need SciPy, more than a hundred megabytes for one filter. That filter is two short
fractions, so its effect on power is applied to the spectrum instead of the samples.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import FULL_SCALE, Samples
from harness.audio.codec import TELEPHONE_HZ

_STEP: Final = TELEPHONE_HZ // 10
"""Blocks of 400 ms begin every 100 ms."""
_STEPS: Final = 4
LEAST_MS: Final = 400
_SHELF: Final = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS: Final = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
"""Numerator and denominator at 48 kHz (tables 1 and 2 of the standard)."""
_TABLES_HZ: Final = 48_000
_OFFSET_DB: Final = -0.691
_ABSOLUTE_GATE: Final = -70.0
_RELATIVE_GATE: Final = -10.0


def loudness_lufs(speech: Samples) -> float | None:
    """Return the integrated loudness; None for less than 400 ms, and for what is below the gate of -70 LUFS."""
    steps = len(speech) // _STEP
    if steps < _STEPS:
        return None
    rows = speech[: steps * _STEP].astype(np.float32).reshape(steps, _STEP) / np.float32(FULL_SCALE)
    spectrum = np.fft.rfft(rows, axis=1)
    energy = np.square(spectrum.real) + np.square(spectrum.imag)
    powers = (energy @ _weights()).astype(np.float64)
    blocks = np.convolve(powers, np.full(_STEPS, 1 / _STEPS), mode="valid")
    loud = blocks[_lufs(blocks) > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    kept = loud[_lufs(loud) > float(_lufs(np.array([np.mean(loud)]))[0]) + _RELATIVE_GATE]
    return float(_lufs(np.array([np.mean(kept)]))[0])


def _lufs(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    levels: NDArray[np.float64] = _OFFSET_DB + 10 * np.log10(np.maximum(powers, 1e-12))
    return levels


def _weights() -> NDArray[np.float32]:
    """Return what each bin of a step's spectrum adds to its weighted power (Parseval's theorem)."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(_STEP, 1 / TELEPHONE_HZ) / _TABLES_HZ)
    response = np.ones(len(z), dtype=np.complex128)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    twice = np.full(len(z), 2.0)
    twice[[0, -1]] = 1.0
    weights: NDArray[np.float32] = (twice * np.abs(response) ** 2 / _STEP**2).astype(np.float32)
    return weights
