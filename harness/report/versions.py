"""A run seen by prompt version: its results, what it is compared with, and the cases whose outcome moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from harness.model.outcome import Outcome, Tally
from harness.model.run import CaseResult, Run
from harness.model.snapshots import PromptSnapshot
from harness.model.suite import ArmRole
from harness.report.promptdiff import DiffLine, PromptDiff, diff_prompts
from harness.report.statements import StatementChanges, compare_statements

_WORST_FIRST = (Outcome.FAILED, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.PASSED)


class Movement(StrEnum):
    """How a case's outcome moved between two prompt versions."""

    FIXED = "fixed"
    BROKE = "broke"
    CHANGED = "changed"
    """Something else, such as passed to inconclusive: nothing is proved either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedCase:
    """A case that came to another outcome than with the version compared with."""

    movement: Movement
    result: CaseResult
    before: CaseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A prompt version beside the one it is compared with."""

    reference: PromptSnapshot
    results: tuple[CaseResult, ...]
    """The reference's results for the cases both were tried with."""
    diff: PromptDiff
    statements: StatementChanges
    moved: tuple[MovedCase, ...]
    """Broken first, then otherwise changed, then fixed."""

    @property
    def sentence_lines(self) -> tuple[DiffLine, ...]:
        """Return the changed sentences where a rewrite moved most lines about; empty where the lines tell enough."""
        by_line = len(self.diff.removed) + len(self.diff.added)
        return self.statements.lines if by_line > self.statements.size else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """Everything a run says about one prompt version."""

    snapshot: PromptSnapshot
    results: tuple[CaseResult, ...]
    comparison: Comparison | None

    @property
    def label(self) -> str:
        """Return `name@version`."""
        return self.snapshot.label

    @property
    def is_baseline(self) -> bool:
        """Return whether it is shown only and never fails the run."""
        return self.snapshot.role is ArmRole.BASELINE

    @property
    def counted(self) -> tuple[CaseResult, ...]:
        """Return the results that are its own: not those where a prompt under test is another suite's baseline."""
        return tuple(result for result in self.results if result.role is self.snapshot.role)

    @property
    def deciding(self) -> tuple[CaseResult, ...]:
        """Return those whose pass rule decides by itself."""
        return tuple(result for result in self.counted if not result.excused)

    @property
    def cases(self) -> Tally:
        """Return how many cases came to each outcome."""
        return Tally.of(result.outcome for result in self.counted)

    @property
    def trials(self) -> Tally:
        """Return how many trials came to each outcome."""
        return Tally.of(trial.outcome for result in self.counted for trial in result.trials)

    @property
    def trials_by_case(self) -> tuple[Tally, ...]:
        """Return how many trials of each case came to each outcome."""
        return tuple(Tally.of(trial.outcome for trial in result.trials) for result in self.counted)

    @property
    def outcome(self) -> Outcome:
        """Return the worst outcome of the cases that decide, or of all where none does; inconclusive without any."""
        return worst(result.outcome for result in self.deciding or self.counted)

    @property
    def before(self) -> dict[str, CaseResult]:
        """Return what the version compared with came to, by the id of the case in this one."""
        theirs = {_pairing(result): result for result in (self.comparison.results if self.comparison else ())}
        pairs = ((result.planned, theirs.get(_pairing(result))) for result in self.results)
        return {planned: before for planned, before in pairs if before is not None}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the outcome that matters most; inconclusive for none at all."""
    return min(outcomes, key=_WORST_FIRST.index, default=Outcome.INCONCLUSIVE)


def worst_first(results: Iterable[CaseResult]) -> tuple[CaseResult, ...]:
    """Return results with failures first, otherwise in their own order."""
    return tuple(sorted(results, key=lambda result: _WORST_FIRST.index(result.outcome)))


def prompt_versions(run: Run) -> tuple[PromptVersion, ...]:
    """Return every prompt version of a run, those under test first, in the order of the run."""
    snapshots = _snapshots(run)
    versions = []
    for snapshot in snapshots:
        results = _results(run, snapshot)
        reference = _reference(snapshot, run)
        comparison = None if reference is None else _compare(run, snapshot, reference, results=results)
        versions.append(PromptVersion(snapshot=snapshot, results=results, comparison=comparison))
    return tuple(sorted(versions, key=lambda version: version.is_baseline))


def _snapshots(run: Run) -> tuple[PromptSnapshot, ...]:
    """Return one snapshot a label; a prompt that is under test in one suite is under test here."""
    found: dict[str, PromptSnapshot] = {}
    for snapshot in run.prompts:
        known = found.get(snapshot.label)
        if known is None or (known.role is ArmRole.BASELINE and snapshot.role is ArmRole.CANDIDATE):
            found[snapshot.label] = snapshot
    return tuple(found.values())


def _results(run: Run, snapshot: PromptSnapshot) -> tuple[CaseResult, ...]:
    return tuple(result for result in run.results if result.prompt == snapshot.label)


def _reference(snapshot: PromptSnapshot, run: Run) -> PromptSnapshot | None:
    """Return the baseline of the same name, the last one listed; without any, the version listed before."""
    if snapshot.role is ArmRole.BASELINE:
        return None
    same = [other for other in run.prompts if other.name == snapshot.name]
    others = [other for other in same if other.label != snapshot.label]
    baselines = [other for other in others if other.role is ArmRole.BASELINE]
    earlier = [other for other in others if same.index(other) < same.index(snapshot)]
    return next(reversed(baselines or earlier), None)


def _compare(
    run: Run, snapshot: PromptSnapshot, reference: PromptSnapshot, *, results: tuple[CaseResult, ...]
) -> Comparison:
    before = {_pairing(result): result for result in _results(run, reference)}
    pairs = [(result, before[_pairing(result)]) for result in results if _pairing(result) in before]
    moved = [
        MovedCase(movement=movement(old.outcome, new.outcome), result=new, before=old)
        for new, old in pairs
        if new.outcome is not old.outcome
    ]
    order = (Movement.BROKE, Movement.CHANGED, Movement.FIXED)
    return Comparison(
        reference=reference,
        results=tuple(old for _, old in pairs),
        diff=diff_prompts(reference.source, snapshot.source),
        statements=compare_statements(reference.source, snapshot.source),
        moved=tuple(sorted(moved, key=lambda each: order.index(each.movement))),
    )


def _pairing(result: CaseResult) -> tuple[str, str, str]:
    return result.suite, result.case, result.engine_model


def movement(before: Outcome, after: Outcome) -> Movement:
    """Return how a case moved whose outcome is another one now."""
    match before, after:
        case Outcome.FAILED, Outcome.PASSED:
            return Movement.FIXED
        case Outcome.PASSED, Outcome.FAILED:
            return Movement.BROKE
        case _:
            return Movement.CHANGED
