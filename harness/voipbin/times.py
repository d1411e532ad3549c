"""Reads the platform's times in both spellings (contract section 1.6); `resources.py` writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")
_NEVER: Final = 9999
"""The year that stands for "not yet" in older answers."""
_OFFSET_ORIGIN: Final = datetime(1, 1, 1, tzinfo=UTC)


def read_time(value: object) -> datetime | None:
    """Return a time of the API, in UTC; None for one that is unset, far in the future, or no time at all.

    Digits behind the microseconds are dropped.
    """
    found = _STAMP.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1][:4]) >= _NEVER:
        return None
    day, clock, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}.{(fraction or '').ljust(6, '0')[:6]}{zone or 'Z'}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_offset_ms(value: object) -> int | None:
    """Return a time that counts from the start of what it belongs to, such as `tm_transcript`, in milliseconds."""
    moment = read_time(value)
    return None if moment is None else round((moment - _OFFSET_ORIGIN) / timedelta(milliseconds=1))
