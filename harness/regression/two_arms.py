"""How far two arms lie apart over their common cases (evaluation.md, section 2.4)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from harness.regression.beta import student_cdf, student_quantile
from harness.regression.inputs import require_count, require_finite, require_inner_share, require_same_length
from harness.regression.intervals import Interval, wilson_interval
from harness.regression.one_arm import MeanInterval, mean_t_interval

NO_DIFFERENCE_KNOWN = Interval(estimate=None, low=-1.0, high=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedMean:
    """The mean of candidate minus baseline over cases."""

    interval: MeanInterval
    p_two_sided: float | None
    """Of Student's paired test; None for fewer than two cases."""
    correlation: float | None
    """Pearson's, between the arms; None where an arm does not vary."""
    se_unpaired: float | None
    """What the standard error would be had the pairing been ignored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedRates:
    """The difference of two arms' pass rates over their common cases."""

    interval: Interval
    """Around the plain mean difference, though not centred on it."""
    adjusted: float | None
    """The centre: the difference with the pseudo-trials counted; None without a common case."""
    se: float | None
    harmonic_trials: float | None
    """K: how many trials a case has, by the harmonic mean over cases and arms."""
    cases: int


def paired_mean_difference(
    baseline: Sequence[float], candidate: Sequence[float], *, confidence: float = 0.95
) -> PairedMean:
    """Return the paired difference of a numeric metric, one mean per case and arm in the same order (section 2.4).

    Where every difference is the same the test knows no chance: p is 1 for no difference and 0 for one. Raises
    ConfigurationError when the arms do not hold the same number of cases.
    """
    require_same_length(baseline, candidate, what="baseline and candidate")
    require_finite(baseline, what="baseline")
    require_finite(candidate, what="candidate")
    found = mean_t_interval([c - b for b, c in zip(baseline, candidate, strict=True)], confidence=confidence)
    n = len(baseline)
    if found.mean is None or found.se is None:
        return PairedMean(interval=found, p_two_sided=None, correlation=None, se_unpaired=None)
    return PairedMean(
        interval=found,
        p_two_sided=_student_two_sided(found.mean, se=found.se, freedom=n - 1),
        correlation=_correlation(baseline, candidate),
        se_unpaired=math.hypot(stdev(baseline), stdev(candidate)) / math.sqrt(n),
    )


def adjusted_paired_interval(
    baseline: Sequence[tuple[int, int]], candidate: Sequence[tuple[int, int]], *, confidence: float = 0.95
) -> PairedRates:
    """Return how far the candidate's pass rate lies above the baseline's, with an interval for few cases (section 2.4).

    Two pseudo-trials of opposite sign are added, so it never has zero width; with one trial a case and z in place of t
    it is Agresti & Min (2005). With fewer than two common cases the interval is everything. Raises ConfigurationError
    when the arms do not hold the same number of cases, or for impossible counts.

    Args:
        baseline: (passes, valid trials) of each case.
        candidate: The same cases in the same order; one without a valid trial in either arm does not count.
        confidence: Of the interval.
    """
    require_same_length(baseline, candidate, what="baseline and candidate")
    require_inner_share(confidence, what="confidence")
    for passes, trials in (*baseline, *candidate):
        require_count(passes, of=trials, what="passes")
    common = [(b, c) for b, c in zip(baseline, candidate, strict=True) if b[1] and c[1]]
    n = len(common)
    if not n:
        return PairedRates(interval=NO_DIFFERENCE_KNOWN, adjusted=None, se=None, harmonic_trials=None, cases=0)
    differences = [c[0] / c[1] - b[0] / b[1] for b, c in common]
    per_trial = fmean((1 / b[1] + 1 / c[1]) / 2 for b, c in common)
    weight, total = n + 2 * per_trial, math.fsum(differences)
    spread = math.fsum(d * d for d in differences) + per_trial - total**2 / weight
    centre, se = total / weight, math.sqrt(max(0.0, spread)) / weight
    low, high = -1.0, 1.0
    if n > 1:
        half = student_quantile((1 + confidence) / 2, freedom=n - 1) * se
        low, high = max(-1.0, centre - half), min(1.0, centre + half)
    return PairedRates(
        interval=Interval(estimate=total / n, low=low, high=high),
        adjusted=centre,
        se=se,
        harmonic_trials=1 / per_trial,
        cases=n,
    )


def newcombe_unpaired_interval(
    candidate: tuple[int, int], baseline: tuple[int, int], *, confidence: float = 0.95
) -> Interval:
    """Return Newcombe's (1998) hybrid score interval of two arms without common cases; never for gating (section 2.4).

    Without a trial in either arm nothing is known. Raises ConfigurationError for impossible counts.

    Args:
        candidate: Its passes and trials.
        baseline: The same.
        confidence: Of the interval.
    """
    require_inner_share(confidence, what="confidence")
    for passes, trials in (candidate, baseline):
        require_count(passes, of=trials, what="passes")
    ours = wilson_interval(candidate[0], n=candidate[1], confidence=confidence)
    theirs = wilson_interval(baseline[0], n=baseline[1], confidence=confidence)
    return hybrid_difference(ours, theirs)


def hybrid_difference(ours: Interval, theirs: Interval) -> Interval:
    """Return the interval of two independent rates' difference from the intervals of the two (Newcombe 1998).

    Of Wilson's it is `newcombe_unpaired_interval`; of the clustered ones it counts cases with several trials once.
    """
    if ours.estimate is None or theirs.estimate is None:
        return NO_DIFFERENCE_KNOWN
    difference = ours.estimate - theirs.estimate
    below = math.hypot(ours.estimate - ours.low, theirs.high - theirs.estimate)
    above = math.hypot(ours.high - ours.estimate, theirs.estimate - theirs.low)
    return Interval(estimate=difference, low=difference - below, high=difference + above)


def _student_two_sided(mean: float, *, se: float, freedom: int) -> float:
    if not se:
        return 0.0 if mean else 1.0
    return 2 * student_cdf(-abs(mean / se), freedom=freedom)


def _correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    if len(set(first)) == 1 or len(set(second)) == 1:
        return None
    ours, theirs = fmean(first), fmean(second)
    shared = math.fsum((a - ours) * (b - theirs) for a, b in zip(first, second, strict=True))
    spreads = math.fsum((a - ours) ** 2 for a in first) * math.fsum((b - theirs) ** 2 for b in second)
    return min(1.0, max(-1.0, shared / math.sqrt(spreads)))
