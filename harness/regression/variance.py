"""Where the noise of a suite comes from: its cases, its calls or its judge (evaluation.md, section 2.9)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True, kw_only=True)
class OneWay:
    """How alike the trials of one case are, compared with trials of different cases."""

    between: float
    """Mean square between the cases."""
    within: float | None
    """Mean square within them; None where no case has two trials."""
    typical: float
    """k0: trials a case, the number that unequal cases come to."""
    case_variance: float | None
    """Raw: below zero where cases differ less than chance alone would have them."""
    icc: float | None
    """Share of the variance that is the cases'; None where nothing varies or nothing repeats."""
    design_effect: float
    """How many times more trials this needs than independent ones would."""


def icc_oneway(groups: Sequence[Sequence[float]]) -> OneWay | None:
    """Return the one-way analysis of variance with random cases, from the values of each case's trials.

    Cases without trials do not count; None for fewer than two cases.
    """
    groups = [group for group in groups if group]
    values = [value for group in groups for value in group]
    n, total = len(groups), len(values)
    if n < 2:
        return None
    typical = (total - sum(len(group) ** 2 for group in groups) / total) / (n - 1)
    if len(set(values)) == 1:
        within = 0.0 if total > n else None
        return OneWay(between=0.0, within=within, typical=typical, case_variance=within, icc=None, design_effect=1.0)
    mean, means = math.fsum(values) / total, [fmean(group) for group in groups]
    between = math.fsum(len(group) * (own - mean) ** 2 for group, own in zip(groups, means, strict=True)) / (n - 1)
    if total == n:
        return OneWay(between=between, within=None, typical=typical, case_variance=None, icc=None, design_effect=1.0)
    squares = math.fsum((v - own) ** 2 for group, own in zip(groups, means, strict=True) for v in group)
    within = squares / (total - n)
    icc = (between - within) / (between + (typical - 1) * within)
    return OneWay(
        between=between,
        within=within,
        typical=typical,
        case_variance=(between - within) / typical,
        icc=icc,
        design_effect=1 + (typical - 1) * max(icc, 0.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseShares:
    """The variance of a suite's mean, shared out: the largest says what to buy more of."""

    cases: float
    calls: float
    judge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedVariance:
    """Three sources of variance, raw: chance may bring those of case and trial below zero."""

    cases: int
    trials: int
    """Of each case."""
    samples: int
    """Of the judge, for each trial."""
    case: float
    trial: float | None
    """None where no case was repeated: it is within that of the case then."""
    judge: float | None
    """None where the judge was asked once: it is within that of the trial then."""

    @property
    def suite_mean(self) -> float:
        """The variance of the mean over the suite; what is below zero counts as zero here."""
        return math.fsum(self._parts)

    @property
    def shares(self) -> NoiseShares | None:
        """Whose noise it is; None where there is none."""
        total = self.suite_mean
        if not total:
            return None
        cases, calls, judge = (part / total for part in self._parts)
        return NoiseShares(cases=cases, calls=calls, judge=judge)

    @property
    def _parts(self) -> tuple[float, float, float]:
        calls = self.cases * self.trials
        return (
            max(self.case, 0.0) / self.cases,
            max(self.trial or 0.0, 0.0) / calls,
            (self.judge or 0.0) / (calls * self.samples),
        )


def nested_variance(scores: Sequence[Sequence[Sequence[float]]]) -> NestedVariance | None:
    """Return the variance of case, trial in case and judge sample in trial, from scores[case][trial][sample].

    From the mean squares: judge = MS_e, trial = (MS_t - MS_e)/r, case = (MS_c - MS_t)/(kr). A level without repeats
    is counted with the one above it. None where the design is not balanced - every case the same number of trials,
    every trial the same number of samples - or has fewer than two cases.
    """
    n = len(scores)
    widths = {len(case) for case in scores}
    depths = {len(trial) for case in scores for trial in case}
    if n < 2 or len(widths) != 1 or len(depths) != 1 or 0 in depths:
        return None
    k, r = widths.pop(), depths.pop()
    trials = [[fmean(trial) for trial in case] for case in scores]
    cases = [fmean(case) for case in trials]
    of_cases = k * r * _squares(cases) / (n - 1)
    of_trials = r * math.fsum(map(_squares, trials)) / (n * (k - 1)) if k > 1 else None
    judge = math.fsum(_squares(t) for case in scores for t in case) / (n * k * (r - 1)) if r > 1 else None
    residual = judge or 0.0
    return NestedVariance(
        cases=n,
        trials=k,
        samples=r,
        case=(of_cases - (residual if of_trials is None else of_trials)) / (k * r),
        trial=None if of_trials is None else (of_trials - residual) / r,
        judge=judge,
    )


def _squares(values: Sequence[float]) -> float:
    if len(set(values)) == 1:
        # The mean of equal values is not always equal to them.
        return 0.0
    mean = fmean(values)
    return math.fsum((value - mean) ** 2 for value in values)
