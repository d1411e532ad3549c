"""Values of every kind by the entity's kind."""

from datetime import date
from typing import assert_never

from harness.model.entity import EntityKind
from harness.scorers.values.dates import read_dates
from harness.scorers.values.emails import read_emails
from harness.scorers.values.money import read_money
from harness.scorers.values.phones import read_phones
from harness.scorers.values.reading import Reading, Value, agree
from harness.scorers.values.times import read_times

VALUE_KINDS = frozenset({EntityKind.MONEY, EntityKind.DATE, EntityKind.TIME, EntityKind.PHONE, EntityKind.EMAIL})
"""Kinds that are compared as values; the others by their letters and digits."""


def values_in(text: str, *, kind: EntityKind, lang: str, today: date | None = None) -> tuple[Reading, ...]:
    """Return the values of a kind in a text, in order; none for kinds that are not compared as values."""
    match kind:
        case EntityKind.MONEY:
            return read_money(text, lang=lang)
        case EntityKind.DATE:
            return read_dates(text, lang=lang, today=today)
        case EntityKind.TIME:
            return read_times(text, lang=lang)
        case EntityKind.PHONE:
            return read_phones(text, lang=lang)
        case EntityKind.EMAIL:
            return read_emails(text, lang=lang)
        case EntityKind.PHRASE | EntityKind.DIGITS | EntityKind.CODE:
            return ()
        case _:
            assert_never(kind)


def value_of(written: str, *, kind: EntityKind, lang: str, today: date | None = None) -> Value | None:
    """Return the value an author wrote; None when it is none of its kind, or more than one."""
    found = values_in(written, kind=kind, lang=lang, today=today)
    return found[0].value if len(found) == 1 else None


def says_value(written: str, text: str, *, kind: EntityKind, lang: str, today: date | None = None) -> bool:
    """Return whether a text has a value in it, however it is said."""
    wanted = value_of(written, kind=kind, lang=lang, today=today)
    readings = values_in(text, kind=kind, lang=lang, today=today)
    return wanted is not None and any(agree(wanted, reading.value) for reading in readings)
