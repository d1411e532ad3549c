"""What was taken out of a run so that it can be shown to others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class PersonalKind(StrEnum):
    """What tells who somebody is, or lets another act in their name."""

    PHONE = "phone"
    EMAIL = "email"
    NUMBER = "number"
    """Of an account, a card, a customer, an order; a PIN, an IBAN, a code."""
    NAME = "name"
    DATE = "date"
    """Of birth."""

    @property
    def mask(self) -> str:
        """Return what stands in its place."""
        return f"[{self.value}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """What was masked in a copy of a run."""

    of: str
    """The run it is a copy of."""
    masks: Mapping[PersonalKind, int] = field(default_factory=dict)
    """Places in texts, by kind; a number that stands in five texts counts five times."""
    beeps: int = 0
    """Places in recordings."""
    beeped_ms: int = 0
    whole_turns: int = 0
    """Turns that were beeped from end to end, because nobody knew where in them the value is said."""
