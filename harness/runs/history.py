"""The runs that are stored beside one, as far as its pages show them."""

from pathlib import Path

from harness.errors import StoreError
from harness.regression.records import RunRecord
from harness.report.history import History
from harness.report.numbers import count
from harness.store.reading import run_ids
from harness.store.records import RECORD, read_record

MOST_RUNS = 30
"""Older ones are not read: a trend is about the last weeks, and pages must stay quick to make."""


def earlier_runs(runs: Path, *, run_id: str) -> History:
    """Return the records of the runs that started before one, the oldest first; what cannot be read is noted.

    Later runs are left out, so that a run's pages stay what they were when it is reported again.

    Args:
        runs: Folder of all runs.
        run_id: The run that is reported.
    """
    found = [each for each in run_ids(runs) if each < run_id][-MOST_RUNS:]
    records: list[RunRecord] = []
    notes: list[str] = []
    for each in found:
        try:
            record = read_record(runs / each)
        except StoreError:
            notes.append(
                f"{each} is left out: its {RECORD} cannot be read. Write it again with `harness report {each}`"
            )
        else:
            records += [record] if record else []
    missing = len(found) - len(records) - len(notes)
    if missing:
        notes.append(
            f"{count(missing, 'earlier run')} left out: not finished, or kept before there were trends. "
            "`harness report RUN` adds one"
        )
    return History(records=tuple(records), notes=tuple(notes))
