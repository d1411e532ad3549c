"""What a case expects of the platform's summary, and the words a summary is judged with (evaluation.md, section 8)."""

from dataclasses import dataclass
from enum import StrEnum

from harness.model.entity import Entity


class Standing(StrEnum):
    """What a call says to one claim of its summary."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_IN_CALL = "not_in_call"


class Coverage(StrEnum):
    """How much of a key point a summary holds."""

    COVERED = "covered"
    PARTIAL = "partial"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoint:
    """One thing a reader of the summary must learn."""

    text: str
    """As a sentence without its subject, or with it: `books a table for two`."""
    entities: tuple[Entity, ...] = ()
    """Values that must stand in the summary exactly."""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryExpectation:
    """What a case expects of the summary of its call."""

    points: tuple[KeyPoint, ...] = ()
    max_words: int | None = None
    faithful: bool = True
    """A claim that the call contradicts fails the trial."""
