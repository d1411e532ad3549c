"""What the answers about single turns come to for the whole call."""

from collections.abc import Sequence

from harness.model.rubric import Criterion
from harness.model.score import Better, Score, Scored, Unscored

_MOST_TURNS = 5


def share_of_turns(criterion: Criterion, answers: Sequence[Scored]) -> Scored:
    """Return the share of turns that passed: met by all of them, open while one is, failed by the first that fails.

    Turns the question does not apply to count for nothing.
    """
    asked = [answer for answer in answers if isinstance(answer, Score) or answer.applicable]
    failed = [answer for answer in asked if isinstance(answer, Score) and not answer.passed]
    unscored = [answer for answer in asked if isinstance(answer, Unscored)]
    question = f'"{criterion.question}"'
    if not asked:
        reason = f"not applicable, {question}: it applies to no turn of the agent"
        return Unscored(name=criterion.score_name, reason=reason, applicable=False)
    if unscored and not failed:
        reason = f"{question} is open for {_places(unscored)}: {unscored[0].reason}"
        return Unscored(name=criterion.score_name, reason=reason, required=criterion.required)
    judged = len(asked) - len(unscored)
    left_out = f", {len(unscored)} not judged" if unscored else ""
    where = f": not in {_places(failed)}. {failed[0].reason}" if failed else ""
    return Score(
        name=criterion.score_name,
        value=(judged - len(failed)) / judged,
        better=Better.HIGHER,
        passed=not failed,
        required=criterion.required,
        reason=f"{question}: yes in {judged - len(failed)} of {judged} turns of the agent{left_out}{where}",
        quotes=failed[0].quotes if failed else (),
    )


def _places(answers: Sequence[Scored]) -> str:
    turns = [str(answer.turn + 1) for answer in answers if answer.turn is not None]
    more = f" and {len(turns) - _MOST_TURNS} more" if len(turns) > _MOST_TURNS else ""
    return f"turn {', '.join(turns[:_MOST_TURNS])}{more}"
