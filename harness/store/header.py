"""What a run folder says about itself before the first trial is finished: `run.json`."""

from dataclasses import dataclass, replace

from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import ORDINARY, Attempts, CaseResult, CaseStanding, Run, trial_id
from harness.model.suite import ArmRole, Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCase:
    """One cell of the matrix, with what folding its trials needs when the suite file is gone."""

    id: str
    suite: str
    case: str
    prompt: str
    engine_model: str
    role: ArmRole
    pass_rule: PassRule
    standing: CaseStanding = ORDINARY

    @classmethod
    def of(cls, planned: Planned) -> "PlannedCase":
        """Return what is kept of a planned case."""
        return cls(
            id=planned.id,
            suite=planned.suite,
            case=planned.case.id,
            prompt=planned.arm.prompt.label,
            engine_model=planned.arm.engine_model,
            role=planned.arm.role,
            pass_rule=planned.case.pass_rule,
            standing=CaseStanding.of(planned),
        )

    def trial_ids(self) -> tuple[str, ...]:
        """Return the ids of its planned trials."""
        return tuple(
            trial_id(self.id, attempt=attempt)
            for attempt in range(1, max(self.standing.at_least, self.pass_rule.of) + 1)
        )

    def result(self, attempts: Attempts, *, outcome: Outcome) -> CaseResult:
        """Return the case's result over its finished calls."""
        return CaseResult(
            planned=self.id,
            suite=self.suite,
            case=self.case,
            prompt=self.prompt,
            engine_model=self.engine_model,
            role=self.role,
            pass_rule=self.pass_rule,
            outcome=outcome,
            trials=attempts.trials,
            discarded=attempts.discarded,
            standing=self.standing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """The run without its results, and what it set out to try."""

    run: Run
    """`results` is empty, `planned` the number of planned trials."""
    cases: tuple[PlannedCase, ...]

    @classmethod
    def of(cls, run: Run, planned: tuple[Planned, ...]) -> "RunHeader":
        """Return the header of a run that is about to start."""
        cases = tuple(PlannedCase.of(each) for each in planned)
        return cls(run=replace(run, results=(), planned=sum(len(case.trial_ids()) for case in cases)), cases=cases)

    def trial_ids(self) -> tuple[str, ...]:
        """Return the ids of all planned trials, in the order of the plan."""
        return tuple(trial for case in self.cases for trial in case.trial_ids())
