"""Which of several arms may be the best one: by resampling their common cases, and by no score that blends."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.regression.arm_table import LEAST_SHARE
from harness.regression.bootstrap import DRAWS

_AT_ONCE = 1_000_000
# Sums that are equal on paper differ by rounding.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How often an arm comes out on top."""

    share: float
    """Of case resamples; those with several winners count in equal parts."""
    among_best: bool
    """It wins often enough, or is highest on the cases as they are: then nothing speaks against it."""


def best_places(rates: Sequence[Sequence[float]], *, seed: int, draws: int = DRAWS) -> tuple[Place, ...]:
    """Return the place of each arm from rates[arm][case], over cases that all arms have; () without a case.

    Args:
        rates: Pass rates, every arm's cases in the same order.
        seed: Of the draws, which do not depend on the order of the arms.
        draws: How many resamples are drawn.
    """
    table = np.array(rates, dtype=np.float64).T
    if not table.size:
        return ()
    n = len(table)
    random = np.random.default_rng(seed)
    rows = max(_AT_ONCE // n, 1)
    won = np.zeros(table.shape[1])
    for start in range(0, draws, rows):
        times = random.multinomial(n, np.full(n, 1 / n), size=min(rows, draws - start))
        won += _won(times @ table).sum(axis=0)
    highest = _won(table.sum(axis=0, keepdims=True))[0] > 0
    shares = won / draws
    return tuple(
        Place(share=float(share), among_best=bool(top or share >= LEAST_SHARE))
        for share, top in zip(shares, highest, strict=True)
    )


def undominated(points: Sequence[Sequence[float]]) -> tuple[bool, ...]:
    """Return for each point whether no other is at least as good on every axis and better on one (Pareto).

    Args:
        points: The same axes each, higher is better.
    """

    def dominates(other: Sequence[float], point: Sequence[float]) -> bool:
        axes = list(zip(other, point, strict=True))
        return all(theirs >= ours for theirs, ours in axes) and any(theirs > ours for theirs, ours in axes)

    return tuple(not any(dominates(other, point) for other in points) for point in points)


def _won(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return who has the largest sum of each row: 1 for one winner, equal parts for several."""
    winners = (sums >= sums.max(axis=1, keepdims=True) - _SLACK).astype(np.float64)
    shared: NDArray[np.float64] = winners / winners.sum(axis=1, keepdims=True)
    return shared
