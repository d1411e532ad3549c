"""Several judges as one (evaluation.md 3.3): more than half must say the same, and how far they agree is kept."""

import asyncio
import hashlib
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.errors import ServiceError
from harness.interfaces import Judge
from harness.model.call import Transcript
from harness.model.rubric import BEST_LEVEL, Criterion
from harness.model.score import Better, Score, Scored, Unscored
from harness.regression.agreement import ABSTAIN, NO_VERDICT, SPLIT, panel_verdict
from harness.scorers.verdicts import Word

QUORUM = 2
"""Fewest judges that have to answer."""

Answers = Mapping[str, Scored]
"""One judge's answers by the criterion's key."""


class PanelJudge:
    """Puts every question to all its judges; an implementation of `Judge` like each of them."""

    def __init__(self, judges: Sequence[Judge]) -> None:
        """Take the judges, at least two; the same model counts several times if it is there with several seeds."""
        self._judges = tuple(judges)

    @property
    def fingerprint(self) -> str:
        """Return who sits on the panel, and a hash over all that shapes their verdicts."""
        members = [judge.fingerprint for judge in self._judges]
        digest = hashlib.sha256("\n".join([*members, str(QUORUM)]).encode()).hexdigest()
        names = "+".join(member.rpartition("/")[0] or member for member in members)
        return f"panel({names})/{digest[:16]}"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Return what the votes on each criterion come to, in the criteria's order; see `Judge`."""
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(_ask(judge, transcript, criteria)) for judge in self._judges]
        everyone = [task.result() for task in asked]
        scores = [_combine(criterion, [_answer(answers, criterion) for answers in everyone]) for criterion in criteria]
        suspicions = [s for answers in everyone for s in answers if s.name == "tampering_suspected"]
        return [*scores, *suspicions[:1]]


async def _ask(judge: Judge, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
    try:
        return await judge.judge(transcript, criteria)
    # One judge that cannot be reached has not voted; whether the others are enough is for the quorum to say.
    except ServiceError as error:
        reason = f"the judge could not be asked: {error}"
        return [Unscored(name=criterion.score_name, turn=criterion.turn, reason=reason) for criterion in criteria]


def _answer(answers: Sequence[Scored], criterion: Criterion) -> Scored:
    left_out = Unscored(name=criterion.score_name, turn=criterion.turn, reason="the judge left this criterion out")
    return next((a for a in answers if (a.name, a.turn) == (criterion.score_name, criterion.turn)), left_out)


def vote_of(answer: Scored) -> str:
    """Return a judge's answer as a vote: a word, or a mark where it is graded."""
    match answer:
        case Unscored():
            return ABSTAIN if answer.applicable else Word.NOT_APPLICABLE.value
        case Score(passed=None):
            return f"{answer.value:g}"
        case Score():
            return Word.PASS.value if answer.passed else Word.FAIL.value


def _combine(criterion: Criterion, answers: Sequence[Scored]) -> Scored:
    votes = tuple(vote_of(answer) for answer in answers)
    marks = [answer.value for answer in answers if isinstance(answer, Score)]
    found = panel_verdict(votes, quorum=QUORUM)
    if criterion.is_graded and found.verdict != Word.NOT_APPLICABLE and len(marks) >= QUORUM:
        return _graded(criterion, answers, marks=marks, votes=votes)
    if found.verdict in (SPLIT, NO_VERDICT):
        return _open(criterion, answers, votes=votes, split=found.verdict == SPLIT)
    voice = next(answer for answer, vote in zip(answers, votes, strict=True) if vote == found.verdict)
    told = f"{votes.count(found.verdict)} of {len(votes)} judges: {voice.reason}"
    if isinstance(voice, Score):
        return replace(voice, required=criterion.required, reason=told, votes=votes)
    return replace(voice, required=False, reason=told, votes=votes)


def _graded(
    criterion: Criterion, answers: Sequence[Scored], *, marks: Sequence[float], votes: tuple[str, ...]
) -> Score:
    middle = statistics.median(marks)
    nearest = min((a for a in answers if isinstance(a, Score)), key=lambda answer: abs(answer.value - middle))
    return Score(
        name=criterion.score_name,
        value=middle,
        better=Better.HIGHER,
        turn=criterion.turn,
        reason=f"{middle:g} of {BEST_LEVEL}, the middle of {', '.join(votes)}: {nearest.reason}",
        quotes=nearest.quotes,
        votes=votes,
    )


def _open(criterion: Criterion, answers: Sequence[Scored], *, votes: tuple[str, ...], split: bool) -> Unscored:
    told = "; ".join(f"{vote}: {answer.reason}" for vote, answer in zip(votes, answers, strict=True))
    why = "the judges are split" if split else f"fewer than {QUORUM} of {len(votes)} judges answered"
    return Unscored(
        name=criterion.score_name,
        turn=criterion.turn,
        reason=f'{why} on "{criterion.question}": {told}',
        required=criterion.required,
        votes=votes,
    )
