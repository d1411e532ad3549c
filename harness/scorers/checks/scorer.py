"""One score for each check of a case, in its place: `check.<kind>`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.checks import Check
from harness.model.patterns import Searcher
from harness.model.score import Better, Evidence, Score, Scored, Unscored
from harness.scorers.checks.composed import forbids
from harness.scorers.checks.rules import rule
from harness.scorers.checks.ruling import Ruling, broken, unknown
from harness.scorers.checks.scope import answer_scope, whole_call
from harness.scorers.moments import DueAnswer, due_answers


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckScorer:
    """Rules on every check of the caller's turns, then on those of the whole call."""

    name: str = "checks"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Return a score a check; Unscored where it could not be measured."""
        return tuple(_scores(evidence))


def _scores(evidence: Evidence) -> Iterator[Scored]:
    searcher = Searcher()
    for due in due_answers(evidence.call):
        for check in due.move.checks:
            yield _scored(check, _of_answer(check, due, evidence=evidence, searcher=searcher), turn=due.turn)
    scope = whole_call(evidence, searcher=searcher)
    for check in evidence.case.checks:
        ruling = rule(check.question, scope) if evidence.call.turns else unknown("nobody spoke in this call")
        yield _scored(check, ruling, turn=None)


def _of_answer(check: Check, due: DueAnswer, *, evidence: Evidence, searcher: Searcher) -> Ruling:
    if due.asked is not None:
        scope = answer_scope(due, asked=due.asked, evidence=evidence, searcher=searcher)
        return rule(check.question, scope)
    assert due.missed is not None, "a line without a turn was never made, and there is a reason"
    reason = f"{check.question.kind} {due.place} could not be checked: {due.missed.reason}"
    return broken(reason) if due.missed.by_agent and not forbids(check.question) else unknown(reason)


def _scored(check: Check, ruling: Ruling, *, turn: int | None) -> Scored:
    name = f"check.{check.question.kind}"
    if ruling.passed is None:
        return Unscored(name=name, turn=turn, reason=ruling.reason, required=check.required)
    return Score(
        name=name,
        value=float(ruling.passed),
        better=Better.HIGHER,
        turn=turn,
        passed=ruling.passed,
        required=check.required,
        reason=ruling.reason,
        because=check.because,
        missing=ruling.missing,
        quotes=ruling.quotes,
    )
