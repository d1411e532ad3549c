"""A rubric as the questions that are really put to a judge, and its answers sorted back to the criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.errors import ServiceError
from harness.interfaces import Judge
from harness.model.call import Role, Transcript
from harness.model.rubric import Criterion, Scope
from harness.model.score import Scored, Unscored
from harness.scorers.turn_shares import share_of_turns

SUSPICION = "tampering_suspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a judge said about one call."""

    by_criterion: Mapping[Criterion, tuple[Scored, ...]]
    """One answer, or for a criterion about turns one for each; never fewer than were asked."""
    suspicion: tuple[Scored, ...] = ()
    """The judge's own word that somebody tried to influence it."""


async def put(judge: Judge, transcript: Transcript, criteria: Sequence[Criterion]) -> Answered:
    """Put criteria to a judge; what it leaves out or cannot be asked is unscored."""
    asked = {criterion: _questions(criterion, transcript) for criterion in criteria}
    questions = [question for each in asked.values() for question in each]
    answers = await _ask(judge, transcript, questions) if questions else ()
    known = {(answer.name, answer.turn): answer for answer in answers}
    return Answered(
        # A judge that skips a criterion must not make it disappear: an absent requirement would count as met.
        by_criterion={
            criterion: tuple(
                known.get((question.score_name, question.turn)) or unscored(question, reason="the judge left it out")
                for question in each
            )
            for criterion, each in asked.items()
        },
        suspicion=tuple(answer for answer in answers if answer.name == SUSPICION),
    )


def about_the_call(criterion: Criterion, answers: Sequence[Scored]) -> Scored:
    """Return what the answers to one criterion come to for the whole call."""
    return answers[0] if criterion.scope is Scope.CALL else share_of_turns(criterion, answers)


def unscored(criterion: Criterion, *, reason: str) -> Unscored:
    """Return no answer to a criterion, as required as it is."""
    return Unscored(name=criterion.score_name, reason=reason, turn=criterion.turn, required=criterion.required)


def _questions(criterion: Criterion, transcript: Transcript) -> list[Criterion]:
    if criterion.scope is Scope.CALL:
        return [criterion]
    turns = enumerate(transcript.turns)
    return [criterion.about(index) for index, turn in turns if turn.role is Role.AGENT and turn.spoken.strip()]


async def _ask(judge: Judge, transcript: Transcript, questions: Sequence[Criterion]) -> Sequence[Scored]:
    try:
        return await judge.judge(transcript, questions)
    except ServiceError as error:
        return [unscored(question, reason=f"the judge could not be asked: {error}") for question in questions]
