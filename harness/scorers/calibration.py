"""A judge beside people: the same questions about the same calls (evaluation.md 3.5).

What the comparison comes to in numbers is `harness.regression.calibration`'s.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from harness.interfaces import Judge
from harness.model.call import Transcript
from harness.model.judge_card import LabelledVerdict
from harness.model.rubric import Criterion
from harness.scorers.panel import vote_of
from harness.scorers.questions import about_the_call, put


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people say about one call."""

    criterion: Criterion
    human: str
    """`pass`, `fail`, `not_applicable`, or a mark."""
    second: str = ""
    """What another person said; empty where nobody else was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCall:
    """A call and what people say about it."""

    id: str
    transcript: Transcript
    labels: tuple[Label, ...]


async def words_of(judge: Judge, transcript: Transcript, criteria: Sequence[Criterion]) -> Mapping[Criterion, str]:
    """Return a judge's word on each criterion: a word or a mark, `abstain` where it gave no verdict."""
    answered = await put(judge, transcript, criteria)
    return {
        criterion: vote_of(about_the_call(criterion, answers)) for criterion, answers in answered.by_criterion.items()
    }


async def judge_labelled(
    judge: Judge, calls: Sequence[LabelledCall], *, concurrency: int, step: Callable[[], None]
) -> tuple[LabelledVerdict, ...]:
    """Return a judge's verdicts beside people's, in the order of the labels.

    Args:
        judge: Who is measured.
        calls: Calls with labels.
        concurrency: Calls judged at once.
        step: Called after each call.
    """
    limit = asyncio.Semaphore(concurrency)

    async def judged(call: LabelledCall) -> list[LabelledVerdict]:
        async with limit:
            words = await words_of(judge, call.transcript, [label.criterion for label in call.labels])
        step()
        return [
            LabelledVerdict(
                call=call.id,
                criterion=label.criterion.id,
                question=label.criterion.question,
                graded=label.criterion.is_graded,
                human=label.human,
                second=label.second,
                judge=words[label.criterion],
            )
            for label in call.labels
        ]

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(judged(call)) for call in calls]
    return tuple(verdict for task in tasks for verdict in task.result())
