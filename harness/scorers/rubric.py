"""The rubric of a case, put to a judge. Without a judge nothing is guessed: each criterion says that it is open.

Whether a verdict decides is settled here as well: not where its judge is known to be bad at the question, and not a
pass of a single judge in a call in which somebody may have talked to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.interfaces import Judge
from harness.model.call import Call
from harness.model.judge_card import JudgeCard
from harness.model.rubric import Criterion
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.regression.agreement import ABSTAIN
from harness.regression.calibration import why_advisory
from harness.scorers.moments import quoted
from harness.scorers.questions import SUSPICION, about_the_call, put, unscored
from harness.scorers.untrusted import suspicious_turn

NO_JUDGE = (
    "no judge is configured; name one in the setting judge (--harness-judge, --judge): openai.gpt-4o, or offline, "
    "which needs no key"
)
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
            return [unscored(criterion, reason=NO_JUDGE) for criterion in rubric.criteria]
        if not call.turns:
            return [unscored(criterion, reason="nobody spoke in this call") for criterion in rubric.criteria]
        answered = await put(self.judge, call.transcript, rubric.criteria)
        suspicion = _suspicion(call) or answered.suspicion
        scores: list[Scored] = []
        for criterion, answers in answered.by_criterion.items():
            if suspicion and criterion.required:
                answers = tuple(_believable(answer, criterion) for answer in answers)
            whole = about_the_call(criterion, answers)
            scores += [self._signed(each, criterion) for each in dict.fromkeys((whole, *answers))]
        return [*scores, *suspicion]

    def _signed(self, score: Scored, criterion: Criterion) -> Scored:
        """Return a score with its judge's name, and without a say where the judge is known to be bad at it."""
        assert self.judge is not None
        # Whether a question decides is the author's word, not the judge's.
        asked = score.turn is None and (isinstance(score, Score) or score.applicable)
        advisory = why_advisory(self.card, criterion) if criterion.required and asked else ""
        required = criterion.required and asked and not advisory
        return replace(score, by=score.by or self.judge.fingerprint, required=required, advisory=advisory)


def _believable(answer: Scored, criterion: Criterion) -> Scored:
    """Return an answer, or none where it is a pass that too few judges gave in a call like this; a fail stays."""
    votes = len([vote for vote in answer.votes if vote != ABSTAIN]) or 1
    if not isinstance(answer, Score) or not answer.passed or votes >= FEWEST_VOTES:
        return answer
    reason = (
        f'somebody in this call may have talked to the judge, so that a pass of "{criterion.question}" needs '
        f"{FEWEST_VOTES} votes, and {votes} {'was' if votes == 1 else 'were'} cast: set judge_votes to {FEWEST_VOTES}, "
        f"name {FEWEST_VOTES} judges, or read the call yourself. The judge said: {answer.reason}"
    )
    return Unscored(name=answer.name, reason=reason, turn=answer.turn, required=answer.required, votes=answer.votes)


def _suspicion(call: Call) -> tuple[Scored, ...]:
    turn = suspicious_turn(call.turns)
    if turn is None:
        return ()
    spoken = call.turns[turn].spoken
    return (
        Score(
            name=SUSPICION,
            value=1.0,
            better=Better.LOWER,
            turn=turn,
            reason=f"this turn may be meant for whoever judges the call; read the verdicts with care: {quoted(spoken)}",
            quotes=(Quote(turn=turn, text=spoken),),
        ),
    )
