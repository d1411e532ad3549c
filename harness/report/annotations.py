"""Workflow commands of GitHub: what failed, shown beside the prompt's changed line in a pull request.

A line that the failed checks name is an error; other changed lines of a prompt that failed are warnings, for they may
be why. Cases no prompt line explains are told at their own line in the suite file.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run
from harness.regression.decision import Decision
from harness.regression.judgement import Standing
from harness.report.excuses import is_quarantined
from harness.report.lines import one_line
from harness.report.lostrules import lost_rules
from harness.report.numbers import count
from harness.report.prompt_places import ChangedPlace, changed_places
from harness.report.versions import PromptVersion, prompt_versions

_MOST = 10
"""GitHub shows no more of each level for one step."""
_LONGEST_TEXT = 500
_FEWEST_WORDS = 2
"""A line of fewer words is no rule's wording."""


class Level(StrEnum):
    """How loud an annotation is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One remark at a line of a file."""

    level: Level
    file: str
    """Relative to the repository's root, with slashes."""
    line: int
    title: str
    message: str

    def __str__(self) -> str:
        """Return the workflow command."""
        place = f"file={_property(self.file)},line={self.line},title={_property(self.title)}"
        return f"::{self.level} {place}::{_data(self.message)}"


def annotations(run: Run, decision: Decision, *, root: Path, started_in: Path) -> tuple[Annotation, ...]:
    """Return at most ten annotations, those of prompt lines that failed checks name first.

    Args:
        run: What was tried.
        decision: What it came to.
        root: The repository's root; what stands outside of it cannot be annotated.
        started_in: Where the run was started: its paths are relative to that folder.
    """
    found = [
        Annotation(
            level=each.level,
            file=file,
            line=each.line,
            title=_short(each.title),
            message=_short(each.message),
        )
        for version in prompt_versions(run)
        if not version.is_baseline and _is_in_trouble(version, decision)
        for each in (*_prompt_annotations(version), *_case_annotations(version, run=run))
        if (file := _within(each.file, root=root, started_in=started_in))
    ]
    return tuple(sorted(found, key=_rank)[:_MOST])


def _rank(each: Annotation) -> tuple[bool, bool]:
    return each.level is Level.WARNING, each.title.startswith("case ")


def _is_in_trouble(version: PromptVersion, decision: Decision) -> bool:
    changes = decision.judgement.changes if decision.judgement else ()
    regressed = any(change.candidate == version.label and change.standing is Standing.REGRESSED for change in changes)
    return regressed or bool(_failed(version))


def _failed(version: PromptVersion) -> list[CaseResult]:
    counted = (result for result in version.counted if not is_quarantined(result))
    return [result for result in counted if result.outcome is Outcome.FAILED]


def _prompt_annotations(version: PromptVersion) -> Iterator[Annotation]:
    if version.comparison is None or not version.snapshot.path:
        return
    for place in changed_places(version.comparison.reference, version.snapshot):
        cases = _named_by(place, version)
        because = (
            f"The failed checks of {', '.join(cases)} name it."
            if cases
            else f"{count(len(_failed(version)), 'case')} failed with this version."
        )
        yield Annotation(
            level=Level.ERROR if cases else Level.WARNING,
            file=version.snapshot.path,
            line=place.line,
            title=f"{version.label} {_deed(place)}",
            message=f"{_wording(place, older=version.comparison.reference.label)} {because}",
        )


def _named_by(place: ChangedPlace, version: PromptVersion) -> tuple[str, ...]:
    """Return the broken cases whose failed checks name a rule that the removed line holds, or is a part of."""
    line = _bare(place.removed)
    if version.comparison is None or len(line.split()) < _FEWEST_WORDS:
        return ()
    rules = ((_bare(rule.statement), rule.cases) for rule in lost_rules(version.comparison))
    named = [case for rule, cases in rules if rule in line or line in rule for case in cases]
    return tuple(dict.fromkeys(named))


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _deed(place: ChangedPlace) -> str:
    if place.removed and place.added:
        return "has this line in other words"
    return "lacks a line here" if place.removed else "has a new line"


def _wording(place: ChangedPlace, *, older: str) -> str:
    if place.removed and place.added:
        return f"{older} has: “{place.removed}”."
    return f"{older} has here: “{place.removed}”." if place.removed else f"New: “{place.added}”."


def _case_annotations(version: PromptVersion, *, run: Run) -> Iterator[Annotation]:
    """Yield what failed and is named by no lost rule, at the case's own line."""
    explained = {case for rule in (lost_rules(version.comparison) if version.comparison else ()) for case in rule.cases}
    sources = {(case.suite, case.id): case.source for case in run.cases}
    for result in _failed(version):
        file, _, line = sources.get((result.suite, result.case), "").rpartition(":")
        if result.case in explained or not file or not line.isdecimal():
            continue
        yield Annotation(
            level=Level.ERROR,
            file=file,
            line=int(line),
            title=f"case {result.case} failed with {version.label}",
            message=next(iter(result.reasons), "no reason was kept"),
        )


def _within(file: str, *, root: Path, started_in: Path) -> str:
    """Return a file's path within the repository; empty for one that is outside of it."""
    whole = Path(os.path.normpath(started_in / file))
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else ""


def _short(text: str) -> str:
    shown = one_line(text)
    return shown if len(shown) <= _LONGEST_TEXT else f"{shown[: _LONGEST_TEXT - 1]}…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
