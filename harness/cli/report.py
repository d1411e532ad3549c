"""`harness report`: the pages of a stored run, its summary for a pull request and its annotations."""

import os
import sys
from pathlib import Path

import click

from harness.cli.options import REPORTS, command_settings
from harness.cli.redaction import redacted_copy
from harness.report.annotations import annotations
from harness.report.markdown import markdown_summary
from harness.report.page_audio import MEGABYTE
from harness.runs import Finished, finish
from harness.store.files import write_atomically
from harness.store.reading import find_run

_STDOUT = "-"


@click.command(
    help="""Write the verdict and the pages of a stored run again, also of one that was killed.

RUN is a run's id, the start of it, or latest (the default). With --markdown - or --annotations nothing
else goes to stdout. With --redact the report is one of a copy of the run without personal data in texts and
sound; the copy and its pages are in REPORTS/redacted, and the run itself stays as it is.

\b
Examples:
  harness report
  harness report latest --open
  harness report --single-file --sound-limit 5
  harness report --markdown summary.md --pages-url https://example.org/reports/812
  harness report --annotations github
  harness report latest --redact --mask "Marta Kowalski"

\b
Exit codes:
  0  what was asked for is written, whatever the run came to
  2  there is no such run
  3  the run cannot be read, or a file not be written
"""
)
@click.argument("run", default="latest")
@click.option("--open", "show", is_flag=True, help="Open the first page in the browser.")
@click.option(
    "--single-file",
    is_flag=True,
    help="Put the recordings within the pages, so that one page can be sent alone.",
)
@click.option(
    "--sound-limit",
    type=click.FloatRange(min=0),
    default=20,
    show_default=True,
    metavar="MB",
    help="Sound that --single-file puts within the pages, failed cases first; the pages say what was left out.",
)
@click.option(
    "--markdown",
    metavar="FILE",
    help="Write the summary for a pull request's comment to FILE; - is stdout.",
)
@click.option(
    "--pages-url",
    metavar="URL",
    help="Where the pages can be opened, for the links of --markdown (default: the path from FILE to the pages).",
)
@click.option(
    "--annotations",
    "annotated",
    type=click.Choice(["github"]),
    help="Print workflow commands that show what failed at the prompt's changed line.",
)
@click.option("--redact", is_flag=True, help="Mask personal data in texts and beep it in recordings.")
@click.option(
    "--mask",
    "values",
    multiple=True,
    metavar="VALUE",
    help="With --redact: mask this name, number or address too. May be given several times.",
)
@click.option(
    "--suites",
    multiple=True,
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="With --redact: suite files or folders the run came from, whose facts and entities are masked "
    "(default suites). May be given several times.",
)
@REPORTS
def command(
    run: str,
    show: bool,
    single_file: bool,
    sound_limit: float,
    markdown: str | None,
    pages_url: str | None,
    annotated: str | None,
    redact: bool,
    values: tuple[str, ...],
    suites: tuple[Path, ...],
    reports: Path | None,
) -> None:
    """Write the pages; the help text is above."""
    if markdown == _STDOUT and annotated:
        raise click.UsageError("--markdown - and --annotations both go to stdout: write the summary to a file.")
    if (values or suites) and not redact:
        raise click.UsageError("--mask and --suites say what --redact is to mask: give --redact too.")
    settings = command_settings({"reports": reports})
    embed_bytes = round(sound_limit * MEGABYTE) if single_file else None
    if redact:
        copy = redacted_copy(settings, run, values=values, suites=suites or (Path("suites"),))
        folder, pages = copy.folder, copy.pages
    else:
        folder, pages = find_run(settings.runs, run), settings.pages
    finished = finish(settings, folder, pages=pages, colour=sys.stdout.isatty(), embed_bytes=embed_bytes)
    if markdown is not None:
        _write_summary(finished, markdown, pages_url=pages_url)
    if annotated:
        here = Path.cwd()
        found = annotations(finished.run, finished.decision, root=_repository(here), started_in=here)
        click.echo("".join(f"{each}\n" for each in found), nl=False)
    elif markdown != _STDOUT:
        click.echo(finished.text)
    if show:
        click.launch(finished.report.as_uri())


def _write_summary(finished: Finished, file: str, *, pages_url: str | None) -> None:
    path = Path.cwd() if file == _STDOUT else Path(file).absolute().parent
    # A link has slashes everywhere.
    beside = Path(os.path.relpath(finished.report.parent, path)).as_posix()
    pages = beside if pages_url is None else pages_url
    text = markdown_summary(finished.run, finished.decision, pages=pages, cost=finished.cost)
    if file == _STDOUT:
        click.echo(text, nl=False)
    else:
        write_atomically(Path(file), text)


def _repository(here: Path) -> Path:
    """Return the folder that holds the repository `here` is in; `here` itself outside of any."""
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
