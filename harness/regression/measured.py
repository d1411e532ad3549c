"""One metric of two arms over their matched cases, signed so that higher is better (evaluation.md, section 2.4).

A pass rate has the interval for few cases; the mean of a number has Student's paired one. A latency is compared as its
logarithm, so that its differences are shares: a margin of a fifth slower is log(1.2) there. The interval is reported as
minus the relative change, 1 - exp(-x), which rises with x and takes -log(1.2) to -0.2: held against the margin it gives
the same word as the logarithms do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from harness.regression.beta import student_cdf
from harness.regression.intervals import Interval
from harness.regression.pairing import CaseCounts
from harness.regression.planning import sample_size_noninferiority
from harness.regression.two_arms import PairedMean, PairedRates, adjusted_paired_interval, paired_mean_difference

_ANY = 0.9
"""A confidence where only what does not depend on it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The pass rates of two arms, case by case."""

    baseline: tuple[CaseCounts, ...]
    candidate: tuple[CaseCounts, ...]

    @property
    def differences(self) -> tuple[float, ...]:
        """Return candidate minus baseline of each case."""
        pairs = zip(self.baseline, self.candidate, strict=True)
        return tuple(ours.passes / ours.valid - theirs.passes / theirs.valid for theirs, ours in pairs)

    @property
    def levels(self) -> tuple[float | None, float | None]:
        """Return the mean pass rate of the baseline and of the candidate."""
        theirs, ours = ([each.passes / each.valid for each in arm] for arm in (self.baseline, self.candidate))
        return _mean(theirs), _mean(ours)

    @property
    def spread(self) -> "Spread":
        """Return the centre of the interval and its standard error."""
        found = self._at(_ANY)
        return Spread(centre=found.adjusted, se=found.se, cases=found.cases)

    def interval(self, confidence: float) -> Interval | None:
        """Return the interval of the difference; None without a matched case."""
        return self._at(confidence).interval if self.baseline else None

    def room(self, margin: float) -> float:
        """Return how far the difference may fall."""
        return margin

    def _at(self, confidence: float) -> PairedRates:
        return adjusted_paired_interval(
            [(each.passes, each.valid) for each in self.baseline],
            [(each.passes, each.valid) for each in self.candidate],
            confidence=confidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A number of which less is better, as the mean of each case in two arms."""

    baseline: tuple[float, ...]
    candidate: tuple[float, ...]
    logarithmic: bool = False
    """Whether the values are logarithms."""

    @property
    def differences(self) -> tuple[float, ...]:
        """Return baseline minus candidate of each case."""
        return tuple(theirs - ours for theirs, ours in zip(self.baseline, self.candidate, strict=True))

    @property
    def levels(self) -> tuple[float | None, float | None]:
        """Return the means of baseline and candidate in the metric's own unit, geometric where it is logarithmic."""
        theirs, ours = _mean(self.baseline), _mean(self.candidate)
        if not self.logarithmic:
            return theirs, ours
        return None if theirs is None else math.exp(theirs), None if ours is None else math.exp(ours)

    @property
    def spread(self) -> "Spread":
        """Return the mean difference and its standard error."""
        found = self._at(_ANY).interval
        return Spread(centre=found.mean, se=found.se, cases=len(self.baseline))

    def interval(self, confidence: float) -> Interval | None:
        """Return the interval of the difference, of a logarithm as minus the relative change; None below two cases."""
        found = self._at(confidence).interval
        if found.mean is None or found.low is None or found.high is None:
            return None
        plain = Interval(estimate=found.mean, low=found.low, high=found.high)
        return _relative(plain) if self.logarithmic else plain

    def room(self, margin: float) -> float:
        """Return how far the difference may fall, on the scale of the differences."""
        return math.log1p(margin) if self.logarithmic else margin

    def _at(self, confidence: float) -> PairedMean:
        # The arms trade places because less is better.
        return paired_mean_difference(self.candidate, self.baseline, confidence=confidence)


Measured = Rates | Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Where a difference lies, on the scale it is tested on."""

    centre: float | None
    se: float | None
    cases: int

    @property
    def p_worse(self) -> float:
        """Return the one-sided p of "the candidate is not worse", by Student's t; 1 where nothing can be said."""
        if self.centre is None or self.se is None or self.cases < 2:
            return 1.0
        if not self.se:
            return 0.0 if self.centre < 0 else 1.0
        return student_cdf(self.centre / self.se, freedom=self.cases - 1)


def needed_cases(measured: Measured, *, margin: float, alpha: float) -> int | None:
    """Return about how many cases would decide, if the difference stays what it was: a pass, or a proof of the drop.

    A candidate that looks better is planned for as one that is equal. None where no number of cases would.
    """
    spread = measured.spread
    if spread.se is None or spread.cases < 2:
        return None
    variance = spread.cases * spread.se**2
    drop = min(0.0, fmean(measured.differences))
    passes = sample_size_noninferiority(measured.room(margin), variance=variance, true_difference=drop, alpha=alpha)
    fails = sample_size_noninferiority(-drop, variance=variance, alpha=alpha) if drop else None
    found = [cases for cases in (passes, fails) if cases is not None]
    return max(spread.cases + 1, min(found)) if found else None


def sufficient_margin(interval: Interval) -> float | None:
    """Return the least margin in whole hundredths that the interval stays within; None for one that is no margin."""
    # A bound on a whole hundredth, or off it by rounding alone, needs the next one: touching is not within.
    margin = (math.floor(-interval.low * 100 + 1e-9) + 1) / 100
    return margin if 0 < margin < 1 else None


def _relative(interval: Interval) -> Interval:
    return replace(
        interval,
        estimate=None if interval.estimate is None else -math.expm1(-interval.estimate),
        low=-math.expm1(-interval.low),
        high=-math.expm1(-interval.high),
    )


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
