"""`harness report`: the pages of a stored run."""

import sys
from pathlib import Path

import click

from harness.cli.options import REPORTS, command_settings
from harness.runs import finish
from harness.store.reading import find_run


@click.command(
    help="""Write the verdict and the pages of a stored run again, also of one that was killed.

RUN is a run's id, the start of it, or latest (the default).

\b
Examples:
  harness report
  harness report latest --open
  harness report 20250131-0930

\b
Exit codes:
  0  the pages are written, whatever the run came to
  2  there is no such run
  3  the run cannot be read, or the pages not be written
"""
)
@click.argument("run", default="latest")
@click.option("--open", "show", is_flag=True, help="Open the first page in the browser.")
@REPORTS
def command(run: str, show: bool, reports: Path | None) -> None:
    """Write the pages; the help text is above."""
    settings = command_settings({"reports": reports})
    finished = finish(settings, find_run(settings.runs, run), colour=sys.stdout.isatty())
    click.echo(finished.text)
    if show:
        click.launch(finished.report.as_uri())
