"""`harness check`: faults in suites, and what they would run."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from harness.cli.chosen import choose
from harness.cli.options import CHOICE, PATHS, command_settings, with_options
from harness.model.case import Case
from harness.model.suite import ArmRole, Suite
from harness.runs import count
from harness.settings import Settings
from harness.suitefile import lint_callers, lint_quarantines
from harness.voipbin.flow_lint import lint_flow
from harness.wiring import missing_here


@click.command(
    help="""Look for faults in suites and show what they would run; places no call.

PATHS are suite files or folders searched for *.suite.yaml; without any, the folder suites.
Every fault is shown at once, each with file, line, column and key. A warning is what runs and may
surprise: what the real platform treats differently than a flow expects, a fact of a persona that no
case uses or that contradicts a goal, a voice or a language that is not installed here, a quarantine that
has ended or ends within a week.

\b
Examples:
  harness check suites/
  harness check suites/receptionist.suite.yaml --prompt receptionist@v3-draft

\b
Exit codes:
  0  no fault; there may be warnings
  2  faults, or nothing to check
"""
)
@PATHS
@with_options(CHOICE)
def command(
    paths: tuple[Path, ...], prompts: tuple[str, ...], against: str | None, engine_models: tuple[str, ...]
) -> None:
    """Check; the help text is above."""
    settings = command_settings({})
    chosen = choose(settings, paths=paths, prompts=prompts, against=against, engine_models=engine_models)
    suites = chosen.suites
    today = datetime.now(UTC).date()
    for suite in suites:
        click.echo("\n".join([*_lines(suite, today=today), *_missing_here(suite, settings), ""]))
    calls = sum(planned.case.trials for suite in suites for planned in suite.matrix())
    click.echo(f"No fault in {count(len(suites), 'suite')}; a run would place {count(calls, 'call')}.")


def _lines(suite: Suite, *, today: date) -> list[str]:
    lines = [f"{suite.name}  ({suite.path})"]
    if not suite.arms:
        return [*lines, "  left out: it has no prompt of --prompt"]
    width = max(len(case.id) for case in suite.cases)
    for case in suite.cases:
        lines.append(f"  {case.id:{width}}  pass {case.pass_rule}  {case.persona.name}{_notes(case)}")
    cases, arms = len(suite.cases), len(suite.arms)
    calls = sum(case.trials for case in suite.cases) * arms
    lines.append(f"  {count(cases, 'case')} × {count(arms, 'arm')} = {count(calls, 'call')}")
    for arm in suite.arms:
        lines.append(f"    {arm.label}{'  (baseline)' if arm.role is ArmRole.BASELINE else ''}")
    lines += [f"  {note}" for note in suite.notes]
    doubts = [*lint_callers(suite), *lint_quarantines(suite, today=today)]
    return [*lines, *_warnings(suite), *(f"  warning: {line}" for line in doubts)]


def _notes(case: Case) -> str:
    notes = [f"[{', '.join(case.tags)}]"] if case.tags else []
    notes += [] if case.required else ["not required"]
    held = case.quarantine
    notes += [] if held is None else [f"in quarantine until {held.until} ({held.owner}: {held.reason})"]
    return "".join(f"  {note}" for note in notes)


def _missing_here(suite: Suite, settings: Settings) -> list[str]:
    return [f"  warning: {reason}" for reason in missing_here(settings, suite)] if suite.arms else []


def _warnings(suite: Suite) -> list[str]:
    """Return what is worth knowing about the flows, once for all cases that share it."""
    cases: dict[str, list[str]] = {}
    for case in suite.cases:
        for finding in lint_flow(case.platform.flow):
            cases.setdefault(f"flow{finding.path}: {finding.message}", []).append(case.id)
    return [f"  warning: {', '.join(ids)}: platform.{words}" for words, ids in cases.items()]
