"""Which verdicts changed, and who changed them: the judge, or the agent.

On one transcript only the judge can have changed its mind. Between two runs that one judge judged, a verdict that
differs on different transcripts is the agent's; one that only differed while two judges judged is the judges'.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.model.run import Run, TrialResult
from harness.model.score import Score, Scored

PREFIX = "rubric."
NOT_MEASURED = "not measured"


class ChangedBy(StrEnum):
    """Who changed a verdict."""

    JUDGE = "judge"
    AGENT = "agent"


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChange:
    """A verdict that became another one."""

    criterion: str
    trial: str
    """The later one, where two runs are compared."""
    before: str
    after: str
    by: ChangedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """Verdicts compared, by criterion in the order met, and those that changed."""

    compared: tuple[tuple[str, int], ...]
    changes: tuple[VerdictChange, ...]

    def count(self, criterion: str, by: ChangedBy) -> int:
        """Return how many verdicts on a criterion somebody changed."""
        return sum((change.criterion, change.by) == (criterion, by) for change in self.changes)


def verdict_word(score: Scored | None) -> str:
    """Return a verdict in a word: pass, fail, a mark, not applicable, or not measured."""
    if isinstance(score, Score):
        return f"{score.value:g}" if score.passed is None else "pass" if score.passed else "fail"
    return NOT_MEASURED if score is None or score.applicable else "not applicable"


def judge_changes(before: Run, after: Run) -> Rejudged:
    """Return what another judge made of the same calls, trial by trial."""
    new = {call.trial.id: call for call in after.calls}
    compared: dict[str, int] = {}
    changes = []
    for old in before.calls:
        for criterion, was, now in _pairs(old, new.get(old.trial.id)):
            compared[criterion] = compared.get(criterion, 0) + 1
            if was != now:
                changes.append(
                    VerdictChange(criterion=criterion, trial=old.trial.id, before=was, after=now, by=ChangedBy.JUDGE)
                )
    return Rejudged(compared=tuple(compared.items()), changes=tuple(changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTwice:
    """A run as it was stored, and with the verdicts of the judge that judged all runs compared."""

    stored: Run
    again: Run


def agent_changes(before: JudgedTwice, after: JudgedTwice) -> Rejudged:
    """Return what changed from one run to another, and who changed it; trials are paired by case, model and attempt."""
    old = {_place(call): call for call in _counted(before.stored)}
    old_again = {_place(call): call for call in _counted(before.again)}
    new_again = {_place(call): call for call in _counted(after.again)}
    compared: dict[str, int] = {}
    changes = []
    for call in _counted(after.stored):
        place = _place(call)
        if place not in old:
            continue
        same_words = _words(old[place]) == _words(call)
        judged_alike = {c: (was, now) for c, was, now in _pairs(old_again.get(place), new_again.get(place))}
        stored = {c: (was, now) for c, was, now in _pairs(old[place], call)}
        for criterion, (was, now) in judged_alike.items():
            compared[criterion] = compared.get(criterion, 0) + 1
            first, last = stored.get(criterion, (was, now))
            if was != now and not same_words:
                by, shown = ChangedBy.AGENT, (was, now)
            elif was != now or first != last:
                by, shown = ChangedBy.JUDGE, (was, now) if was != now else (first, last)
            else:
                continue
            changes.append(
                VerdictChange(criterion=criterion, trial=call.trial.id, before=shown[0], after=shown[1], by=by)
            )
    return Rejudged(compared=tuple(compared.items()), changes=tuple(changes))


def _counted(run: Run) -> list[TrialResult]:
    return [trial for result in run.results for trial in result.trials]


def _place(call: TrialResult) -> tuple[str, str, str, str, int]:
    trial = call.trial
    return trial.suite, trial.case, trial.engine_model, trial.role.value, trial.attempt


def _words(call: TrialResult) -> Sequence[tuple[str, str, str | None]]:
    turns = () if call.call is None else call.call.turns
    return [(turn.role.value, turn.spoken, turn.heard) for turn in turns]


def _pairs(before: TrialResult | None, after: TrialResult | None) -> Iterator[tuple[str, str, str]]:
    """Yield criterion, verdict before and verdict after, of what both were asked about the whole call."""
    if before is None or after is None or before.call is None or after.call is None:
        return
    old = {score.name: score for score in before.scores if score.name.startswith(PREFIX) and score.turn is None}
    for score in after.scores:
        if score.turn is None and score.name in old:
            yield score.name.removeprefix(PREFIX), verdict_word(old[score.name]), verdict_word(score)
