"""A case that is known to be unsteady: it still runs and is still shown, but decides nothing until a date."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """Who has taken a case out of the gate, why, and until when."""

    until: date
    """The last day on which the case decides nothing; after it the case fails whatever its trials came to."""
    owner: str
    reason: str

    def expired(self, today: date) -> bool:
        """Return whether the case counts again, as failed."""
        return today > self.until
