"""Answers of scorers, and the failure to answer, which is a value of its own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from harness.model.call import Call
from harness.model.case import Case
from harness.model.chain import EntityChain
from harness.model.suite import Arm


class Better(StrEnum):
    """Which way a score improves."""

    HIGHER = "higher"
    LOWER = "lower"


class Edit(StrEnum):
    """What happened to one word between reference and hypothesis."""

    EQUAL = "equal"
    SUBSTITUTE = "substitute"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedWord:
    """One step of a word alignment; empty text on the side that has no word."""

    edit: Edit
    reference: str
    hypothesis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """Counts of an alignment; pooled before they are divided (evaluation.md, section 4.3)."""

    hits: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    @property
    def errors(self) -> int:
        """Return substitutions + deletions + insertions."""
        return self.substitutions + self.deletions + self.insertions

    @property
    def reference_words(self) -> int:
        """Return the length of the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float | None:
        """Return the error rate: 0 for nothing at all, None for words without a reference."""
        if self.reference_words:
            return self.errors / self.reference_words
        return None if self.insertions else 0.0

    def __add__(self, other: "WordCounts") -> "WordCounts":
        """Pool two counts."""
        return WordCounts(
            hits=self.hits + other.hits,
            substitutions=self.substitutions + other.substitutions,
            deletions=self.deletions + other.deletions,
            insertions=self.insertions + other.insertions,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of the transcript that support a score."""

    turn: int
    """Index into the call's turns."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The answer to one question about one call, or about one turn of it."""

    kind: Literal["score"] = "score"
    name: str
    value: float
    better: Better
    turn: int | None = None
    """Index into the call's turns; None for the whole call."""
    passed: bool | None = None
    """Whether a requirement was met; None for a measurement without one."""
    required: bool = False
    """A failed required score fails the trial."""
    reason: str = ""
    """What was asked and what was found, in words for the report."""
    because: str = ""
    """The author's rule behind a requirement."""
    missing: tuple[str, ...] = ()
    """Words or values that were looked for and not found; where any one would have done, all of them."""
    quotes: tuple[Quote, ...] = ()
    counts: WordCounts | None = None
    alignment: tuple[AlignedWord, ...] = ()
    by: str = ""
    """Fingerprint of the judge that answered; empty where code did."""
    votes: tuple[str, ...] = ()
    """What each judge of a panel said, in order; empty where one judge answered."""
    advisory: str = ""
    """Why a requirement does not decide here: its judge is not good enough at it."""
    chain: EntityChain | None = None
    """The value's way through the call, for scores about one value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """No answer, with its reason: neither a zero nor a pass."""

    kind: Literal["unscored"] = "unscored"
    name: str
    reason: str
    turn: int | None = None
    required: bool = False
    """A required question without an answer makes the trial inconclusive."""
    applicable: bool = True
    """False: there was nothing to ask about; it leaves the denominator and nothing is missing."""
    by: str = ""
    """Fingerprint of the judge that was asked; empty where none was."""
    votes: tuple[str, ...] = ()
    """What each judge of a panel said, in order; empty where one judge was asked."""
    advisory: str = ""
    """Why a requirement does not decide here: its judge is not good enough at it."""


Scored: TypeAlias = Score | Unscored


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All a scorer may look at."""

    case: Case
    arm: Arm
    call: Call
