"""The table of cases: what each case came to with each arm, and what it is taken for."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run
from harness.model.snapshots import CaseSnapshot
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.regression.facts import VALID
from harness.regression.tables.shape import Table, flag, integer, listed, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A case with one arm."""

    result: CaseResult
    snapshot: CaseSnapshot | None
    """None in runs that kept none."""

    @property
    def passes(self) -> int:
        """Return how many of its trials passed."""
        return sum(trial.outcome is Outcome.PASSED for trial in self.result.trials)

    @property
    def valid(self) -> int:
        """Return how many of its trials say something about the agent."""
        return sum(trial.outcome in VALID for trial in self.result.trials)

    @property
    def persona(self) -> str:
        """Return who phones."""
        known = (self.snapshot.persona,) if self.snapshot else (trial.trial.persona for trial in self.result.trials)
        return next(iter(known), "")


def _tried(run: Run, _decision: Decision) -> Iterator[Tried]:
    snapshots = {(case.suite, case.id): case for case in run.cases}
    for result in run.results:
        yield Tried(result=result, snapshot=snapshots.get((result.suite, result.case)))


CASES: Table[Tried] = Table(
    name="cases",
    row="one case with one arm, all its trials together",
    items=_tried,
    columns=(
        text("planned", "Id of the case and the arm", lambda row: row.result.planned),
        text("suite", "Name of the suite", lambda row: row.result.suite),
        text("case", "Id of the case", lambda row: row.result.case),
        text("prompt", "`name@version`", lambda row: row.result.prompt),
        text("engine_model", "The model behind the prompt", lambda row: row.result.engine_model),
        text("role", "Of the arm: `candidate` or `baseline`", lambda row: row.result.role.value, choices=ArmRole),
        text("persona", "Who phones", lambda row: row.persona),
        text("tags", "Of the case", lambda row: listed(row.snapshot.tags) if row.snapshot else ""),
        text("pass_rule", "How many trials must pass, such as `2 of 3`", lambda row: str(row.result.pass_rule)),
        text(
            "outcome",
            "`passed`, `failed`, `inconclusive` or `error`",
            lambda row: row.result.outcome.value,
            choices=Outcome,
        ),
        text("reasons", "Why it did not pass, without repeats", lambda row: listed(row.result.reasons)),
        flag("required", "It decides by itself", lambda row: row.result.standing.required),
        flag("excused", "Its outcome decides nothing by itself in this run", lambda row: row.result.excused),
        text(
            "quarantine",
            "The day its quarantine ends, YYYY-MM-DD; empty without one",
            lambda row: (
                None if row.result.standing.quarantine is None else row.result.standing.quarantine.until.isoformat()
            ),
            optional=True,
        ),
        integer("trials", "Trials that were made and count", lambda row: len(row.result.trials)),
        integer("passes", "Trials that passed", lambda row: row.passes),
        integer("valid_trials", "Trials that passed or failed", lambda row: row.valid),
        integer("discarded", "Calls that were made again", lambda row: len(row.result.discarded)),
        integer("planned_trials", "Trials that were planned", lambda row: row.result.planned_trials),
        integer("saved_trials", "Not made because its pass rule was decided", lambda row: row.result.saved),
        integer("missing_trials", "Without a result though they should have one", lambda row: row.result.missing),
    ),
)
