"""`harness run`: place the calls of suites."""

from pathlib import Path
from typing import Any

import click

from harness.cli.chosen import choose
from harness.cli.options import CHOICE, PATHS, SETTINGS, command_settings, with_options
from harness.cli.placing import place_and_tell


@click.command(
    help="""Place the calls of suites, write a verdict and a report.

PATHS are suite files or folders searched for *.suite.yaml; without any, the folder suites.

\b
Examples:
  harness run suites/
  harness run suites/ --tier text                        seconds, without sound
  harness run suites/ --prompt receptionist@v3-draft     try another prompt version
  harness run suites/ --against receptionist@v1          gate the difference to an older one, run beside it
  harness run suites/ --against git:main                 … to what each prompt file is on main
  harness run suites/ --against baseline:receptionist    … to a blessed baseline, measured before
  harness run suites/ --engine-model openai.gpt-4o       needs OPENAI_API_KEY
  harness run suites/ --resume latest                    go on with a run that was cut short

Ctrl-C hangs up, keeps what is finished, and says how to go on.

\b
Exit codes:
  0  passed
  1  the agent failed a case, or the comparison says regressed
  2  the set-up, a suite file or the command line is wrong; no call was placed
  3  nothing was proved: a case was inconclusive, the line or a service broke, the run was cut short,
     our own caller spoiled too many calls, or the profile asks for a decision the comparison cannot make
  4  stopped by --budget before the plan was through
"""
)
@PATHS
@with_options(CHOICE)
@with_options(SETTINGS)
@click.option("--resume", "ref", metavar="RUN", help="Go on with a run: its id, the start of it, or latest.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    prompts: tuple[str, ...],
    against: str | None,
    engine_models: tuple[str, ...],
    ref: str | None,
    **values: Any,
) -> None:
    """Place the calls; the help text is above."""
    settings = command_settings(values)
    chosen = choose(settings, paths=paths, prompts=prompts, against=against, engine_models=engine_models)
    plan = chosen.plan(settings)
    placed = place_and_tell(settings, chosen.with_arms, plan, ref=ref)
    ctx.exit(placed.finished.exit_code)
