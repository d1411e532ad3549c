"""What `--redact` does before a report is written: a copy of the run without personal data, in a folder of its own."""

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from harness.cli.progress import steps
from harness.cli.stored import stored_cases
from harness.errors import ConfigurationError
from harness.model.call import Tier
from harness.model.suite import Planned
from harness.runs.redacted_copy import redact_run
from harness.settings import Settings
from harness.store.files import store_errors
from harness.store.reading import find_run, read_header, read_trials
from harness.wiring import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy to report on."""

    folder: Path
    pages: Path


def redacted_copy(settings: Settings, ref: str, *, values: Sequence[str], suites: Sequence[Path]) -> Copy:
    """Make a redacted copy of a run in `REPORTS/redacted`, which can be handed on as a whole, and say what was masked.

    Args:
        settings: Where runs are, and the recogniser.
        ref: The run's id, the start of it, or `latest`.
        values: What is personal beside what is found.
        suites: Suite files or folders the run came from.

    Raises:
        ConfigurationError: there is no such run.
        StoreError: the run cannot be read, or the copy not be written.
    """
    source = find_run(settings.runs, ref)
    run = read_header(source).run
    if run.redacted is not None:
        raise ConfigurationError(f"run {run.id} is a redacted copy already. Report it without --redact")
    place = settings.reports / "redacted"
    pages = place / "html"
    # What an earlier copy showed may be masked only now.
    with store_errors(pages, "delete"):
        if pages.exists():
            shutil.rmtree(pages)
    calls = len(read_trials(source).results)
    with steps("calls to redact", calls, terminal=sys.stderr.isatty()) as step:
        made = redact_run(
            source,
            runs=place / "runs",
            values=values,
            planned=_planned(settings, run.id, suites),
            stt=Workshop(settings).recogniser() if run.provenance.tier is Tier.AUDIO else None,
            step=step,
        )
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    return Copy(folder=made.folder, pages=pages)


def _planned(settings: Settings, ref: str, suites: Sequence[Path]) -> Mapping[str, Planned]:
    """Return the cases of a run as its suites have them; none where the suites are gone."""
    try:
        return stored_cases(settings, ref, suites=suites).planned
    except ConfigurationError as error:
        click.echo(
            f"warning: the suites of the run could not be read ({error}); values they mark as personal are only masked "
            "where they look it, and turns that hold any are beeped from end to end. Name the suites with --suites",
            err=True,
        )
        return {}
