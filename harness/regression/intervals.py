"""Intervals around rates (evaluation.md, section 2.2)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.regression.beta import beta_quantile, normal_quantile, student_quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """An estimate and how sure it is; without data there is no estimate, and the interval is everything."""

    estimate: float | None
    low: float
    high: float


NOTHING_KNOWN = Interval(estimate=None, low=0.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredRate:
    """A rate over cases with several trials each."""

    interval: Interval
    cases: int
    trials: int
    effective: float
    """How many independent observations it is worth."""


def wilson_interval(passes: float, *, n: float, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval of a share."""
    if not n:
        return NOTHING_KNOWN
    z, share = _z(confidence), passes / n
    return _wilson(share, n=n, z=z)


def clopper_pearson_interval(hits: int, *, n: int, confidence: float = 0.95) -> Interval:
    """Return the exact interval of a share, for rates that should be zero."""
    if not n:
        return NOTHING_KNOWN
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else beta_quantile(tail, a=hits, b=n - hits + 1)
    high = 1.0 if hits == n else beta_quantile(1 - tail, a=hits + 1, b=n - hits)
    return Interval(estimate=hits / n, low=low, high=high)


def clustered_wilson(cases: Sequence[tuple[int, int]], *, confidence: float = 0.95) -> ClusteredRate:
    """Return the pass rate of a suite: every case weighs the same, its trials are repeats.

    Args:
        cases: (passes, valid trials) of each case; cases without a valid trial do not count.
        confidence: Of the interval.
    """
    valid = [(passes, trials) for passes, trials in cases if trials]
    n, trials = len(valid), sum(trials for _, trials in valid)
    if not n:
        return ClusteredRate(interval=NOTHING_KNOWN, cases=0, trials=0, effective=0.0)
    rates = [passes / trials for passes, trials in valid]
    rate = fmean(rates)
    effective = _effective(rates, trials=trials, rate=rate, confidence=confidence)
    interval = _wilson(rate, n=effective, z=_z(confidence))
    return ClusteredRate(interval=interval, cases=n, trials=trials, effective=effective)


def _effective(rates: Sequence[float], *, trials: int, rate: float, confidence: float) -> float:
    n = len(rates)
    if trials == n or rate in (0.0, 1.0) or n == 1:
        return float(n)
    variance = sum((each - rate) ** 2 for each in rates) / (n - 1) / n
    raw = rate * (1 - rate) / variance if variance else float(trials)
    narrowed = raw * (_z(confidence) / student_quantile((1 + confidence) / 2, freedom=n - 1)) ** 2
    return min(max(narrowed, float(n)), float(trials))


def _wilson(share: float, *, n: float, z: float) -> Interval:
    width = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / width
    half = z / width * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # Rounding must not make a bound of nearly zero out of one that is zero.
    low = 0.0 if share == 0 else centre - half
    high = 1.0 if share == 1 else centre + half
    return Interval(estimate=share, low=low, high=high)


def _z(confidence: float) -> float:
    return normal_quantile((1 + confidence) / 2)
