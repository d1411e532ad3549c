"""What a text can say as a value, and when two values are the same.

What a side left open (the half of the day, the year, the currency) agrees with anything; what it said must agree.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias, assert_never


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount of money."""

    amount: Decimal
    currencies: frozenset[str] = frozenset()
    """ISO codes it may be in (`$` is that of several countries); empty when nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of the day."""

    minutes: frozenset[int]
    """Since midnight; two of them when nobody said which half of the day is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day, as far as it was named. What is None was not said."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    """0 is Monday."""
    words: str = ""
    """A day told only from another, such as `tomorrow`, that nobody could count from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A telephone number."""

    digits: str
    """As said, without what separates them."""
    spellings: frozenset[str]
    """Every way its digits can be said: with and without its country's code and trunk prefix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """A mail address."""

    address: str
    spellings: frozenset[str]
    """Every address the words can stand for, where a recogniser may have split one of its words."""


Value: TypeAlias = Money | Clock | Day | Phone | Email


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A value found in a text."""

    value: Value
    text: str
    """The words it was read from, numbers as figures."""


def agree(wanted: Value, found: Value) -> bool:
    """Return whether a value that was found is the one that was wanted."""
    match wanted:
        case Money():
            return isinstance(found, Money) and _same_money(wanted, found)
        case Clock():
            return isinstance(found, Clock) and bool(wanted.minutes & found.minutes)
        case Day():
            return isinstance(found, Day) and _same_day(wanted, found)
        case Phone():
            return isinstance(found, Phone) and bool(wanted.spellings & found.spellings)
        case Email():
            return isinstance(found, Email) and wanted.address in found.spellings
        case _:
            assert_never(wanted)


def _same_money(wanted: Money, found: Money) -> bool:
    unsaid = not wanted.currencies or not found.currencies
    return wanted.amount == found.amount and (unsaid or bool(wanted.currencies & found.currencies))


def _same_day(wanted: Day, found: Day) -> bool:
    if wanted.words or found.words:
        return wanted.words == found.words
    if wanted.day is None:
        return found.weekday is not None and wanted.weekday == found.weekday
    named = found.day is not None and (wanted.month is None or found.month is not None)
    parts = ((wanted.year, found.year), (wanted.month, found.month), (wanted.day, found.day))
    known = all(one is None or other is None or one == other for one, other in parts)
    weekdays = wanted.weekday is None or found.weekday is None or wanted.weekday == found.weekday
    return named and known and weekdays
