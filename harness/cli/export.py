"""`harness export`: a stored run for other programs."""

import json
from pathlib import Path

import click

from harness.cli.options import REPORTS, command_settings
from harness.runs.loading import load_folder
from harness.store.exports import Format, document_schema, write_export
from harness.store.reading import LATEST, find_run


@click.command(
    help="""Write a stored run as tables: one JSON document, or one CSV or Parquet file per table.

RUN is a run's id, the start of it, or latest (the default). The same run gives the same bytes as JSON and CSV.
What stands in which column: docs/exports.md. In a notebook harness.load() gives the same tables.

\b
Examples:
  harness export
  harness export latest --format csv --to tables
  harness export 20260131-0930 --format parquet --events
  harness export --schema > export.schema.json

\b
Exit codes:
  0  the files are written, whatever the run came to
  2  there is no such run, or --format parquet without the package for it
  3  the run cannot be read, or a file not be written
"""
)
@click.argument("run", default=LATEST)
@click.option(
    "--format",
    "as_format",
    type=click.Choice([each.value for each in Format]),
    default=Format.JSON.value,
    help="json (default): one document. csv, parquet: one file per table; parquet needs the extra [parquet].",
)
@click.option(
    "--to",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the files; those of an earlier export are replaced (default: exports/RUN beside the runs).",
)
@click.option("--events", is_flag=True, help="Also everything that happened in each call, the largest table.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the JSON document and write nothing.")
@REPORTS
def command(run: str, as_format: str, to: Path | None, events: bool, schema: bool, reports: Path | None) -> None:
    """Export; the help text is above."""
    if schema:
        click.echo(json.dumps(document_schema(), ensure_ascii=False, indent=2))
        return
    settings = command_settings({"reports": reports})
    loaded = load_folder(find_run(settings.runs, run))
    folder = settings.reports / "exports" / loaded.run.id if to is None else to
    written = write_export(loaded.run, loaded.decision, to=folder, as_format=Format(as_format), events=events)
    here = Path.cwd()
    for path in written:
        click.echo(str(path.relative_to(here) if path.is_relative_to(here) else path))
