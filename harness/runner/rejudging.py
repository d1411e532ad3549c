"""A finished trial whose rubric is put to a judge again: its call stays, its verdicts and its outcome follow anew."""

from dataclasses import replace

from harness.interfaces import Scorer
from harness.interfaces.scope import trial_scope
from harness.model.run import TrialResult
from harness.model.score import Evidence, Scored
from harness.model.suite import Planned
from harness.runner.blame import assign
from harness.runner.outcome import decide
from harness.runner.trial import scores_of

RUBRIC = "rubric."
_OF_THE_JUDGE = frozenset({"rubric", "tampering_suspected"})


def is_judged(score: Scored) -> bool:
    """Return whether a score comes from the judge of rubrics."""
    return score.name.startswith(RUBRIC) or score.name in _OF_THE_JUDGE


async def rejudge(result: TrialResult, planned: Planned, *, scorer: Scorer) -> TrialResult:
    """Return a trial with the verdicts of another judge.

    A trial without a call, or whose call the line or a service broke, stays as it is: there was nothing to judge.

    Args:
        result: The trial as it is stored; it does not change.
        planned: Its case and arm.
        scorer: Puts the case's rubric to the judge.
    """
    call, case = result.call, planned.case
    if call is None or result.validity is None:
        return result
    kept = [score for score in result.scores if not is_judged(score)]
    with trial_scope(result.trial.id) as scope:
        verdicts = await scores_of(Evidence(case=case, arm=planned.arm, call=call), scorers=[scorer])
    scores = (*kept, *verdicts)
    fault = next(iter(scope.gaps), "")
    decision = decide(case, scores, validity=result.validity, call=call, fault=fault)
    return replace(
        result,
        outcome=decision.outcome,
        reasons=decision.reasons,
        scores=scores,
        blames=assign(case, scores, call=call, validity=result.validity, fault=fault),
    )
