"""The trials of one or more runs as groups to be compared: one column of the comparison, everything else held fixed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from harness.errors import ConfigurationError
from harness.model.run import CaseResult, Run
from harness.model.snapshots import CaseSnapshot
from harness.model.suite import ArmRole
from harness.regression.arm_table import Dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The results of one group, by its name."""

    name: str
    results: tuple[CaseResult, ...]
    is_baseline: bool

    @property
    def cases(self) -> frozenset[str]:
        """Return its cases as `suite::case`."""
        return frozenset(f"{result.suite}::{result.case}" for result in self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Groups that differ in what is compared, and in nothing else."""

    name: str
    columns: tuple[Column, ...]


def joined(runs: Sequence[Run], *, by: Dimension) -> Run:
    """Return one run with the results of several that were measured alike.

    What the runs have under one name though it is not the same gets the run's id beside it: a prompt whose text
    changed, and an arm that stands in more than one run.

    Raises:
        ConfigurationError: voices or personas of several runs, which are compared within one.
    """
    if len(runs) == 1:
        return runs[0]
    if not by.paired:
        raise ConfigurationError(f"{by.value}s are compared within one run; name one of {_ids(runs)}")
    texts = Counter(label for label, _ in {(prompt.label, prompt.digest) for run in runs for prompt in run.prompts})
    named = [
        (run, tuple(replace(r, prompt=f"{r.prompt} ({run.id})") if texts[r.prompt] > 1 else r for r in run.results))
        for run in runs
    ]
    arms = Counter(arm for _, results in named for arm in {(r.prompt, r.engine_model) for r in results})
    repeated = {arm for arm, number in arms.items() if number > 1}
    return replace(
        runs[0],
        results=tuple(
            _renamed(each, f"({run.id})", by=by) if (each.prompt, each.engine_model) in repeated else each
            for run, results in named
            for each in results
        ),
        prompts=tuple(prompt for run in runs for prompt in run.prompts),
        cases=tuple(dict.fromkeys(case for run in runs for case in run.cases)),
    )


def columns_by(run: Run, by: Dimension) -> tuple[Fixed, ...]:
    """Return the groups of a run beside each other, wherever there are two; cases in quarantine are left out."""
    quarantined = {(case.suite, case.id) for case in run.cases if case.quarantine is not None}
    snapshots = {(case.suite, case.id): case for case in run.cases}
    groups: dict[str, dict[str, list[CaseResult]]] = {}
    for result in run.results:
        name, fixed = _place(result, snapshots.get((result.suite, result.case)), by=by)
        if name and (result.suite, result.case) not in quarantined:
            groups.setdefault(fixed, {}).setdefault(name, []).append(result)
    tables = []
    for fixed, named in groups.items():
        columns = [_column(name, results) for name, results in named.items()]
        tables += [Fixed(name=fixed, columns=part) for part in (_sharing(columns) if by.paired else [tuple(columns)])]
    return tuple(table for table in tables if len(table.columns) > 1)


def _place(result: CaseResult, snapshot: CaseSnapshot | None, *, by: Dimension) -> tuple[str, str]:
    """Return the name of the group a result belongs to, empty where it is not known, and what is held fixed there."""
    arm = f"{result.prompt}, {result.engine_model}"
    match by:
        case Dimension.ENGINE_MODEL:
            return result.engine_model, result.prompt
        case Dimension.PROMPT:
            return result.prompt, result.engine_model
        case Dimension.PERSONA:
            return snapshot.persona if snapshot else "", arm
        case Dimension.VOICE:
            return snapshot.voice if snapshot else "", arm
        case _:
            assert_never(by)


def _column(name: str, results: Iterable[CaseResult]) -> Column:
    kept = tuple(results)
    return Column(name=name, results=kept, is_baseline=all(each.role is ArmRole.BASELINE for each in kept))


def _sharing(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """Return columns together that have a case in common, directly or through others, in their own order."""
    parts: list[list[Column]] = []
    for column in columns:
        near = [part for part in parts if any(column.cases & other.cases for other in part)]
        parts = [part for part in parts if part not in near]
        parts.append([*(each for part in near for each in part), column])
    order = {column.name: place for place, column in enumerate(columns)}
    return [tuple(sorted(part, key=lambda column: order[column.name])) for part in parts]


def _renamed(result: CaseResult, suffix: str, *, by: Dimension) -> CaseResult:
    if by is Dimension.PROMPT:
        return replace(result, prompt=f"{result.prompt} {suffix}")
    return replace(result, engine_model=f"{result.engine_model} {suffix}")


def _ids(runs: Sequence[Run]) -> str:
    return ", ".join(run.id for run in runs)
