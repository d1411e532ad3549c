"""The table of scores: every question that was asked about a call, and its answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.run import Run, Trial
from harness.model.score import Score, Scored, Unscored, WordCounts
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.regression.tables.calls import called
from harness.regression.tables.shape import Table, finite, flag, integer, number, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A score of a call."""

    trial: Trial
    trial_id: str
    discarded: bool
    score: Scored
    part: str | None
    """Which part its failure is laid to."""

    @property
    def measured(self) -> Score | None:
        """Return the score; None where there is no answer."""
        return self.score if isinstance(self.score, Score) else None

    @property
    def missing(self) -> Unscored | None:
        """Return why there is no answer; None where there is one."""
        return self.score if isinstance(self.score, Unscored) else None

    @property
    def counts(self) -> WordCounts | None:
        """Return the word counts of an error rate."""
        return None if self.measured is None else self.measured.counts


def _answers(run: Run, _decision: Decision) -> Iterator[Answer]:
    for each in called(run):
        trial, trial_id = each.result.trial, each.result.trial.id
        # The first part that is blamed for a score is the one.
        parts = {blame.score: blame.part.value for blame in reversed(each.result.blames)}
        for place, score in enumerate(each.result.scores):
            yield Answer(trial=trial, trial_id=trial_id, discarded=each.discarded, score=score, part=parts.get(place))


def _value(row: Answer) -> float | None:
    return None if row.measured is None else finite(row.measured.value)


SCORES: Table[Answer] = Table(
    name="scores",
    row="one question about a call or about one turn of it, and its answer",
    items=_answers,
    columns=(
        text("trial", "Id of the call, a row of `trials`", lambda row: row.trial_id),
        text("suite", "Name of the suite", lambda row: row.trial.suite),
        text("case", "Id of the case", lambda row: row.trial.case),
        text("prompt", "`name@version`", lambda row: row.trial.prompt),
        text("engine_model", "The model behind the prompt", lambda row: row.trial.engine_model),
        text("role", "Of the arm: `candidate` or `baseline`", lambda row: row.trial.role.value, choices=ArmRole),
        flag("discarded", "The call was made again and counts for nothing", lambda row: row.discarded),
        text("name", "What was asked", lambda row: row.score.name),
        integer("turn", "`number` of the turn; empty for the whole call", lambda row: row.score.turn, optional=True),
        number("value", "The answer; empty where it could not be measured", _value, optional=True),
        flag(
            "passed",
            "Whether a requirement was met; empty without one",
            lambda row: None if row.measured is None else row.measured.passed,
            optional=True,
        ),
        flag("required", "A failure fails the trial", lambda row: row.score.required),
        flag(
            "applicable", "There was something to ask about", lambda row: row.missing is None or row.missing.applicable
        ),
        text(
            "unscored",
            "Why there is no answer; empty where there is one",
            lambda row: None if row.missing is None else row.missing.reason,
            optional=True,
        ),
        text(
            "reason",
            "What was asked and found, in words",
            lambda row: None if row.measured is None else row.measured.reason,
            optional=True,
        ),
        integer(
            "errors",
            "Error rates: wrong words, to be added up before they are divided",
            lambda row: None if row.counts is None else row.counts.errors,
            optional=True,
        ),
        integer(
            "words",
            "Error rates: words of the reference",
            lambda row: None if row.counts is None else row.counts.reference_words,
            optional=True,
        ),
        text("failed_part", "The part its failure is laid to", lambda row: row.part, optional=True),
        text("judge", 'Fingerprint of the judge that was asked; "" where code answered', lambda row: row.score.by),
        text("advisory", "Why a requirement does not decide here", lambda row: row.score.advisory),
    ),
)
