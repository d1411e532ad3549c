"""What a suite of so many cases and trials can prove, said before the first call (evaluation.md, section 2.10)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, variance

from harness.errors import ConfigurationError
from harness.model.outcome import Outcome
from harness.regression.beta import normal_quantile
from harness.regression.facts import ArmFacts, CaseFacts
from harness.regression.planning import (
    CASE_VARIANCE,
    TRIAL_VARIANCE,
    PairedDesign,
    minimum_detectable_effect,
    sample_size_noninferiority,
    sample_size_paired_mean,
)
from harness.regression.policy import Policy, policy_of
from harness.regression.two_arms import adjusted_paired_interval
from harness.regression.variance import nested_variance

POWER = 0.8
_MOST_CASES = 2_000
"""Past this many nobody holds the calls, and a table of numbers says no more than "too many"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variances:
    """How noisy a comparison is."""

    case: float = CASE_VARIANCE
    """Of the true difference of two prompts, over the cases."""
    trial: float = TRIAL_VARIANCE
    """Of the trials of one case."""
    source: str = ""
    """What has shown the trials' variance, such as a run; empty: both are assumed."""


ASSUMED = Variances()


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a comparison of two arms can prove."""

    cases: int
    trials: int
    """Of each case in each arm."""
    detectable: float | None
    """The smallest drop of the pass rate that is found with the power asked for; None for fewer than two cases."""
    cases_needed: int | None
    """Cases that show an unchanged prompt to be no worse than the margin; None: more than anybody would hold."""
    margin_possible: float | None
    """The smallest margin these cases can prove; None where they prove none."""
    enough: bool
    """Whether they can prove what the policy asks; a policy that gates nothing asks nothing."""
    sentence: str
    """All of it in words."""


def design_of(
    cases: int, *, trials: int, policy: Policy, variances: Variances = ASSUMED, power: float = POWER
) -> Design:
    """Return what so many cases and trials can prove.

    Args:
        cases: That are compared, those in quarantine left out.
        trials: Of each case in each arm, the fewest of any.
        policy: What is asked.
        variances: Of an earlier run, or the assumed ones.
        power: How surely it is to be found or shown.

    Raises:
        ConfigurationError: power is no share between 0 and 1, or there is no trial.
    """
    _require_power(power)
    if trials < 1:
        raise ConfigurationError(f"a design needs at least one trial a case, not {trials}")
    margin = policy.gated[0].margin
    pair = _paired(trials, variances)
    detectable = None
    if cases > 1:
        detectable = minimum_detectable_effect(cases, design=pair, alpha=2 * _alpha(policy), power=power)
    needed = _cases_for_margin(margin, trials=trials, policy=policy, variances=variances, power=power)
    possible = _margin_possible(cases, trials=trials, policy=policy, variances=variances, power=power)
    design = Design(
        cases=cases,
        trials=trials,
        detectable=detectable,
        cases_needed=needed,
        margin_possible=possible,
        enough=not policy.gates or (needed is not None and cases >= needed),
        sentence="",
    )
    return replace(design, sentence=_sentence(design, policy=policy, power=power))


def cases_to_detect(
    drop: float, *, trials: int, policy: Policy, variances: Variances = ASSUMED, power: float = POWER
) -> int:
    """Return how many cases find a drop of the pass rate. Raises ConfigurationError for a drop that is no share."""
    _require_power(power)
    if not 0 < drop < 1:
        raise ConfigurationError(f"detect is a drop of the pass rate, more than 0 and less than 1, not {drop:g}")
    cases = sample_size_paired_mean(drop, design=_paired(trials, variances), alpha=2 * _alpha(policy), power=power)
    # Two cases are the fewest that have an interval.
    return max(cases or 0, 2)


def variances_of(arms: Sequence[ArmFacts], *, source: str) -> Variances:
    """Return the variances that an earlier run has shown; what it cannot show is assumed.

    The trials' variance is from the first arm whose cases were all tried equally often, several times. Arms in which
    nothing varied show nothing: no suite is so steady that its next trial could not fail.

    Args:
        arms: Of the run.
        source: What it is called, such as `run 2026-01-31-…`.
    """
    shown = [(arm, within) for arm in arms if (within := _trial_variance(arm)) > 0]
    if not shown:
        return ASSUMED
    arm, within = shown[0]
    others = [other for other, _ in shown[1:] if other.name == arm.name]
    case = _case_variance(arm, others[0], within=within) if others else CASE_VARIANCE
    return Variances(case=case, trial=within, source=source)


def _trial_variance(arm: ArmFacts) -> float:
    found = nested_variance([[[passed] for passed in _passes(case)] for case in arm.by_id.values()])
    return max(found.trial or 0.0, 0.0) if found else 0.0


def _case_variance(first: ArmFacts, second: ArmFacts, *, within: float) -> float:
    """Return the variance of the true difference: that of the seen one, less what the trials explain of it."""
    pairs = [(_passes(case), _passes(other)) for id, case in first.by_id.items() if (other := second.by_id.get(id))]
    pairs = [(one, two) for one, two in pairs if one and two]
    if len(pairs) < 2:
        return CASE_VARIANCE
    seen = variance([fmean(one) - fmean(two) for one, two in pairs])
    return max(0.0, seen - within * fmean(1 / len(one) + 1 / len(two) for one, two in pairs))


def _passes(case: CaseFacts) -> list[float]:
    return [float(trial.outcome is Outcome.PASSED) for trial in case.trials if trial.valid]


def _paired(trials: int, variances: Variances) -> PairedDesign:
    return PairedDesign(
        trials_a=trials,
        trials_b=trials,
        case_variance=variances.case,
        variance_a=variances.trial,
        variance_b=variances.trial,
    )


def _alpha(policy: Policy) -> float:
    """Return the one-sided error of one look."""
    return policy.spending.look


def _unchanged(trials: int, variances: Variances) -> float:
    """Return the variance of a case's difference where the prompt is the same: no case truly differs then."""
    return 2 * variances.trial / trials


