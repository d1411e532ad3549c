"""Whether one side's speech comes back in the other side's channel, how late and how loud."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Samples
from harness.audio.quality import PER_MS, Mask

EARLIEST_MS: Final = 20
LATEST_MS: Final = 400
LEAST_MS: Final = 500
"""So much speech with nobody talking over its echo is needed."""
_MOST_MS: Final = 5_000
"""So much is enough: more speech makes no echo clearer."""
_BLOCK: Final = 1000 * PER_MS
_FFT: Final = 12_000
"""Holds a block and the latest echo of its end: 2^5 * 3 * 5^3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoPath:
    """The strongest copy of one channel in the other."""

    delay_ms: float
    level_db: float
    """Level of the copy over the original: -20 is a tenth of the amplitude."""
    correlation: float
    """How much of what is heard there is the copy, 0 to 1."""


def echo_path(source: Samples, other: Samples, *, alone: Mask) -> EchoPath | None:
    """Return the strongest copy of `source` in `other` 20 to 400 ms later; None where there is nothing to compare.

    Args:
        source: The channel whose echo is looked for.
        other: The channel it may have come back in, of the same length.
        alone: Where `source` has speech and the other side says nothing until its echo is over.
    """
    latest = LATEST_MS * PER_MS
    places = np.flatnonzero(alone[: max(0, len(source) - latest)])[: _MOST_MS * PER_MS]
    if len(places) < LEAST_MS * PER_MS:
        return None
    # Two channels with direct current on them would be alike everywhere.
    sent, heard = _levelled(source, places), _levelled(other, places)
    if not heard[places].any():
        return None
    earliest = EARLIEST_MS * PER_MS
    delay = earliest + int(np.argmax(np.abs(_correlations(sent, heard, places=places)[earliest : latest + 1])))
    original, copy = sent[places].astype(np.float64), heard[places + delay].astype(np.float64)
    product = abs(float(original @ copy))
    if not product:
        return None
    energy = float(original @ original)
    return EchoPath(
        delay_ms=delay / PER_MS,
        level_db=20 * float(np.log10(product / energy)),
        correlation=min(1.0, product / float(np.sqrt(energy * float(copy @ copy)))),
    )


def _levelled(samples: Samples, places: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return a channel up to the last echo of what is looked at, around its own zero."""
    used = samples[: int(places[-1]) + 1 + LATEST_MS * PER_MS]
    return used.astype(np.float32) - np.float32(np.median(used[places]))


def _correlations(
    sent: NDArray[np.float32], heard: NDArray[np.float32], *, places: NDArray[np.int64]
) -> NDArray[np.floating]:
    """Return the sum of `sent[t] * heard[t + delay]` over the places, for each delay from 0 to the latest."""
    latest = LATEST_MS * PER_MS
    blocks = places // _BLOCK
    is_new = np.diff(blocks, prepend=-1) != 0
    starts = blocks[is_new] * _BLOCK
    first = np.zeros((len(starts), _BLOCK), dtype=np.float32)
    first[np.cumsum(is_new) - 1, places % _BLOCK] = sent[places]
    second = np.zeros((len(starts), _BLOCK + latest), dtype=np.float32)
    for row, start in enumerate(starts.tolist()):
        part = heard[start : start + _BLOCK + latest]
        second[row, : len(part)] = part
    product = np.conj(np.fft.rfft(first, n=_FFT, axis=1)) * np.fft.rfft(second, n=_FFT, axis=1)
    return np.fft.irfft(product.sum(axis=0), n=_FFT)[: latest + 1]
