"""A table of a run as Parquet: the one door to pyarrow, which is an extra."""

from collections.abc import Mapping
from typing import Final

from harness.errors import MissingExtraError
from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.tables import AnyTable, Kind

_TYPES: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "string",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.FLAG: "bool",
}


def need_pyarrow() -> None:
    """Return where Parquet files can be made. Raises MissingExtraError."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError(what="--format parquet", package="pyarrow", extra="parquet") from error


def parquet_bytes(table: AnyTable, run: Run, decision: Decision) -> bytes:
    """Return a table as the bytes of a Parquet file. Raises MissingExtraError."""
    need_pyarrow()
    import pyarrow as pa
    from pyarrow import parquet

    rows = list(table.rows(run, decision))
    cells = zip(*rows, strict=True) if rows else [()] * len(table.columns)
    types = [pa.type_for_alias(_TYPES[column.kind]) for column in table.columns]
    fields = [
        pa.field(column.name, kind, nullable=column.optional) for column, kind in zip(table.columns, types, strict=True)
    ]
    arrays = [pa.array(values, type=kind) for values, kind in zip(cells, types, strict=True)]
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), sink, compression="zstd")
    written: bytes = sink.getvalue().to_pybytes()
    return written
