"""The comparisons of a flow's conditions (contract section 3.3)."""

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

_OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "==": operator.eq,
        "!=": operator.ne,
        ">": operator.gt,
        ">=": operator.ge,
        "<": operator.lt,
        "<=": operator.le,
    }
)


def compare(condition: str, value: str, wanted: object, *, kind: str) -> bool:
    """Return whether a variable's value compares as asked; what cannot be compared does not hold.

    Args:
        condition: `==`, `!=`, `>`, `>=`, `<` or `<=`.
        value: The variable's value.
        wanted: What it is compared with.
        kind: `string`, `number` or `length` (of the value).
    """
    holds = _OPERATORS.get(condition)
    if holds is None:
        return False
    match kind:
        case "string":
            return holds(value, "" if wanted is None else str(wanted))
        case "number":
            number, limit = _number(value), _number(wanted)
        case "length":
            number, limit = float(len(value)), _number(wanted)
        case _:
            return False
    return number is not None and limit is not None and holds(number, limit)


def moment_holds(option: Mapping[str, Any], *, epoch: datetime, now_ms: int) -> bool:
    """Return whether a moment compares as asked with every part of a date that is given, in UTC.

    Parts: minute, hour, day, month (a negative number or nothing: any) and weekdays (0 is Sunday; none: any).
    """
    now = epoch + timedelta(milliseconds=now_ms)
    holds = _OPERATORS.get(str(option.get("condition") or "=="))
    if holds is None:
        return False
    weekdays = option.get("weekdays") or []
    if weekdays and (now.weekday() + 1) % 7 not in weekdays:
        return False
    parts = {"month": now.month, "day": now.day, "hour": now.hour, "minute": now.minute}
    given = {name: _number(option.get(name)) for name in parts}
    return all(holds(parts[name], wanted) for name, wanted in given.items() if wanted is not None and wanted >= 0)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except ValueError:
        return None
