"""The calls of a stored run beside the suites they came from: what to judge again, and by which rubric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.errors import ConfigurationError, UnknownNameError
from harness.model.call import Transcript
from harness.model.rubric import Criterion, Rubric
from harness.model.run import Run, TrialResult
from harness.model.suite import Planned, Suite
from harness.runner.outcome import fold_outcomes
from harness.settings import Settings
from harness.store.reading import find_run, load_run
from harness.suitefile import ArmChoice, find_suites, load_suites


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCases:
    """A run, and the cases its trials tried as the suite files have them now."""

    run: Run
    trials: Mapping[str, TrialResult]
    """Every call by the trial's id, discarded ones too."""
    planned: Mapping[str, Planned]
    """By the id of the (case, arm) pair."""
    rubrics: tuple[Rubric, ...]
    changed: tuple[str, ...]
    """Suites that are no longer what they were in the run."""

    def trial(self, name: str) -> TrialResult:
        """Return a stored call. Raises UnknownNameError."""
        if name not in self.trials:
            raise UnknownNameError(kind=f"call in run {self.run.id}", name=name, known=tuple(self.trials))
        return self.trials[name]

    def transcript(self, name: str) -> Transcript:
        """Return what was said in a stored call. Raises ConfigurationError."""
        call = self.trial(name).call
        if call is None:
            raise ConfigurationError(f"{name}: no call came about, so there is nothing to judge")
        return call.transcript

    def criterion(self, name: str, *, trial: str = "") -> Criterion:
        """Return a criterion by its id: of a trial's own rubric, else of any. Raises ConfigurationError."""
        rubrics: Sequence[Rubric] = self.rubrics
        planned = self.planned.get(self.trial(trial).trial.planned) if trial else None
        if planned is not None and planned.case.rubric is not None:
            rubrics = [planned.case.rubric]
        found = {criterion for rubric in rubrics for criterion in rubric.criteria if criterion.id == name}
        if not found:
            known = tuple(dict.fromkeys(c.id for rubric in rubrics for c in rubric.criteria))
            raise UnknownNameError(kind=f"criterion of {trial}" if trial else "criterion", name=name, known=known)
        if len(found) > 1:
            raise ConfigurationError(f"several rubrics have a criterion {name!r}; say which in the column 'question'")
        return found.pop()


def stored_cases(settings: Settings, ref: str, *, suites: Sequence[Path], rubric: str | None = None) -> StoredCases:
    """Return a stored run with its cases.

    Args:
        settings: Where runs are.
        ref: The run's id, the start of it, or `latest`.
        suites: Suite files or folders the run came from.
        rubric: Judge every case by this rubric instead of its own.

    Raises:
        ConfigurationError: there is no such run, suite or rubric.
        StoreError: the run cannot be read.
    """
    run = load_run(find_run(settings.runs, ref), fold=fold_outcomes)
    loaded = _suites_of(run, suites)
    rubrics = {each.name: each for suite in loaded for each in suite.rubrics}
    if rubric is not None and rubric not in rubrics:
        raise UnknownNameError(kind="rubric", name=rubric, known=tuple(rubrics))
    digests = dict(run.provenance.suites)
    cells = [each for suite in loaded for each in suite.matrix()]
    if rubric is not None:
        cells = [replace(each, case=replace(each.case, rubric=rubrics[rubric])) for each in cells]
    return StoredCases(
        run=run,
        trials={call.trial.id: call for call in run.calls},
        planned={each.id: each for each in cells},
        rubrics=tuple(dict.fromkeys(each for suite in loaded for each in suite.rubrics)),
        changed=tuple(suite.name for suite in loaded if digests.get(suite.name, suite.digest) != suite.digest),
    )


def _suites_of(run: Run, paths: Sequence[Path]) -> list[Suite]:
    """Return the suites a run tried, with the arms it tried them with."""
    labels = tuple(dict.fromkeys(prompt.label for prompt in run.prompts))
    engines = tuple(dict.fromkeys(result.engine_model for result in run.results))
    choice = ArmChoice(prompts=labels, against="none", engine_models=engines)
    names = {name for name, _ in run.provenance.suites}
    return [suite for suite in load_suites(find_suites(paths), choice=choice) if suite.name in names]
