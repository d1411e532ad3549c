"""The rubric of a case, put to a judge. Without a judge nothing is guessed: each criterion says that it is open."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import ServiceError
from harness.interfaces import Judge
from harness.model.rubric import Criterion
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.moments import quoted
from harness.scorers.untrusted import suspicious_turn

NO_JUDGE = "no judge is configured; name one, such as openai.gpt-4o, in the setting judge (--harness-judge, --judge)"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricScorer:
    """One score per criterion, named `rubric.<id>`, and `tampering_suspected` where a turn may talk to the judge."""

    judge: Judge | None
    name: str = "rubric"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Ask the judge about the case's criteria; nothing for a case without a rubric."""
        rubric = evidence.case.rubric
        if rubric is None or not rubric.criteria:
            return ()
        if self.judge is None:
            return [_open(criterion, reason=NO_JUDGE) for criterion in rubric.criteria]
        turns = evidence.call.turns
        if not turns:
            return [_open(criterion, reason="nobody spoke in this call") for criterion in rubric.criteria]
        try:
            answers = await self.judge.judge(evidence.call.transcript, rubric.criteria)
        except ServiceError as error:
            return [_open(criterion, reason=f"the judge could not be asked: {error}") for criterion in rubric.criteria]
        answered = {answer.name: answer for answer in answers}
        # A judge that skips a criterion must not make it disappear: an absent requirement would count as met.
        scores = [
            answered.get(f"rubric.{c.id}") or _open(c, reason="the judge left this criterion out")
            for c in rubric.criteria
        ]
        return [*scores, *_suspicion(evidence)]


def _open(criterion: Criterion, *, reason: str) -> Unscored:
    return Unscored(name=f"rubric.{criterion.id}", reason=reason, required=criterion.required)


def _suspicion(evidence: Evidence) -> list[Score]:
    turn = suspicious_turn(evidence.call.turns)
    if turn is None:
        return []
    spoken = evidence.call.turns[turn].spoken
    return [
        Score(
            name="tampering_suspected",
            value=1.0,
            better=Better.LOWER,
            turn=turn,
            reason=f"this turn may be meant for whoever judges the call; read the verdicts with care: {quoted(spoken)}",
            quotes=(Quote(turn=turn, text=spoken),),
        )
    ]
