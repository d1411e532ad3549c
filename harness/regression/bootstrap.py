"""Intervals by resampling whole cases or calls, for what is not a plain mean (evaluation.md, section 2.9).

Means have better intervals (sections 2.2 to 2.4): over few cases a percentile interval is far too narrow. Where there
are no more different resamples than draws asked for, all are weighed and nothing is drawn: the result is exact.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from harness.regression.beta import normal_quantile
from harness.regression.intervals import Interval

DRAWS = 10_000
FEWEST = 10
"""Cases or calls below which an interval by resampling is shown as indicative only."""

_Floats = NDArray[np.float64]
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resampled:
    """An estimate with the interval that resampling gives it."""

    interval: Interval
    standard_error: float
    units: int
    """How many cases or calls were resampled."""

    @property
    def indicative(self) -> bool:
        """Whether there were too few units to act on the interval."""
        return self.units < FEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class BcaMean:
    """A mean whose interval follows the skew of its values."""

    resampled: Resampled
    acceleration: float | None
    """How fast the error of the mean changes with the mean; None where all values are equal."""


def bootstrap_mean(
    values: Sequence[float], *, seed: int, confidence: float = 0.95, draws: int = DRAWS
) -> Resampled | None:
    """Return the percentile interval of a mean and its exact standard error; None without values."""
    if not values:
        return None
    drawn = _resample(np.array([values], dtype=np.float64).T, seed=seed, draws=draws)
    return _mean(values, drawn, low=(1 - confidence) / 2, high=(1 + confidence) / 2)


def bootstrap_wer_ratio(
    calls: Sequence[tuple[int, int]], *, seed: int, confidence: float = 0.95, draws: int = DRAWS
) -> Resampled | None:
    """Return the word error rate of many calls, all errors over all words, with its percentile interval.

    Args:
        calls: (errors, reference words) of each call. Resamples without any word have no rate, and are left out.
        seed: Of the draws.
        confidence: Of the interval.
        draws: How many resamples are drawn at most.

    Returns:
        The rate, which may exceed 1; None where there is no word.
    """
    errors, words = sum(e for e, _ in calls), sum(w for _, w in calls)
    if not words:
        return None
    drawn = _resample(np.array(calls, dtype=np.float64), seed=seed, draws=draws)
    spoken = drawn.sums[:, 1] > 0
    rates, weights = drawn.sums[spoken, 0] / drawn.sums[spoken, 1], drawn.weights[spoken]
    centre = np.average(rates, weights=weights)
    error = math.sqrt(np.average((rates - centre) ** 2, weights=weights))
    low, high = (_percentile(rates, weights, share) for share in ((1 - confidence) / 2, (1 + confidence) / 2))
    return Resampled(
        interval=Interval(estimate=errors / words, low=low, high=high), standard_error=error, units=len(calls)
    )


def bca_mean(values: Sequence[float], *, seed: int, confidence: float = 0.95, draws: int = DRAWS) -> BcaMean | None:
    """Return the bias-corrected and accelerated interval of a mean, for skewed values, 20 of them or more.

    The acceleration is the jackknife's; resamples that hit the estimate count half as below it. None without values.
    """
    if not values:
        return None
    drawn = _resample(np.array([values], dtype=np.float64).T, seed=seed, draws=draws)
    tail = (1 - confidence) / 2
    acceleration = _acceleration(values)
    if acceleration is None:
        return BcaMean(resampled=_mean(values, drawn, low=tail, high=1 - tail), acceleration=None)
    means, estimate = drawn.sums[:, 0] / len(values), math.fsum(values) / len(values)
    # Equal means differ in their last digits, by the order of their terms.
    near = 1e-9 * (max(values) - min(values))
    below = drawn.weights[means < estimate - near].sum() + drawn.weights[means <= estimate + near].sum()
    total = 2 * int(drawn.weights.sum())
    bias = normal_quantile(min(max(int(below), 1), total - 1) / total)

    def share(level: float) -> float:
        shifted = bias + normal_quantile(level)
        return NormalDist().cdf(bias + shifted / (1 - acceleration * shifted))

    return BcaMean(
        resampled=_mean(values, drawn, low=share(tail), high=share(1 - tail)),
        acceleration=acceleration,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    sums: _Floats
    """A row a resample: the sum of every column over the units in it."""
    weights: NDArray[np.int64]


def _resample(columns: _Floats, *, seed: int, draws: int) -> _Drawn:
    n = len(columns)
    if math.comb(2 * n - 1, n) <= draws:
        return _every_resample(columns)
    random = np.random.default_rng(seed)
    rows = max(_AT_ONCE // n, 1)
    parts = [
        columns[random.integers(n, size=(min(rows, draws - start), n))].sum(axis=1) for start in range(0, draws, rows)
    ]
    return _Drawn(sums=np.concatenate(parts), weights=np.ones(draws, dtype=np.int64))


def _every_resample(columns: _Floats) -> _Drawn:
    """Weigh every resample by how many of the n^n orders of drawing lead to it."""
    n = len(columns)
    picks = list(combinations_with_replacement(range(n), n))
    orders = math.factorial(n)
    weights = [orders // math.prod(math.factorial(times) for times in Counter(pick).values()) for pick in picks]
    return _Drawn(sums=columns[np.array(picks)].sum(axis=1), weights=np.array(weights, dtype=np.int64))


def _mean(values: Sequence[float], drawn: _Drawn, *, low: float, high: float) -> Resampled:
    n = len(values)
    estimate = math.fsum(values) / n
    means = drawn.sums[:, 0] / n
    interval = Interval(
        estimate=estimate,
        low=_percentile(means, drawn.weights, low),
        high=_percentile(means, drawn.weights, high),
    )
    error = math.sqrt(math.fsum((value - estimate) ** 2 for value in values)) / n
    return Resampled(interval=interval, standard_error=error, units=n)


def _acceleration(values: Sequence[float]) -> float | None:
    """Return the jackknife's acceleration of a mean, in closed form."""
    if len(set(values)) == 1:
        return None
    mean = math.fsum(values) / len(values)
    squares = math.fsum((value - mean) ** 2 for value in values)
    cubes = math.fsum((value - mean) ** 3 for value in values)
    return float(cubes / (6 * squares**1.5))


def _percentile(values: _Floats, weights: NDArray[np.int64], share: float) -> float:
    """Return the least value that at least this share of the resamples does not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, share * float(reached[-1])))
    return float(values[order[min(place, len(order) - 1)]])
