"""What a trial or a case came to, and how many came to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a trial or a case came to."""

    PASSED = "passed"
    FAILED = "failed"
    """The agent's fault."""
    INCONCLUSIVE = "inconclusive"
    """Our caller's or our measurement's fault: nothing was proved."""
    ERROR = "error"
    """The line's or a service's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases came to each outcome."""

    passed: int = 0
    failed: int = 0
    inconclusive: int = 0
    error: int = 0

    @property
    def total(self) -> int:
        """Return the number of cases counted."""
        return self.passed + self.failed + self.inconclusive + self.error

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "Tally":
        """Count outcomes."""
        seen = list(outcomes)
        return cls(**{outcome.value: seen.count(outcome) for outcome in Outcome})
