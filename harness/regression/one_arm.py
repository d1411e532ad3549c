"""What one arm alone says about a rate or a mean (evaluation.md, sections 2.2, 2.3 and 2.10)."""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from harness.regression.beta import beta_cdf, beta_quantile, student_quantile
from harness.regression.inputs import (
    require_count,
    require_finite,
    require_inner_share,
    require_positive,
    require_same_length,
    require_share,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePosterior:
    """What is believed of a rate after its trials."""

    mean: float
    low: float
    high: float
    at_least_threshold: float
    """Probability that the rate reaches the threshold asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanInterval:
    """A mean and how sure it is; None where there are too few values to say."""

    mean: float | None
    se: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredMean:
    """The mean of values that belong together in clusters, and its interval from the clusters."""

    interval: MeanInterval
    """Its `se` is the cluster-robust one (CR1)."""
    se_naive: float | None
    """As if the values were independent; for comparison only."""
    se_miller: float | None
    """After Miller (2024); for comparison only."""
    clusters: int


def beta_posterior(
    passes: int, *, n: int, threshold: float, prior: tuple[float, float] = (1.0, 1.0), confidence: float = 0.95
) -> RatePosterior:
    """Return the Beta(a + x, b + n - x) posterior of a pass rate, with its equal-tailed interval (section 2.2).

    Raises ConfigurationError for impossible counts.
    """
    require_count(passes, of=n, what="passes")
    require_share(threshold, what="threshold")
    require_inner_share(confidence, what="confidence")
    for parameter in prior:
        require_positive(parameter, what="prior")
    a, b = prior[0] + passes, prior[1] + n - passes
    tail = (1 - confidence) / 2
    return RatePosterior(
        mean=a / (a + b),
        low=beta_quantile(tail, a=a, b=b),
        high=beta_quantile(1 - tail, a=a, b=b),
        at_least_threshold=beta_cdf(1 - threshold, a=b, b=a),
    )


def threshold_binomial_test(passes: int, *, n: int, threshold: float) -> float:
    """Return the exact p-value of "the pass rate is at least `threshold`": P(X <= x | n, p0) (section 2.2).

    Raises ConfigurationError for impossible counts.
    """
    require_count(passes, of=n, what="passes")
    require_share(threshold, what="threshold")
    if passes == n:
        return 1.0
    return beta_cdf(1 - threshold, a=n - passes, b=passes + 1)


def zero_failure_sample_size(max_rate: float, *, confidence: float = 0.95) -> int:
    """Return how many clean trials bound a failure rate by `max_rate`: ⌈ln(1-conf)/ln(1-max_rate)⌉ (section 2.10).

    Raises ConfigurationError unless both lie between 0 and 1.
    """
    require_inner_share(max_rate, what="max_rate")
    require_inner_share(confidence, what="confidence")
    trials = math.log1p(-confidence) / math.log1p(-max_rate)
    # Rounding must not ask for one more where the bound is met exactly, as 0.9² = 0.81 does.
    return max(1, math.ceil(trials * (1 - 1e-12)))


def mean_t_interval(values: Sequence[float], *, confidence: float = 0.95) -> MeanInterval:
    """Return the mean of one value per case with Student's interval, n - 1 degrees of freedom (section 2.3).

    Without a value nothing is known; with one, only the mean. Raises ConfigurationError for what is no number.
    """
    require_finite(values, what="values")
    require_inner_share(confidence, what="confidence")
    n = len(values)
    if not n:
        return MeanInterval(mean=None, se=None, low=None, high=None)
    se = stdev(values) / math.sqrt(n) if n > 1 else None
    return _around(fmean(values), se=se, freedom=n - 1, confidence=confidence)


def cluster_robust_mean(
    values: Sequence[float], *, clusters: Sequence[Hashable], confidence: float = 0.95
) -> ClusteredMean:
    """Return the mean of values that cannot be averaged within their clusters first, such as turns within calls.

    The interval is Student's on SE_CR1 with G - 1 degrees of freedom for G clusters (section 2.3); with fewer than two
    clusters there is none. Raises ConfigurationError when not every value has its cluster.

    Args:
        values: One per row.
        clusters: The cluster of each row, at the highest level that is random: the case, or the family of scenarios.
        confidence: Of the interval.
    """
    require_same_length(values, clusters, what="values and clusters")
    found = mean_t_interval(values, confidence=confidence)
    if found.mean is None:
        return ClusteredMean(interval=found, se_naive=None, se_miller=None, clusters=0)
    n, residuals = len(values), [value - found.mean for value in values]
    grouped: defaultdict[Hashable, list[float]] = defaultdict(list)
    for cluster, residual in zip(clusters, residuals, strict=True):
        grouped[cluster].append(residual)
    size, squares = len(grouped), math.fsum(math.fsum(group) ** 2 for group in grouped.values())
    robust = math.sqrt(size / (size - 1) * squares) / n if size > 1 else None
    crossed = squares - math.fsum(residual**2 for residual in residuals)
    return ClusteredMean(
        interval=_around(found.mean, se=robust, freedom=size - 1, confidence=confidence),
        se_naive=found.se,
        se_miller=None if found.se is None else math.sqrt(max(0.0, found.se**2 + crossed / n**2)),
        clusters=size,
    )


def _around(mean: float, *, se: float | None, freedom: int, confidence: float) -> MeanInterval:
    if se is None:
        return MeanInterval(mean=mean, se=None, low=None, high=None)
    half = student_quantile((1 + confidence) / 2, freedom=freedom) * se
    return MeanInterval(mean=mean, se=se, low=mean - half, high=mean + half)
