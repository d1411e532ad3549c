"""What a trial would have come to by each judge of a panel alone: the judge's part of a suite's noise."""

from harness.model.outcome import Outcome
from harness.model.run import TrialResult
from harness.model.score import Score
from harness.regression.agreement import ABSTAIN

_MET = ("pass", "not_applicable")


def as_judged(trial: TrialResult) -> tuple[float, ...] | None:
    """Return 1 for passed and 0 for failed by the vote of each judge, of a trial that counts.

    Returns:
        One value where no panel decided anything; None where a judge did not vote, or the votes are not as many for
        every criterion.
    """
    passed = float(trial.outcome is Outcome.PASSED)
    voted = [score for score in trial.scores if isinstance(score, Score) and score.required and score.votes]
    if not voted:
        return (passed,)
    votes = {len(score.votes) for score in voted}
    if len(votes) > 1 or any(ABSTAIN in score.votes for score in voted):
        return None
    judges = range(votes.pop())
    if _failed_otherwise(trial):
        return tuple(0.0 for _ in judges)
    return tuple(float(all(score.votes[judge] in _MET for score in voted)) for judge in judges)


def _failed_otherwise(trial: TrialResult) -> bool:
    """Return whether something failed that no panel voted on: another requirement, a limit, the agent's conduct."""
    failed = [s for s in trial.scores if isinstance(s, Score) and s.required and s.passed is False]
    # Every failed requirement has a reason of its own; what is left over came from elsewhere.
    return any(not score.votes for score in failed) or len(trial.reasons) > len(failed)