def _cases_for_margin(margin: float, *, trials: int, policy: Policy, variances: Variances, power: float) -> int | None:
    by_noise = sample_size_noninferiority(
        margin, variance=_unchanged(trials, variances), alpha=_alpha(policy), power=power
    )
    made_for = policy_of(policy.profile)
    # The profiles' sizes were found by simulation of whole suites; the formula with its assumed variance asks for more.
    as_made = trials >= made_for.trials and margin >= made_for.gated[0].margin and policy.looks == made_for.looks
    if not variances.source and as_made and made_for.cases and by_noise:
        by_noise = min(by_noise, made_for.cases)
    if by_noise is None or by_noise > _MOST_CASES:
        return None
    return next(
        (n for n in range(max(by_noise, 2), _MOST_CASES) if _ties_reach(n, trials=trials, policy=policy) < margin), None
    )


def _margin_possible(cases: int, *, trials: int, policy: Policy, variances: Variances, power: float) -> float | None:
    if cases < 2:
        return None
    reach = normal_quantile(1 - _alpha(policy)) + normal_quantile(power)
    by_noise = reach * math.sqrt(_unchanged(trials, variances) / cases)
    # Rounded up, so that the margin that is advised is one that works.
    possible = math.floor(max(by_noise, _ties_reach(cases, trials=trials, policy=policy)) * 100 + 1) / 100
    return possible if possible < 1 else None


def _ties_reach(cases: int, *, trials: int, policy: Policy) -> float:
    """Return how far below zero the interval reaches when every case comes out alike: no margin below can be proved."""
    alike = [(trials, trials)] * cases
    return -adjusted_paired_interval(alike, alike, confidence=1 - 2 * _alpha(policy)).interval.low


def _sentence(design: Design, *, policy: Policy, power: float) -> str:
    size = f"{design.cases} case{'s' * (design.cases != 1)} × {design.trials} trial{'s' * (design.trials != 1)}"
    margin = policy.gated[0].margin
    if design.detectable is None:
        return f"{size} cannot compare two prompts: at least two cases are needed."
    drop = "no drop" if design.detectable >= 1 else f"a drop of {100 * design.detectable:.0f} points or more"
    seen = f"{drop} of the pass rate is found with a chance of {100 * power:.0f}%"
    if not policy.gates:
        return f"With {size} {seen}. The profile {policy.profile} gates no difference."
    if design.enough:
        return f"{size} are enough for the margin {margin:.2f}; {seen}."
    needed = f"about {design.cases_needed} cases" if design.cases_needed else f"more than {_MOST_CASES} cases"
    instead = "" if design.margin_possible is None else f", or a margin of {design.margin_possible:.2f}"
    return (
        f"{size} are too few for the margin {margin:.2f}: even an unchanged prompt would often be inconclusive. "
        f"It needs {needed}{instead}; {seen}."
    )


def _require_power(power: float) -> None:
    if not 0 < power < 1:
        raise ConfigurationError(f"power is a chance, more than 0 and less than 1, not {power:g}")
