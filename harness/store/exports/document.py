"""A run as one JSON document, a row a line, and the JSON Schema of that document."""

from collections.abc import Iterator, Sequence
from typing import Any

from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.tables import EVENTS, TABLES, AnyTable, Column, Kind
from harness.store.codec import dump

SCHEMA = 1
"""Version of the document: raised when a table or a column goes or changes its meaning, not when one is added."""

_TYPES = {Kind.TEXT: "string", Kind.INTEGER: "integer", Kind.NUMBER: "number", Kind.FLAG: "boolean"}


def document_parts(tables: Sequence[AnyTable], run: Run, decision: Decision) -> Iterator[str]:
    """Yield a run's document in parts; a table of one row is an object, any other a list of objects.

    Raises:
        StoreError: a number in it is NaN or infinite.
    """
    yield f'{{\n"schema": {SCHEMA}'
    for table in tables:
        yield f',\n"{table.name}": '
        rows = _rows(table, run, decision)
        if table.single:
            yield from rows
            continue
        yield "["
        for place, row in enumerate(rows):
            yield f",\n{row}" if place else f"\n{row}"
        yield "\n]"
    yield "\n}\n"


def _rows(table: AnyTable, run: Run, decision: Decision) -> Iterator[str]:
    names = [column.name for column in table.columns]
    for row in table.rows(run, decision):
        yield dump(dict(zip(names, row, strict=True)), path=table.name)


def document_schema() -> dict[str, Any]:
    """Return the JSON Schema of the document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A run of the VoIPBIN harness",
        "description": "What `harness export --format json` writes. Keys may be added without a new schema version.",
        "type": "object",
        "required": ["schema", *(table.name for table in TABLES if table is not EVENTS)],
        "properties": {
            "schema": {"const": SCHEMA},
            **{table.name: _table(table) for table in TABLES},
        },
    }


def _table(table: AnyTable) -> dict[str, Any]:
    row = {
        "description": f"{table.row[:1].upper()}{table.row[1:]}.",
        "type": "object",
        "required": [column.name for column in table.columns],
        "properties": {column.name: _column(column) for column in table.columns},
    }
    return row if table.single else {"type": "array", "items": row}


def _column(column: Column[Any]) -> dict[str, Any]:
    kind = _TYPES[column.kind]
    empty = [None] if column.optional else []
    return {
        "description": f"{column.about}.",
        "type": [kind, "null"] if column.optional else kind,
        **({"enum": [*column.choices, *empty]} if column.choices else {}),
    }
