"""`harness baseline`: what later runs are compared with, as files for git."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from harness.cli.options import REPORTS, command_settings
from harness.errors import ConfigurationError
from harness.model.exit_code import ExitCode
from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.model.verdict import Verdict
from harness.regression.decision import Decision
from harness.regression.facts import ArmFacts, CaseFacts
from harness.regression.intervals import clustered_wilson
from harness.report.numbers import count, percent
from harness.runner.outcome import fold_outcomes
from harness.runs.asked import read_asked
from harness.runs.finishing import decide_run
from harness.store.baseline import Baseline, baseline_of
from harness.store.baseline_text import LETTERS
from harness.store.baselines import find_baseline, list_baselines, write_baseline
from harness.store.reading import find_run, load_run


@click.group(
    help="""Keep what later runs are compared with, as small files for git.

A baseline keeps how every trial of a run came out, in REPORTS/baselines/NAME.toml with one line a case. Commit it;
then compare with it: harness run suites/ --against baseline:NAME
"""
)
def command() -> None:
    """Hold the verbs about baselines; the help text is above."""


@command.command(
    "bless",
    help="""Make a stored run the baseline of its prompts.

RUN is a run's id, the start of it, or latest. Without --name there is one file for each prompt that was under test,
named after the prompt. The run must have been made to its end and have passed.

\b
Examples:
  harness baseline bless latest --reason "v2 as shipped in May"
  harness baseline bless 20250131-0930 --reason "before the new greeting" --name may

\b
Exit codes:
  0  blessed
  2  there is no such run, it was cut short or proves nothing, or no reason was given
  3  the run cannot be read, or the file not be written
""",
)
@click.argument("run")
@click.option(
    "--reason", required=True, metavar="TEXT", help="Why later runs may be compared with it. Kept in the file."
)
@click.option("--name", metavar="NAME", help="One file of this name for all prompts of the run.")
@click.option("--force", is_flag=True, help="Bless a run that did not pass.")
@REPORTS
def bless(run: str, reason: str, name: str | None, force: bool, reports: Path | None) -> None:
    """Bless; the help text is above."""
    settings = command_settings({"reports": reports})
    if not reason.strip():
        raise ConfigurationError("a baseline needs a reason that will still be understood in a year: --reason TEXT")
    folder = find_run(settings.runs, run)
    blessed = load_run(folder, fold=fold_outcomes)
    decision = decide_run(blessed, read_asked(folder))
    _require_whole(blessed, decision.verdict)
    if decision.exit_code is not ExitCode.PASSED and not force:
        raise ConfigurationError("\n".join(_objections(blessed, decision)))
    under_test = (result.prompt for result in blessed.results if result.role is ArmRole.CANDIDATE)
    prompts = tuple(dict.fromkeys(label.partition("@")[0] for label in under_test))
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    for file, prompt in [(name, None)] if name else [(prompt, prompt) for prompt in prompts]:
        kept = baseline_of(blessed, name=file, prompt=prompt, blessed_at=now, reason=reason.strip())
        path = write_baseline(settings.baselines, kept)
        click.echo(f"{kept.run} is the baseline {kept.name}: {_size(kept)}. Kept in {path}")
        click.echo(f"Commit that file; compare with it: harness run suites/ --against baseline:{kept.name}")


@command.command(
    "show",
    help="""Show a baseline: what it is of, how it came out, why it was blessed.

\b
Examples:
  harness baseline show receptionist

\b
Exit codes:
  0  shown
  2  there is no such baseline, or its file is broken
""",
)
@click.argument("name")
@REPORTS
def show(name: str, reports: Path | None) -> None:
    """Show; the help text is above."""
    settings = command_settings({"reports": reports})
    click.echo("\n".join(_shown(find_baseline(settings.baselines, name))))


@command.command(
    "list",
    help="""List the baselines.

\b
Examples:
  harness baseline list

\b
Exit codes:
  0  listed, also where there is none
  2  a file is broken
