"""Views as plain values for the page's script: it places what views say and decides nothing.

A field that says nothing (an empty text, an empty tuple, None, False) is left out; the script reads a missing field as an
empty one. That is most of them, and it halves what a page with thousands of calls weighs.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What `json` writes: a mapping, list, text, number, boolean or None."""

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def plain(value: object) -> Json:
    """Return a view, or a part of one, as JSON values under its fields' names."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple or kind is list:
        return [plain(each) for each in value]  # type: ignore[attr-defined]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    record = {}
    for name in _fields(kind):
        each = getattr(value, name)
        # An empty text and a missing view are the common case; 0 is a number and stays.
        if each is None or each is False or each == "" or each == ():
            continue
        record[name] = each if type(each) is str else plain(each)
    return record


def json_text(value: Json) -> str:
    """Return JSON without a space too many; equal values give equal texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def _fields(kind: type) -> tuple[str, ...]:
    if not is_dataclass(kind):
        raise TypeError(f"a page's data holds views only, not {kind.__name__}")
    return tuple(field.name for field in fields(kind))
