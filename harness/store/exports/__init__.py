"""A run for other programs: one JSON document, or one CSV or Parquet file per table."""

from harness.store.exports.document import SCHEMA, document_schema
from harness.store.exports.writing import Format, write_export

__all__ = ["SCHEMA", "Format", "document_schema", "write_export"]
