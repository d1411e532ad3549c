"""Views as data for the page's script, which places what views say and decides nothing.

A view is a frozen dataclass, or a named tuple where a page has one for every case, call or turn: it is made in a third
of the time, and making views is most of the work of making a page.

Views of one kind become one table, a column for each field, with the tables of what they hold inside. A field's name is
then written once for hundreds of calls, and the words of all transcripts stand together: compressed, that takes a third
less room than records one after the other, and less time. `reports/templates/js/21-tables.js` turns it back.

A column is a list of values, or `{"=": value}` where all are equal, `{"sizes": column, "of": column}` for lists, or
`{"has": list of 0 and 1, "of": table}` for views, without `has` where none is missing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
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
    columns = ((name, _column(values)) for name, values in _fields_of(views))
    return {name: column for name, column in columns if not _says_nothing(column)}


def json_text(value: Json) -> str:
    """Return JSON without a space too many; equal values give equal texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_rare)


def _is_view(kind: type) -> bool:
    """Return whether values of a class have fields: it is a dataclass or a named tuple."""
    return is_dataclass(kind) or (issubclass(kind, tuple) and kind is not tuple)


def _fields_of(views: Sequence[object]) -> Iterator[tuple[str, list[Json]]]:
    """Yield each field's name and its values in all views."""
    kind = type(views[0])
    if is_dataclass(kind):
        return ((field.name, list(map(attrgetter(field.name), views))) for field in fields(kind))
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # all other views are named tuples
    return zip(names, map(list, zip(*views, strict=True)), strict=True)


def _column(values: list[Json]) -> Json:
    kinds = set(map(type, values))
    is_optional = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {tuple}:
        lists = [each or () for each in values] if is_optional else values
        return {"sizes": _column(list(map(len, lists))), "of": _column(list(chain.from_iterable(lists)))}
    if len(kinds) == 1 and _is_view(*kinds):
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
