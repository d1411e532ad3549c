"""What the terminal prints when a run is over: the verdict, what failed and why, and where to look."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Literal

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.report.blames import blame_lines
from harness.report.findings import first_line
from harness.report.judges import judge_warnings
from harness.report.lostrules import LostRule, lost_rules
from harness.report.numbers import count, ratio
from harness.report.safety import safety_lines
from harness.report.sentences import (
    MOVEMENTS,
    SYMBOLS,
    not_measured,
    not_measured_sentences,
    size_words,
    verdict_sentence,
)
from harness.report.spoiled import broken_personas, discarded_line
from harness.report.versions import Comparison, PromptVersion, prompt_versions, worst_first
from harness.runner.outcome import summarise

_MOST_REASONS = 2
_MOST_CASES = 10
_MOST_LINES = 6

Style = Literal["", "bold", "dim", "green", "red", "yellow", "bold green", "bold red", "bold yellow"]

_INK: dict[Outcome, Literal["green", "red", "yellow"]] = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "red",
    Outcome.INCONCLUSIVE: "yellow",
    Outcome.ERROR: "yellow",
}
_SIGN_INK: dict[Literal["-", "+", "~"], Style] = {"-": "red", "+": "green", "~": "yellow"}
_BOLD_INK: dict[Literal["green", "red", "yellow"], Style] = {
    "green": "bold green",
    "red": "bold red",
    "yellow": "bold yellow",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the terminal."""

    text: str = ""
    style: Style = ""


def summarise_run(run: Run, *, report: Path | None, run_path: Path | None, colour: bool = False) -> str:
    """Return the summary of a run, without a newline at its end.

    Args:
        run: What was tried; it may be cut short, or empty.
        report: Front page of the HTML report, if there is one.
        run_path: The run's folder, if it was kept.
        colour: Whether to style the lines for a terminal; the words are the same either way.
    """
    lines = list(_lines(run, report=report, run_path=run_path))
    return _coloured(lines) if colour else "\n".join(line.text for line in lines)


def _lines(run: Run, *, report: Path | None, run_path: Path | None) -> Iterator[Line]:
    provenance = run.provenance
    versions = prompt_versions(run)
    yield Line(f"{size_words(run)} · {provenance.tier.value}, {provenance.transport}, seed {provenance.seed}", "dim")
    yield Line()
    width = max((len(version.label) for version in versions), default=0)
    for version in versions:
        yield _version_line(version, width=width)
    for version in versions:
        if not version.is_baseline:
            yield from _failures(version)
            yield from _difference(version)
    under_test = [result for version in versions if not version.is_baseline for result in version.counted]
    gaps = not_measured_sentences(not_measured(under_test))
    if gaps:
        yield Line()
        yield from (Line(f"Not measured: {_one_line(gap)}", "yellow") for gap in gaps)
    yield from _spoiled(run)
    verdict = summarise(run.results, planned_trials=run.planned, stop=run.stop)
    yield Line()
    yield from (Line(_one_line(line)) for line in safety_lines(run))
    yield Line(
        f"{SYMBOLS[verdict.outcome]} {verdict_sentence(verdict)} {_size(under_test)}".rstrip(),
        _BOLD_INK[_INK[verdict.outcome]],
    )
    if report is not None:
        yield Line(f"Report: {report}")
    if run_path is not None:
        yield Line(f"Run:    {run_path}")


def _spoiled(run: Run) -> Iterator[Line]:
    """Yield what has to be known of us: calls our own caller spoiled, personas that do it often, a doubtful judge."""
    lines = [
        f"{result.case} with {result.prompt}: {line}" for result in run.results if (line := discarded_line(result))
    ]
    more = [f"… and {count(len(lines) - _MOST_LINES, 'more case')} with discarded trials"]
    told = [*lines[:_MOST_LINES], *(more if len(lines) > _MOST_LINES else []), *broken_personas(run)]
    told += [f"The judge: {line}" for line in judge_warnings(run)]
    if told:
        yield Line()
        yield from (Line(_one_line(line), "yellow") for line in told)


def _version_line(version: PromptVersion, *, width: int) -> Line:
    cases, trials = version.cases, version.trials
    name = version.label.ljust(width)
    if not cases.total:
        return Line(f"? {name}  no call was finished", "yellow")
    words = f"{ratio(cases.passed, cases.total, 'case')} passed"
    others = [
        f"{number} {outcome.value}"
        for outcome in (Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.ERROR)
        if (number := getattr(cases, outcome.value))
    ]
    words = ", ".join([words, *others]) + f" ({trials.passed} of {count(trials.total, 'trial')})"
    if version.is_baseline:
        return Line(f"· {name}  {words}; baseline: shown, never gates", "dim")
    return Line(f"{SYMBOLS[version.outcome]} {name}  {words}", _INK[version.outcome])


