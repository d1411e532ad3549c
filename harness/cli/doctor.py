"""`harness doctor`: what works, what does not, and the one thing to do about each."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from harness.cli.options import LIVE, PATHS, command_settings, with_options
from harness.cli.progress import steps
from harness.errors import ConfigurationError, SuiteError
from harness.model.suite import Suite
from harness.report.numbers import count
from harness.settings import TIERS, Settings
from harness.suitefile import find_suites, load_suites
from harness.transports.voipbin.checkup import Outcome, Result, fine, run_checks, skipped, told

FOLDER: Final = Path("suites")
NOT_READY: Final = 2


@click.command(
    help="""Look for whatever would keep calls from working, and say what to do about it.

Places no call and costs nothing. Without an account it looks at this machine only, where simulated calls are held. With
VOIPBIN_ACCESS_KEY (or a login, or only VOIPBIN_DIRECT_HASH) it asks the platform too: login, balance, numbers, whether
the agent's language model, voice and recogniser run, its direct hash, the event socket, the clock, and SIP.

PATHS are the suites whose needs are looked at; without any, the folder suites where there is one.

\b
Examples:
  harness doctor
  harness doctor suites/desk.suite.yaml --route media      for calls without a telephone here
  harness doctor --ai 5e9c6a1e-3d47-4c0c-9b51-0d4e3f6a2b18   the AI that is phoned as it is
  harness doctor --json                                    for a script

\b
Exit codes:
  0  everything that is needed works; warnings and skipped checks may be left
  2  something failed
"""
)
@PATHS
@click.option("--json", "as_document", is_flag=True, help="Print a JSON document instead.")
@click.option(
    "--within",
    "within_s",
    type=click.FloatRange(min=0.1),
    default=20.0,
    show_default=True,
    metavar="SECONDS",
    help="How long everything may take.",
)
@click.option("--tier", type=click.Choice(TIERS), help="text: nobody makes a sound, so that voices are not looked at.")
@with_options(LIVE)
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[Path, ...], as_document: bool, within_s: float, **values: Any) -> None:
    """Look; the help text is above."""
    from rich.console import Console

    from harness.cli.doctor_view import as_json, is_ready, show_results

    settings = command_settings(values)
    suites, read = _suites(settings, paths)
    results = asyncio.run(_examine(settings, suites, read=read, within_s=within_s))
    if as_document:
        click.echo(as_json(results))
    else:
        show_results(results, console=Console(highlight=False))
    ctx.exit(0 if is_ready(results) else NOT_READY)


async def _examine(
    settings: Settings, suites: Sequence[Suite], *, read: Outcome, within_s: float
) -> tuple[Result, ...]:
    from harness.wiring.checking import checks_of

    async with checks_of(settings, suites, read=read, within_s=within_s) as checks:
        if not sys.stderr.isatty():
            return await run_checks(checks, within_s=within_s)
        with steps("checks", len(checks), terminal=True) as step:
            return await run_checks(checks, within_s=within_s, on_done=lambda _: step())


def _suites(settings: Settings, paths: Sequence[Path]) -> tuple[tuple[Suite, ...], Outcome]:
    """Return the suites that can be read, and what reading them came to."""
    if not paths and not FOLDER.is_dir():
        return (), skipped("there is no folder suites here, and none was named")
    try:
        suites = load_suites(
            find_suites(paths or (FOLDER,)), caller_voice=settings.caller_voice, agent_voice=settings.agent_voice
        )
    except SuiteError as error:
        named = " ".join(str(path) for path in paths or (FOLDER,))
        fault = error.faults[0]
        return (), told(f"{count(len(error.faults), 'fault')}, the first is {fault}. harness check {named} shows all")
    except ConfigurationError as error:
        return (), told(f"{error}. Name a suite file, or a folder that holds one")
    cases = sum(len(suite.cases) for suite in suites)
    return suites, fine(f"{count(len(suites), 'suite')}, {count(cases, 'case')}, no fault")
