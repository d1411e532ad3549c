"""Ends a comparison as soon as it is decided: while calls are placed, and again when a stored run is judged."""

from collections.abc import Callable, Mapping

from harness.model.outcome import Outcome
from harness.model.run import Run, TrialResult
from harness.model.stop import Stop
from harness.model.suite import ArmRole, Planned
from harness.regression.facts import ArmFacts
from harness.regression.judgement import EarlyEvidence, Standing
from harness.regression.policy import Policy
from harness.runner.spoiling import SpoilRule, calls_of, is_settled
from harness.runs.asked import Asked, StoredReference
from harness.runs.evidence import OutcomeOf, Pairs, ProofWatch, proof
from harness.runs.planning import Plan

Finished = Mapping[str, TrialResult]


class EvidenceReferee:
    """Looks at the pairs of the one comparison of a run after every result; an implementation of `Referee`."""

    def __init__(self, pairs: Callable[[Callable[[], Finished]], Pairs], *, policy: Policy) -> None:
        """Take what makes the pairs, given how to get at the calls kept so far."""
        self._finished: Finished = {}
        self._pairs = pairs(lambda: self._finished)
        self._watch = ProofWatch(policy)
        self._read = 0
        """Slots whose pairs were seen: a long run is not read anew after every call."""

    def look(self, finished: Finished) -> Stop | None:
        """Return why the comparison is decided, once; None while it is open."""
        if self._watch.proof is not None:
            return None
        self._finished = finished
        for pair in self._pairs.finished(start=self._read):
            self._read += 1
            if pair is not None:
                self._watch.see(pair)
        return None if self._watch.proof is None else self._watch.proof.stop


def referee_of(plan: Plan, *, seed: int, rule: SpoilRule) -> EvidenceReferee | None:
    """Return who may end a session's comparison early; None where there is none, or more than one.

    With several arms under test each would need its own share of the error rate; every planned call is made then.
    """
    candidates = _arm(plan.compared, ArmRole.CANDIDATE)
    baselines = _arm(plan.compared, ArmRole.BASELINE)
    if candidates is None or not plan.asked.policy.watched:
        return None
    cases = [(each.suite, each.case.id) for each in candidates.values()]
    attempts = max(each.trials for each in candidates.values())
    label = next(iter(candidates.values())).arm
    before = _stored(plan.asked.stored, name=label.prompt.name, engine_model=label.engine_model)
    if baselines is None and before is None:
        return None

    def settled(cells: Mapping[str, Planned], finished: Callable[[], Finished]) -> OutcomeOf:
        def outcome(case: str, attempt: int) -> Outcome | None:
            calls = calls_of(finished(), cells[case].id, attempt=attempt) if case in cells else []
            return calls[-1].outcome if is_settled(calls, rule=rule) else None

        return outcome

    def pairs(finished: Callable[[], Finished]) -> Pairs:
        baseline = settled(baselines, finished) if baselines is not None else kept(before)
        candidate = settled(candidates, finished)
        return Pairs.of(cases, seed=seed, attempts=attempts, baseline=baseline, candidate=candidate)

    return EvidenceReferee(pairs, policy=plan.asked.policy)


def early_evidence(run: Run, arms: tuple[ArmFacts, ...], asked: Asked) -> Mapping[str, EarlyEvidence]:
    """Return what decided a stored run's comparison before its end, by the candidate's label; empty where nothing did.

    Also where nobody was there to stop it, as with several workers: what was proved stays proved.
    """
    if not asked.policy.watched:
        return {}
    compared = [result for result in run.results if result.standing.compared and result.role is ArmRole.CANDIDATE]
    mine = {(result.prompt, result.engine_model) for result in compared}
    candidate = next((arm for arm in arms if (arm.prompt, arm.engine_model) in mine), None)
    if candidate is None:
        return {}
    beside = [arm for arm in arms if arm.role is ArmRole.BASELINE and arm.name == candidate.name]
    same = next((arm for arm in beside if arm.engine_model == candidate.engine_model), None)
    baseline = same or _stored(asked.stored, name=candidate.name, engine_model=candidate.engine_model)
    pairs = Pairs.of(
        [(result.suite, result.case) for result in compared],
        seed=run.provenance.seed,
        attempts=max((result.planned_trials for result in compared), default=0),
        baseline=kept(baseline),
        candidate=kept(candidate),
    )
    found = proof(pairs, policy=asked.policy)
    if found is None or found.found.after is None:
        return {}
    return {
        candidate.label: EarlyEvidence(
            standing=Standing(found.kind.value),
            pairs=found.found.after,
            e_value=found.found.e_value,
            p_anytime=found.found.p_anytime,
        )
    }


def kept(arm: ArmFacts | None) -> OutcomeOf:
    """Return what the trials of an arm came to; None for those it does not have."""
    outcomes = {(case.id, trial.attempt): trial.outcome for case in (arm.cases if arm else ()) for trial in case.trials}
    return lambda case, attempt: outcomes.get((case, attempt))


def _arm(cells: tuple[Planned, ...], role: ArmRole) -> Mapping[str, Planned] | None:
    """Return the cells of the one arm of a role by `suite::case`; None where there is none, or more than one."""
    mine = [each for each in cells if each.arm.role is role]
    if len({each.arm.label for each in mine}) != 1:
        return None
    return {f"{each.suite}::{each.case.id}": each for each in mine}


def _stored(references: tuple[StoredReference, ...], *, name: str, engine_model: str) -> ArmFacts | None:
    arms = [arm for reference in references for arm in reference.arms]
    return next((arm for arm in arms if (arm.name, arm.engine_model) == (name, engine_model)), None)