def _failures(version: PromptVersion) -> Iterator[Line]:
    """Yield what did not pass, cases with the same outcome for the same reasons together."""
    groups: dict[tuple[Outcome, tuple[str, ...]], list[CaseResult]] = {}
    for result in worst_first(version.counted):
        if result.outcome is not Outcome.PASSED:
            groups.setdefault((result.outcome, result.reasons), []).append(result)
    several = len({result.engine_model for result in version.results}) > 1
    for (outcome, reasons), results in list(groups.items())[:_MOST_CASES]:
        yield Line()
        yield Line(_title(results, several=several), _INK[outcome])
        yield from (Line(f"    {_one_line(reason)}") for reason in reasons[:_MOST_REASONS])
        if len(reasons) > _MOST_REASONS:
            yield Line(f"    … and {count(len(reasons) - _MOST_REASONS, 'more reason')} in the report", "dim")
        parts = blame_lines(trial for result in results for trial in result.trials)
        yield from (Line(f"    {_one_line(line)}", "bold") for line in parts[:1])
        known = first_line(trial for result in results for trial in result.trials if not _has_passed(trial))
        if known:
            yield Line(f"    {_one_line(known)}", "yellow")
    left_out = sum(len(results) for results in list(groups.values())[_MOST_CASES:])
    if left_out:
        yield Line()
        yield Line(f"… and {count(left_out, 'more case')} in the report", "dim")


def _has_passed(trial: TrialResult) -> bool:
    return trial.outcome is Outcome.PASSED


def _title(results: list[CaseResult], *, several: bool) -> str:
    first = results[0]
    names = [f"{result.case} ({result.engine_model})" if several else result.case for result in results]
    shown = names[:_MOST_CASES] + ([f"{len(names) - _MOST_CASES} more"] if len(names) > _MOST_CASES else [])
    passed = sum(trial.outcome is Outcome.PASSED for result in results for trial in result.trials)
    trials = sum(len(result.trials) for result in results)
    return (
        f"{SYMBOLS[first.outcome]} {', '.join(shown)}: {first.outcome.value} with {first.prompt} "
        f"({ratio(passed, trials, 'trial')} passed)"
    )


def _difference(version: PromptVersion) -> Iterator[Line]:
    """Yield the lines of the prompt that came or went, beside the cases that moved with them."""
    comparison = version.comparison
    if comparison is None or not comparison.results:
        return
    reference = comparison.reference.label
    changes = comparison.statements
    if comparison.moved and changes.lost:
        yield Line()
        yield Line(f"{version.label} lacks {_a_line(changes.lost)} that {reference} has:", "bold")
        yield from _prompt_lines("-", tuple(_lost(rule) for rule in lost_rules(comparison)))
    if comparison.moved and changes.gained:
        yield Line()
        yield Line(f"{version.label} has {_a_line(changes.gained)} that {reference} lacks:", "bold")
        yield from _prompt_lines("+", changes.gained)
    if comparison.moved and changes.reworded:
        yield Line()
        yield Line(f"{version.label} puts {_a_line(changes.reworded)} of {reference} in other words:", "bold")
        yield from _prompt_lines("~", tuple(f"{each.old} → {each.new}" for each in changes.reworded))
    yield Line()
    yield Line(_moves(comparison))


def _lost(rule: LostRule) -> str:
    named_by = f"  ← named by the failed checks of {', '.join(rule.cases)}" if rule.cases else ""
    return f"{rule.statement}{named_by}"


def _moves(comparison: Comparison) -> str:
    head = f"Compared with {comparison.reference.label}"
    if not comparison.moved:
        return f"{head}: no outcome moved in {count(len(comparison.results), 'case')}"
    moves = [f"{moved.result.case} {MOVEMENTS[moved.movement]}" for moved in comparison.moved]
    shown = moves[:_MOST_CASES] + ([f"{len(moves) - _MOST_CASES} more"] if len(moves) > _MOST_CASES else [])
    return f"{head}: {', '.join(shown)}"


def _prompt_lines(sign: Literal["-", "+", "~"], lines: tuple[str, ...]) -> Iterator[Line]:
    yield from (Line(f"    {sign} {_one_line(line)}", _SIGN_INK[sign]) for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield Line(f"    … and {count(len(lines) - _MOST_LINES, 'more line')}", "dim")


def _a_line(lines: tuple[object, ...]) -> str:
    return "a line" if len(lines) == 1 else f"{len(lines)} lines"


def _size(results: list[CaseResult]) -> str:
    trials = sum(len(result.trials) for result in results)
    return f"(n = {count(len(results), 'case')}, {count(trials, 'trial')})" if results else ""


def _one_line(text: str) -> str:
    """Return a text without line breaks or control characters: a transcript must not move the cursor."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _coloured(lines: list[Line]) -> str:
    from rich.console import Console
    from rich.text import Text

    page = StringIO()
    console = Console(file=page, force_terminal=True, color_system="standard", highlight=False, markup=False)
    for line in lines:
        console.print(Text(line.text, style=line.style), soft_wrap=True)
    return page.getvalue().rstrip("\n")
