"""Quantiles with intervals that assume no shape of the distribution (evaluation.md, section 2.9).

A high quantile of few values has no upper bound: it is None, and shown as open.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from harness.regression.beta import beta_cdf

# Chances that are equal on paper differ in their last digits.
_ROUNDING = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """A quantile between two of the values, which are counted from 1 upwards."""

    estimate: float
    low: float | None
    high: float | None
    lower_index: int | None
    upper_index: int | None


def quantile(values: Sequence[float], *, q: float, confidence: float = 0.95) -> Quantile | None:
    """Return a quantile by linear interpolation (type 7) and its interval from order statistics; None without values.

    The interval's ends are the l-th and u-th value, l = max{i: P(Bin(n, q) <= i-1) <= a/2} and
    u = min{j: P(Bin(n, q) <= j-1) >= 1-a/2}.
    """
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    tail = (1 - confidence) / 2

    def at_most(k: int) -> float:
        return beta_cdf(1 - q, a=n - k, b=k + 1)

    lower = bisect_right(range(n), tail + _ROUNDING, key=at_most)
    upper = bisect_left(range(n), 1 - tail - _ROUNDING, key=at_most) + 1
    return Quantile(
        estimate=_interpolated(ordered, q),
        low=ordered[lower - 1] if lower else None,
        high=ordered[upper - 1] if upper <= n else None,
        lower_index=lower or None,
        upper_index=upper if upper <= n else None,
    )


def quantile_sample_size(*, q: float, confidence: float = 0.95) -> int | None:
    """Return how many independent values a quantile needs for a finite upper bound; None where none suffice.

    The smallest n with 1 - q^n >= 1 - a/2: 72 for the P95 at 95 %. With fewer, show the maximum and do not gate.
    """
    tail = (1 - confidence) / 2
    if q >= 1 or tail <= 0:
        return None
    if q <= tail:
        return 1
    return math.ceil(math.log(tail) / math.log(q) - _ROUNDING)


def _interpolated(ordered: Sequence[float], q: float) -> float:
    place = q * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
