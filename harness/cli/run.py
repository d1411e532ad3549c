"""`harness run`: place the calls of suites."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from harness.cli.options import CHOICE, PATHS, SETTINGS, command_settings, with_options
from harness.cli.progress import progress
from harness.model.suite import Planned, Suite
from harness.runner.batch import Batch
from harness.runs import announcement, create, finish, new_id, prepare, resume, spoil_rule
from harness.settings import Settings
from harness.store.folder import RunFolder
from harness.suitefile import ArmChoice, find_suites, load_suites


@click.command(
    help="""Place the calls of suites, write a verdict and a report.

PATHS are suite files or folders searched for *.suite.yaml; without any, the folder suites.

\b
Examples:
  harness run suites/
  harness run suites/ --tier text                        seconds, without sound
  harness run suites/ --prompt receptionist@v3-draft     try another prompt version
  harness run suites/ --against receptionist@v1          measure an older one beside it
  harness run suites/ --engine-model openai.gpt-4o       needs OPENAI_API_KEY
  harness run suites/ --resume latest                    go on with a run that was cut short

Ctrl-C hangs up, keeps what is finished, and says how to go on.

\b
Exit codes:
  0  passed
  1  the agent failed at least one case
  2  the set-up, a suite file or the command line is wrong; no call was placed
  3  nothing was proved: a case was inconclusive, the line or a service broke, the run was cut short,
     or our own caller spoiled too many calls
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
    suites = load_suites(
        find_suites(paths or (Path("suites"),)),
        choice=ArmChoice(prompts=prompts, against=against, engine_models=engine_models),
        caller_voice=settings.caller_voice,
        agent_voice=settings.agent_voice,
    )
    planned = [each for suite in suites for each in suite.matrix()]
    folder, interrupted = _place(settings, [suite for suite in suites if suite.arms], planned, ref=ref)
    finished = finish(settings, folder.path, colour=sys.stdout.isatty())
    click.echo(finished.text)
    if interrupted:
        click.echo(f"interrupted; to go on, add to the same command: --resume {finished.run.id}", err=True)
    ctx.exit(finished.exit_code)


def _place(
    settings: Settings, suites: Sequence[Suite], planned: Sequence[Planned], *, ref: str | None
) -> tuple[RunFolder, bool]:
    toolbox = prepare(settings, planned)
    if ref:
        folder = resume(settings, suites, planned, toolbox=toolbox, ref=ref)
    else:
        folder = create(settings, suites, planned, toolbox=toolbox, run_id=new_id())
    calls = sum(each.case.trials for each in planned)
    click.echo(
        announcement(settings, suites, planned, finished=folder.finished()),
        err=True,
    )
    with progress(calls, terminal=sys.stderr.isatty()) as watcher:
        batch = Batch(
            toolbox=toolbox,
            store=folder,
            sign=folder,
            concurrency=settings.concurrency,
            rule=spoil_rule(settings),
            watcher=watcher,
        )
        try:
            asyncio.run(batch.run(planned))
        except KeyboardInterrupt:
            return folder, True
    return folder, False
