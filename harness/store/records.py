"""What is kept of a finished run for later ones to be shown beside: `record.json`."""

from pathlib import Path

from harness.regression.records import RunRecord
from harness.store.codec import decode, encode
from harness.store.files import store_errors, write_atomically

RECORD = "record.json"


def write_record(record: RunRecord, folder: Path) -> None:
    """Keep a run's record in its folder. Raises StoreError."""
    path = folder / RECORD
    write_atomically(path, encode(record, as_type=RunRecord, path=str(path)) + "\n")


def read_record(folder: Path) -> RunRecord | None:
    """Return a run's record; None where it was not finished, or by an older version. Raises StoreError."""
    path = folder / RECORD
    if not path.is_file():
        return None
    with store_errors(path, "read"):
        text = path.read_bytes()
    return decode(text, as_type=RunRecord, path=str(path))
