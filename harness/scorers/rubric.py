"""The rubric of a case, put to a judge. Without a judge nothing is guessed: each criterion says that it is open.

Whether a verdict decides is settled here as well: not where its judge is known to be bad at the question, and not a
pass of a single judge in a call in which somebody may have talked to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.errors import ServiceError
from harness.interfaces import Judge
from harness.model.call import Call, Role
from harness.model.judge_card import JudgeCard
from harness.model.rubric import Criterion, Scope
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.regression.agreement import ABSTAIN
from harness.regression.calibration import why_advisory
from harness.scorers.moments import quoted
from harness.scorers.turn_shares import share_of_turns
from harness.scorers.untrusted import suspicious_turn

NO_JUDGE = "no judge is configured; name one, such as openai.gpt-4o, in the setting judge (--harness-judge, --judge)"
SUSPICION = "tampering_suspected"
FEWEST_VOTES = 3
"""How many judges it takes to believe a pass in a call where somebody may have talked to the judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricScorer:
    """One score per criterion, named `rubric.<id>`, and `tampering_suspected` where a turn may talk to the judge.

    A criterion of scope `turn` has a score for each turn of the agent and one for the call, the share that passed.
    """

    judge: Judge | None
    card: JudgeCard | None = None
    """What is known about the judge; None where nobody measured it."""
    name: str = "rubric"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Ask the judge about the case's criteria; nothing for a case without a rubric."""
        rubric, call = evidence.case.rubric, evidence.call
        if rubric is None or not rubric.criteria:
            return ()
        if self.judge is None:
            return [_open(criterion, reason=NO_JUDGE) for criterion in rubric.criteria]
        if not call.turns:
            return [_open(criterion, reason="nobody spoke in this call") for criterion in rubric.criteria]
        questions = {criterion: _questions(criterion, call) for criterion in rubric.criteria}
        answers = await _ask(self.judge, call, [each for asked in questions.values() for each in asked])
        suspicion = _suspicion(call) or [answer for answer in answers if answer.name == SUSPICION]
        answered = {(answer.name, answer.turn): answer for answer in answers}
        scores: list[Scored] = []
        for criterion, asked in questions.items():
            # A judge that skips a criterion must not make it disappear: an absent requirement would count as met.
            found = [answered.get((c.score_name, c.turn)) or _open(c, reason="the judge left it out") for c in asked]
            if suspicion and criterion.required:
                found = [
                    _believable(answer, criterion, required=c.required) for answer, c in zip(found, asked, strict=True)
                ]
            scores += found if criterion.scope is Scope.CALL else [share_of_turns(criterion, found), *found]
        return [*(self._signed(score, rubric.criteria) for score in scores), *suspicion]

    def _signed(self, score: Scored, criteria: Sequence[Criterion]) -> Scored:
        """Return a score with its judge's name, and without a say where the judge is known to be bad at it."""
        assert self.judge is not None
        signed = replace(score, by=score.by or self.judge.fingerprint)
        criterion = next(each for each in criteria if each.score_name == score.name)
        advisory = why_advisory(self.card, criterion) if score.required else ""
        return replace(signed, required=False, advisory=advisory) if advisory else signed


def _questions(criterion: Criterion, call: Call) -> list[Criterion]:
    if criterion.scope is Scope.CALL:
        return [criterion]
    return [criterion.about(i) for i, turn in enumerate(call.turns) if turn.role is Role.AGENT and turn.spoken.strip()]


async def _ask(judge: Judge, call: Call, questions: Sequence[Criterion]) -> Sequence[Scored]:
    if not questions:
        return ()
    try:
        return await judge.judge(call.transcript, questions)
    except ServiceError as error:
        return [_open(criterion, reason=f"the judge could not be asked: {error}") for criterion in questions]


def _open(criterion: Criterion, *, reason: str) -> Unscored:
    return Unscored(name=criterion.score_name, reason=reason, turn=criterion.turn, required=criterion.required)


def _believable(answer: Scored, criterion: Criterion, *, required: bool) -> Scored:
    """Return an answer, or none where it is a pass that too few judges gave in a call like this; a fail stays."""
    votes = len([vote for vote in answer.votes if vote != ABSTAIN]) or 1
    if not isinstance(answer, Score) or not answer.passed or votes >= FEWEST_VOTES:
        return answer
    reason = (
        f'somebody in this call may have talked to the judge, so that a pass of "{criterion.question}" needs '
        f"{FEWEST_VOTES} votes, and {votes} {'was' if votes == 1 else 'were'} cast: set judge_votes to {FEWEST_VOTES}, "
        f"name {FEWEST_VOTES} judges, or read the call yourself. The judge said: {answer.reason}"
    )
    return Unscored(name=answer.name, reason=reason, turn=answer.turn, required=required, votes=answer.votes)


def _suspicion(call: Call) -> list[Scored]:
    turn = suspicious_turn(call.turns)
    if turn is None:
        return []
    spoken = call.turns[turn].spoken
    return [
        Score(
            name=SUSPICION,
            value=1.0,
            better=Better.LOWER,
            turn=turn,
            reason=f"this turn may be meant for whoever judges the call; read the verdicts with care: {quoted(spoken)}",
            quotes=(Quote(turn=turn, text=spoken),),
        )
    ]
