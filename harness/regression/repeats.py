"""What several trials of one case say together (evaluation.md, section 2.8).

Never the pass rate to the power of k: over cases of mixed difficulty that is too high. And no retry turns a failure
into a pass here: a case that did both is flaky, and stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import fmean


@dataclass(frozen=True, slots=True, kw_only=True)
class PassK:
    """Two ways to ask more of a case than one trial."""

    at_k: float
    """pass@k: the chance that at least one of k trials passes."""
    hat_k: float
    """pass^k: the chance that all of k trials pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuitePassK:
    """Means over the cases that had enough trials."""

    rates: PassK | None
    """None where no case had k trials."""
    used: int
    skipped: int
    """Cases with fewer than k valid trials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flakiness:
    """How often trials of the same case disagree."""

    per_case: tuple[float | None, ...]
    """The chance that two trials of the case disagree; None for cases with fewer than two."""
    suite_rate: float | None
    """The mean of these; None where there is none."""
    mixed: int
    """Flaky cases: those with both outcomes."""


def pass_at_k(passes: int, *, trials: int, k: int) -> PassK | None:
    """Return the unbiased pass@k and pass^k of one case, over all choices of k of its trials.

    pass@k = 1 - C(n-c, k)/C(n, k) (Chen et al. 2021), pass^k = C(c, k)/C(n, k). None where there are fewer trials
    than k.
    """
    if k > trials:
        return None
    choices = comb(trials, k)
    return PassK(at_k=(choices - comb(trials - passes, k)) / choices, hat_k=comb(passes, k) / choices)


def suite_pass_k(cases: Sequence[tuple[int, int]], *, k: int) -> SuitePassK:
    """Return pass@k and pass^k of a suite, every case weighing the same.

    Args:
        cases: (passes, valid trials) of each case.
        k: Trials asked together.
    """
    rates = [rate for passes, trials in cases if (rate := pass_at_k(passes, trials=trials, k=k)) is not None]
    means = PassK(at_k=fmean(r.at_k for r in rates), hat_k=fmean(r.hat_k for r in rates)) if rates else None
    return SuitePassK(rates=means, used=len(rates), skipped=len(cases) - len(rates))


def flake(cases: Sequence[tuple[int, int]]) -> Flakiness:
    """Return how flaky cases are: 2c(k-c)/(k(k-1)) each, of (passes, valid trials)."""
    per_case = tuple(
        2 * passes * (trials - passes) / (trials * (trials - 1)) if trials > 1 else None for passes, trials in cases
    )
    known = [rate for rate in per_case if rate is not None]
    return Flakiness(
        per_case=per_case,
        suite_rate=fmean(known) if known else None,
        mixed=sum(0 < passes < trials for passes, trials in cases),
    )
