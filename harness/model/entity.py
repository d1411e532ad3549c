"""Values that decide a call: names, numbers, ids."""

from dataclasses import dataclass
from enum import StrEnum


class EntityKind(StrEnum):
    """How an entity's value is compared (evaluation.md, section 4.5)."""

    PHRASE = "phrase"
    DIGITS = "digits"
    CODE = "code"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A value the call depends on: a name, a number, an id."""

    kind: EntityKind
    value: str
    accept: tuple[str, ...] = ()
    """Other spellings that count as the same value."""
    instead_of: tuple[str, ...] = ()
    """Values the speaker took back for this one: an agent that goes on with one of them got it wrong."""
    required: bool = False
    """The call fails when the value is lost or changed on its way: heard, stored or said back otherwise."""
