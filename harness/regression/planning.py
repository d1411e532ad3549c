"""How many cases and trials a question needs, before the first call (evaluation.md, sections 2.9 and 2.10)."""

import math
from dataclasses import dataclass

from harness.regression.beta import beta_cdf, normal_quantile

CASE_VARIANCE = 0.06
"""How much the true difference of two prompts varies from case to case, assumed where no run has shown it."""
TRIAL_VARIANCE = 0.09
"""How much the trials of one case vary, assumed where no run has shown it."""
USUAL_TRIALS = 3
"""Trials a case where nothing is known of its variance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDesign:
    """How two arms are compared case by case, and how noisy that is."""

    trials_a: int
    """Of each case."""
    trials_b: int
    case_variance: float = CASE_VARIANCE
    """Omega squared: of the true difference, over the cases."""
    variance_a: float = TRIAL_VARIANCE
    """Sigma squared: of the trials of one case."""
    variance_b: float = TRIAL_VARIANCE

    @property
    def variance(self) -> float:
        """The variance of one case's difference."""
        return self.case_variance + self.variance_a / self.trials_a + self.variance_b / self.trials_b


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """How many trials a case are worth their price."""

    exact: float
    trials: int


def optimal_trials(*, within: float, between: float, case_cost: float, trial_cost: float) -> TrialPlan | None:
    """Return the trials a case that make the suite's mean surest for a given budget (section 2.9).

    k = sqrt(within/between * case_cost/trial_cost), the nearest whole number, at least 1.

    Args:
        within: Variance of the trials of one case.
        between: Variance between cases.
        case_cost: Of one more case, without its trials.
        trial_cost: Of one more trial.

    Returns:
        The plan; None where more trials are always better than more cases.
    """
    if between <= 0 or trial_cost <= 0:
        return None
    exact = math.sqrt(max(within, 0.0) / between * (case_cost / trial_cost))
    return TrialPlan(exact=exact, trials=max(1, round(exact)))


def sample_size_paired_mean(
    difference: float, *, design: PairedDesign, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """Return the cases that show a difference of two arms, two-sided; None for no difference (Miller 2024)."""
    if not difference:
        return None
    return _whole(_both_tails(alpha, power) ** 2 * design.variance / difference**2)


def minimum_detectable_effect(
    cases: int, *, design: PairedDesign, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """Return the smallest difference of two arms that so many cases show, two-sided; None without cases."""
    if cases < 1:
        return None
    return _both_tails(alpha, power) * math.sqrt(design.variance / cases)


def sample_size_noninferiority(
    margin: float, *, variance: float, true_difference: float = 0.0, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """Return the cases that show the candidate to be no worse than the margin, one-sided.

    Args:
        margin: By how much it may be worse, above zero.
        variance: Of one case's difference, see `PairedDesign.variance`.
        true_difference: Candidate less baseline, as assumed.
        alpha: Chance to pass a candidate that is worse by the margin.
        power: Chance to pass it if the assumption is right.

    Returns:
        The cases; None where the candidate is assumed to be worse by the margin or more.
    """
    room = margin + true_difference
    if room <= 0:
        return None
    return _whole((normal_quantile(1 - alpha) + normal_quantile(power)) ** 2 * variance / room**2)


def mcnemar_power(pairs: int, *, baseline_only: float, candidate_only: float, alpha: float = 0.05) -> float:
    """Return the chance that McNemar's exact test, two-sided, sees a difference (k = 1), over all possible tables.

    Args:
        pairs: Cases, each tried once in both arms.
        baseline_only: Chance that a case passes with the baseline only.
        candidate_only: Chance that it passes with the candidate only.
        alpha: Of the test, below 1.
    """
    discordant = baseline_only + candidate_only
    if discordant <= 0:
        return 0.0
    share = baseline_only / discordant
    power, critical, tail = 0.0, -1, 0
    for m in range(1, pairs + 1):
        # `tail` counts the orders of m fair coins with at most `critical` heads; one more coin doubles them.
        tail = 2 * tail - (math.comb(m - 1, critical) if critical >= 0 else 0)
        while 2 * (wider := tail + math.comb(m, critical + 1)) / 2**m <= alpha:
            tail, critical = wider, critical + 1
        if critical >= 0:
            a, b = m - critical, critical + 1
            rejected = beta_cdf(share, a=a, b=b) + beta_cdf(1 - share, a=a, b=b)
            power += _binomial(m, n=pairs, chance=discordant) * rejected
    return power


def sample_size_mcnemar(
    *, baseline_only: float, candidate_only: float, alpha: float = 0.05, power: float = 0.8
) -> int | None:
    """Return about how many pairs McNemar's test needs, two-sided (Connor 1987); None for no difference."""
    discordant, difference = baseline_only + candidate_only, baseline_only - candidate_only
    if not difference:
        return None
    null = normal_quantile(1 - alpha / 2) * math.sqrt(discordant)
    other = normal_quantile(power) * math.sqrt(discordant - difference**2)
    return _whole(((null + other) / difference) ** 2)


def _both_tails(alpha: float, power: float) -> float:
    return normal_quantile(1 - alpha / 2) + normal_quantile(power)


def _whole(cases: float) -> int:
    return max(1, math.ceil(cases))


def _binomial(hits: int, *, n: int, chance: float) -> float:
    if chance >= 1:
        return float(hits == n)
    ways = math.lgamma(n + 1) - math.lgamma(hits + 1) - math.lgamma(n - hits + 1)
    return math.exp(ways + hits * math.log(chance) + (n - hits) * math.log1p(-chance))
