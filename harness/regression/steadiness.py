"""How steady a run's cases are, and where the noise of its pass rate comes from (evaluation.md, sections 2.8 and 2.9).

Only trials that count are looked at: a call our own side spoiled was made again, and says nothing about steadiness.
A case whose pass rule was decided early has fewer trials by design; what it lacks is left out and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.suite import ArmRole
from harness.regression.facts import VALID, ArmFacts, arms_of
from harness.regression.planning import TrialPlan, optimal_trials
from harness.regression.repeats import Flakiness, SuitePassK, flake, suite_pass_k
from harness.regression.variance import NestedVariance, nested_variance
from harness.regression.votes import as_judged

JUDGE_SHARE = 0.2
"""Share of the noise above which more votes of the judge help (evaluation.md, section 3.3)."""


class Buy(StrEnum):
    """What makes a pass rate surer for its price."""

    CASES = "cases"
    TRIALS = "trials"
    VOTES = "votes"
    """Of the judge."""
    NOTHING = "nothing"
    """There is no noise to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyCase:
    """A case that came to both outcomes."""

    id: str
    passes: int
    trials: int
    quarantined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Steadiness:
    """One arm."""

    prompt: str
    engine_model: str
    role: ArmRole
    repeated: int
    """Cases with two valid trials or more; the figures rest on them."""
    left_out: int
    """Cases with fewer."""
    flakiness: Flakiness
    """Without cases in quarantine."""
    flaky: tuple[FlakyCase, ...]
    """Those in quarantine too."""
    k: int
    """Trials that half of the repeated cases have, or more; 0 without any."""
    pass_k: SuitePassK
    variance: NestedVariance | None
    """Of the largest part of the cases in which each has as many trials and votes; None where there is none."""

    @property
    def buy(self) -> Buy | None:
        """Return what to buy next to make the pass rate surer; None where nobody can tell."""
        if self.variance is None:
            return None
        shares = self.variance.shares
        if shares is None:
            return Buy.NOTHING
        if shares.judge > JUDGE_SHARE and shares.judge >= max(shares.cases, shares.calls):
            return Buy.VOTES
        return Buy.CASES if shares.cases >= shares.calls else Buy.TRIALS

    @property
    def plan(self) -> TrialPlan | None:
        """Return the trials a case that are worth their price where a case costs as much as a call; None: no limit."""
        found = self.variance
        if found is None or found.trial is None:
            return None
        within = max(found.trial, 0.0) + (found.judge or 0.0) / found.samples
        return optimal_trials(within=within, between=found.case, case_cost=1.0, trial_cost=1.0)


def steadiness(run: Run) -> tuple[Steadiness, ...]:
    """Return how steady each arm's cases are, in the order of the run; arms without a repeated case are left out."""
    if all(len(result.trials) < 2 for result in run.results):
        return ()
    found = (_arm(arm, [r for r in run.results if _key(r) == _key(arm)]) for arm in arms_of(run))
    return tuple(each for each in found if each.repeated)


def _key(of: ArmFacts | CaseResult) -> tuple[str, str, ArmRole]:
    return of.prompt, of.engine_model, of.role


def _arm(arm: ArmFacts, results: Sequence[CaseResult]) -> Steadiness:
    kept = arm.by_id
    counts = [(case.counts.passes, case.counts.valid) for case in kept.values()]
    repeated = [each for each in counts if each[1] > 1]
    k = median_low(trials for _, trials in repeated) if repeated else 0
    valid = [
        [trial for trial in result.trials if trial.outcome in VALID]
        for result in results
        if f"{result.suite}::{result.case}" in kept
    ]
    return Steadiness(
        prompt=arm.prompt,
        engine_model=arm.engine_model,
        role=arm.role,
        repeated=len(repeated),
        left_out=len(counts) - len(repeated),
        flakiness=flake(repeated),
        flaky=tuple(
            FlakyCase(id=case.id, passes=case.counts.passes, trials=case.counts.valid, quarantined=case.quarantined)
            for case in arm.cases
            if 0 < case.counts.passes < case.counts.valid
        ),
        k=k,
        pass_k=suite_pass_k(counts, k=k) if k else SuitePassK(rates=None, used=0, skipped=len(counts)),
        variance=_variance(valid),
    )


def _variance(cases: Sequence[Sequence[TrialResult]]) -> NestedVariance | None:
    """Return the three variances of the largest balanced part: as many trials, and as many votes, in each case."""
    trials = _balanced([len(case) for case in cases])
    if not trials:
        return None
    judged = [[as_judged(trial) for trial in case[:trials]] for case in cases if len(case) >= trials]
    votes = max((len(found) for case in judged for found in case if found), default=1)
    full = [
        # A trial no panel voted on is what it is for every judge.
        [found * votes if len(found) == 1 else found for found in case if found is not None]
        for case in judged
        if all(found is not None and len(found) in (1, votes) for found in case)
    ]
    if votes > 1 and len(full) > 1:
        return nested_variance(full)
    return nested_variance(
        [
            [(float(trial.outcome is Outcome.PASSED),) for trial in case[:trials]]
            for case in cases
            if len(case) >= trials
        ]
    )


def _balanced(lengths: Sequence[int]) -> int:
    """Return how many trials a case make the largest balanced part; 0 without two cases of two."""
    sizes = {k: sum(length >= k for length in lengths) for k in sorted({length for length in lengths if length > 1})}
    parts = {k: cases * k for k, cases in sizes.items() if cases > 1}
    return max(parts, key=lambda k: (parts[k], -k), default=0)