""",
)
@REPORTS
def list_all(reports: Path | None) -> None:
    """List; the help text is above."""
    settings = command_settings({"reports": reports})
    found = list_baselines(settings.baselines)
    if not found:
        click.echo('There is no baseline yet. Make one: harness baseline bless latest --reason "…"')
        return
    rows = [("name", "prompts", "cases", "trials", "blessed", "reason"), *map(_row, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        click.echo("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]))


def _require_whole(run: Run, verdict: Verdict) -> None:
    if not any(result.role is ArmRole.CANDIDATE for result in run.results):
        raise ConfigurationError(f"run {run.id} has no finished case of a prompt under test: there is nothing to bless")
    if verdict.unfinished and not (run.stop and run.stop.kind.proved):
        why = f" ({run.stop.reason})" if run.stop else ""
        raise ConfigurationError(
            f"run {run.id} was cut short{why}: {count(verdict.unfinished, 'trial')} of {run.planned} missing. "
            f"Finish it with: harness run --resume {run.id}"
        )


def _objections(run: Run, decision: Decision) -> Iterator[str]:
    """Yield what speaks against blessing a run that did not pass."""
    yield f"run {run.id} did not pass, it is {decision.outcome.value}: {decision.sentence}"
    for result in run.results:
        if result.role is ArmRole.CANDIDATE and not result.excused and not result.passed:
            yield f"  {result.outcome.value}  {result.planned}"
    yield "Later runs would be held to no more than that. To bless it even so, add --force and say so in the reason"


def _size(baseline: Baseline) -> str:
    arms = count(len(baseline.arms), "arm") + ", " if len(baseline.arms) > 1 else ""
    return f"{arms}{count(len(baseline.cases), 'case')}, {count(baseline.trials, 'trial')}"


def _labels(baseline: Baseline) -> tuple[str, ...]:
    return tuple(dict.fromkeys(arm.prompt for arm in baseline.arms))


def _row(baseline: Baseline) -> Sequence[str]:
    cases, trials = str(len(baseline.cases)), str(baseline.trials)
    reason = " ".join(baseline.reason.split())
    return baseline.name, ", ".join(_labels(baseline)), cases, trials, baseline.blessed_at[:10], reason


def _shown(baseline: Baseline) -> Iterator[str]:
    made = baseline.provenance
    yield f"baseline  {baseline.name}: {', '.join(_labels(baseline))}"
    yield f"run       {baseline.run}, blessed {baseline.blessed_at}"
    yield f"reason    {baseline.reason}"
    yield f"made by   {made.tier.value} tier, transport {made.transport}, platform {made.platform}, seed {made.seed}"
    yield f"          judge {made.judge or 'none'}, stt {made.stt or 'none'}, harness {made.harness_version}"
    yield f"suites    {', '.join(name for name, _ in made.suites) or 'none'}"
    for arm in baseline.arms:
        yield from _arm_lines(arm)


def _arm_lines(arm: ArmFacts) -> Iterator[str]:
    counted = list(arm.by_id.values())
    rate = clustered_wilson([(case.counts.passes, case.counts.valid) for case in counted])
    found = rate.interval
    yield ""
    yield f"{arm.prompt} with {arm.engine_model}"
    trials = sum(len(case.trials) for case in counted)
    yield f"  {count(len(counted), 'case')}, {count(trials, 'trial')}, {trials - rate.trials} of them invalid"
    yield f"  pass rate {percent(found.estimate)}, 95% interval {percent(found.low)} to {percent(found.high)}"
    failing = [case for case in arm.cases if case.quarantined or case.counts.passes < len(case.trials)]
    if failing:
        yield "  cases with a trial that did not pass, and those in quarantine:"
    yield from (f"    {_letters(case)}  {case.id}{'  (in quarantine)' if case.quarantined else ''}" for case in failing)


def _letters(case: CaseFacts) -> str:
    return "".join(LETTERS[trial.outcome] for trial in case.trials)
