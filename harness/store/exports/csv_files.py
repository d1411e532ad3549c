"""A table of a run as CSV (RFC 4180): UTF-8, a header, CRLF.

Texts are quoted, always: a field that is empty was not measured, and `""` is a text without words.
"""

from collections.abc import Iterator

from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.tables import AnyTable, Cell

_END = "\r\n"


def csv_parts(table: AnyTable, run: Run, decision: Decision) -> Iterator[str]:
    """Yield a table line by line, the header first."""
    yield ",".join(column.name for column in table.columns) + _END
    for row in table.rows(run, decision):
        yield ",".join([_field(cell) for cell in row]) + _END


def _field(cell: Cell) -> str:
    match cell:
        case str():
            return f'"{cell.replace(chr(34), chr(34) * 2)}"'
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case _:
            return repr(cell)
