"""Which files an export has, and that a folder never holds tables of two runs."""

from enum import StrEnum
from pathlib import Path
from typing import assert_never

from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.tables import EVENTS, TABLES
from harness.store.exports.csv_files import csv_parts
from harness.store.exports.document import document_parts
from harness.store.exports.parquet_files import need_pyarrow, parquet_bytes
from harness.store.files import store_errors, write_atomically

DOCUMENT = "export.json"
_SETTING = "to"


class Format(StrEnum):
    """What an export is written as; also the ending of its files."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def write_export(run: Run, decision: Decision, *, to: Path, as_format: Format, events: bool) -> tuple[Path, ...]:
    """Write a run's tables into a folder, over those of an earlier export, and return the files.

    Args:
        run: What was tried.
        decision: What it came to.
        to: The folder.
        as_format: One document, or one file per table of which kind.
        events: Whether everything that happened in the calls is wanted too.

    Raises:
        MissingExtraError: the package that writes Parquet is not installed.
        StoreError: a file cannot be written.
    """
    tables = tuple(table for table in TABLES if events or table is not EVENTS)
    match as_format:
        case Format.JSON:
            path = to / DOCUMENT
            write_atomically(path, document_parts(tables, run, decision), setting=_SETTING)
            return (path,)
        case Format.CSV:
            for table in tables:
                write_atomically(to / f"{table.name}.csv", csv_parts(table, run, decision), setting=_SETTING)
        case Format.PARQUET:
            need_pyarrow()
            for table in tables:
                write_atomically(to / f"{table.name}.parquet", parquet_bytes(table, run, decision), setting=_SETTING)
        case _:
            assert_never(as_format)
    if not events:
        # Of an earlier export, maybe of another run.
        stale = to / f"{EVENTS.name}.{as_format}"
        with store_errors(stale, "delete", setting=_SETTING):
            stale.unlink(missing_ok=True)
    return tuple(to / f"{table.name}.{as_format}" for table in tables)
