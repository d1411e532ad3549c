"""Views as data for the page's script, which places what views say and decides nothing.

Views of one kind become one table, a column for each field, with the tables of what they hold inside. A field's name is
then written once for hundreds of calls, and the words of all transcripts stand together: compressed, that takes a third
less room than records one after the other, and less time. `reports/templates/js/21-tables.js` turns it back.

A column is a list of values, or `{"=": value}` where all are equal, `{"sizes": column, "of": column}` for lists, or
`{"has": list of 0 and 1, "of": table}` for views, without `has` where none is missing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import chain
from operator import attrgetter
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What `json` writes: a mapping, list, text, number, boolean or None."""

_EMPTY: tuple[Json, ...] = (None, "", False)


def table(views: Sequence[object]) -> Json:
    """Return views of one kind as columns by field; a field that says nothing in any of them is left out."""
    if not views:
        return {}
    names = (field.name for field in fields(type(views[0])))  # type: ignore[arg-type]  # a view is a dataclass
    columns = ((name, _column(list(map(attrgetter(name), views)))) for name in names)
    return {name: column for name, column in columns if not _says_nothing(column)}


def json_text(value: Json) -> str:
    """Return JSON without a space too many; equal values give equal texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_rare)


def _column(values: list[Json]) -> Json:
    kinds = set(map(type, values))
    is_optional = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {tuple}:
        lists = [each or () for each in values] if is_optional else values
        return {"sizes": _column(list(map(len, lists))), "of": _column(list(chain.from_iterable(lists)))}
    if len(kinds) == 1 and is_dataclass(kinds.copy().pop()):
        there = [each for each in values if each is not None] if is_optional else values
        inner = {"of": table(there)}
        return {"has": [int(each is not None) for each in values]} | inner if is_optional else inner
    first = values[0] if values else None
    if len(kinds) + is_optional <= 1 and values.count(first) == len(values):
        return {"=": first}
    return values


def _says_nothing(column: Json) -> bool:
    if isinstance(column, list):
        return False
    return column.get("sizes") == {"=": 0} or ("=" in column and any(column["="] is each for each in _EMPTY))


def _rare(value: object) -> Json:
    """Return what `json` does not know of itself."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a page's data holds views only, not {type(value).__name__}")
