"""The pairs of trials that evidence about two arms is gathered from (evaluation.md, section 2.11)."""

from collections.abc import Iterator

from harness.model.outcome import Outcome
from harness.regression.evalues import TrialPair
from harness.regression.facts import ArmFacts


def trial_pairs(candidate: ArmFacts, baseline: ArmFacts) -> Iterator[TrialPair]:
    """Yield the pairs of valid trials with the same case and attempt: all first attempts, then all second ones.

    Within an attempt the cases come in the order the candidate has them, which must be random where the evidence is
    for a pass. Cases in quarantine are left out.
    """
    theirs = {
        (case, trial.attempt): trial for case, facts in baseline.by_id.items() for trial in facts.trials if trial.valid
    }
    ours = [
        (trial.attempt, place, case, trial)
        for place, (case, facts) in enumerate(candidate.by_id.items())
        for trial in facts.trials
        if trial.valid and (case, trial.attempt) in theirs
    ]
    for attempt, _, case, trial in sorted(ours, key=lambda each: each[:2]):
        other = theirs[case, attempt]
        yield TrialPair(baseline=other.outcome is Outcome.PASSED, candidate=trial.outcome is Outcome.PASSED)
