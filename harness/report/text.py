"""What the terminal prints when a run is over: the verdict, what failed and why, and where to look."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.regression.decision import Decision
from harness.report.blames import blame_lines
from harness.report.carried import widest_ms
from harness.report.change_words import version_outcome
from harness.report.excuses import excuse, is_quarantined, quarantine_lines
from harness.report.findings import first_line
from harness.report.judges import judge_warnings
from harness.report.lines import BOLD_INK, INK, Line, coloured, one_line, plain
from harness.report.numbers import count, ratio
from harness.report.prompt_change_text import prompt_change_lines
from harness.report.redactions import redaction_sentence
from harness.report.safety import safety_lines
from harness.report.sentences import (
    SYMBOLS,
    not_measured,
    not_measured_sentences,
    size_words,
    verdict_sentence,
)
from harness.report.spoiled import broken_personas, discarded_line
from harness.report.steadiness import steadiness_lines
from harness.report.verdict_block import saved_words, verdict_lines
from harness.report.versions import PromptVersion, prompt_versions, worst_first
from harness.runner.outcome import summarise

_MOST_REASONS = 2
_MOST_CASES = 10
_MOST_LINES = 6


def summarise_run(
    run: Run,
    *,
    report: Path | None,
    run_path: Path | None,
    colour: bool = False,
    decision: Decision | None = None,
    cost: str = "",
) -> str:
    """Return the summary of a run, without a newline at its end.

    Args:
        run: What was tried; it may be cut short, or empty.
        report: Front page of the HTML report, if there is one.
        run_path: The run's folder, if it was kept.
        colour: Whether to style the lines for a terminal; the words are the same either way.
        decision: What the run came to; None: what its cases alone come to.
        cost: What it cost, in one line; empty for a free one.
    """
    lines = list(_lines(run, decision=decision))
    lines += [Line(one_line(cost))] if cost else []
    lines += [Line(f"Report: {report}")] if report is not None else []
    lines += [Line(f"Run:    {run_path}")] if run_path is not None else []
    return coloured(lines) if colour else plain(lines)


def _lines(run: Run, *, decision: Decision | None) -> Iterator[Line]:
    provenance = run.provenance
    versions = prompt_versions(run)
    widest = widest_ms(run)
    exact = "" if widest is None else f", times ± {widest:.0f} ms or better"
    kind = f"{provenance.tier.value}, {provenance.transport}, seed {provenance.seed}{exact}"
    yield Line(f"{size_words(run)} · {kind}", "dim")
    if run.redacted is not None:
        yield Line(redaction_sentence(run.redacted), "yellow")
    yield Line()
    width = max((len(version.label) for version in versions), default=0)
    for version in versions:
        outcome = version_outcome(version, decision.judgement if decision else None)
        yield _version_line(version, width=width, outcome=outcome)
    for version in versions:
        if not version.is_baseline:
            yield from _failures(version)
            yield from prompt_change_lines(version)
    under_test = [result for version in versions if not version.is_baseline for result in version.counted]
    gaps = not_measured_sentences(not_measured(under_test))
    if gaps:
        yield Line()
        yield from (Line(f"Not measured: {one_line(gap)}", "yellow") for gap in gaps)
    yield from _spoiled(run)
    yield from _apart(list(quarantine_lines(run)))
    yield from _apart(_unsteady(versions, run))
    yield Line()
    yield from (Line(one_line(line)) for line in safety_lines(run))
    if decision is not None and decision.judgement is not None:
        yield from verdict_lines(decision, run)
    else:
        yield from _verdict(run, decision=decision, size=_size(under_test))


def _unsteady(versions: Sequence[PromptVersion], run: Run) -> list[Line]:
    """Return how steady the arms are, where some case came out both ways; the front page always says it."""
    both = any(trials.passed and trials.failed for version in versions for trials in version.trials_by_case)
    return [Line(line) for line in steadiness_lines(run)] if both else []


def _apart(lines: list[Line]) -> list[Line]:
    """Return lines as a paragraph of their own."""
    return [Line(), *lines] if lines else []


def _verdict(run: Run, *, decision: Decision | None, size: str) -> Iterator[Line]:
    """Yield what a run came to in which no arms were compared."""
    verdict = decision.verdict if decision else summarise(run.results, planned_trials=run.planned, stop=run.stop)
    outcome = decision.outcome if decision else verdict.outcome
    yield from (Line(line[:1].upper() + line[1:], "dim") for line in saved_words(run))
    yield from (Line(f"! {one_line(warning)}", "yellow") for warning in (decision.warnings if decision else ()))
    yield Line(f"{SYMBOLS[outcome]} {verdict_sentence(verdict)} {size}".rstrip(), BOLD_INK[outcome])
    if decision and decision.next_step:
        yield Line(f"Next: {one_line(decision.next_step)}")


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
        yield from (Line(one_line(line), "yellow") for line in told)


def _version_line(version: PromptVersion, *, width: int, outcome: Outcome) -> Line:
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
    return Line(f"{SYMBOLS[outcome]} {name}  {words}", INK[outcome])


def _failures(version: PromptVersion) -> Iterator[Line]:
    """Yield what did not pass, cases with the same outcome for the same reasons together."""
    groups: dict[tuple[Outcome, bool, tuple[str, ...]], list[CaseResult]] = {}
    for result in worst_first(version.counted):
        if result.outcome is not Outcome.PASSED and not is_quarantined(result):
            groups.setdefault((result.outcome, result.excused, result.reasons), []).append(result)
    several = len({result.engine_model for result in version.results}) > 1
    for (outcome, _, reasons), results in list(groups.items())[:_MOST_CASES]:
        yield Line()
        yield Line(_title(results, several=several), INK[outcome])
        yield from (Line(f"    {one_line(reason)}") for reason in reasons[:_MOST_REASONS])
        if len(reasons) > _MOST_REASONS:
            yield Line(f"    … and {count(len(reasons) - _MOST_REASONS, 'more reason')} in the report", "dim")
        parts = blame_lines(trial for result in results for trial in result.trials)
        yield from (Line(f"    {one_line(line)}", "bold") for line in parts[:1])
        known = first_line(trial for result in results for trial in result.trials if not _has_passed(trial))
        if known:
            yield Line(f"    {one_line(known)}", "yellow")
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
    excused = f", {excuse(first)}" if first.excused else ""
    return (
        f"{SYMBOLS[first.outcome]} {', '.join(shown)}: {first.outcome.value} with {first.prompt} "
        f"({ratio(passed, trials, 'trial')} passed){excused}"
    )


def _size(results: list[CaseResult]) -> str:
    trials = sum(len(result.trials) for result in results)
    return f"(n = {count(len(results), 'case')}, {count(trials, 'trial')})" if results else ""
