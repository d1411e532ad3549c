"""What a judge is asked."""

from dataclasses import dataclass, replace
from enum import StrEnum

BEST_LEVEL = 5
"""Graded criteria go from 0 to this."""


class Scope(StrEnum):
    """What a criterion is asked about."""

    CALL = "call"
    TURN = "turn"
    """Each turn of the agent by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What a mark of a graded criterion stands for."""

    at: int
    """0 to 5."""
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One observable question about a call: yes or no, or how much where it has levels."""

    id: str
    question: str
    required: bool = True
    """A required criterion decides the trial; left unscored it makes the trial inconclusive. Never with levels."""
    passes: tuple[str, ...] = ()
    """Examples of what passes, shown to the judge."""
    fails: tuple[str, ...] = ()
    applies_if: str = ""
    """When the question can be asked at all, in words; otherwise it is not applicable. Empty: always."""
    scope: Scope = Scope.CALL
    levels: tuple[Level, ...] = ()
    """Anchors of a graded criterion, lowest first; empty for a yes/no question."""
    turn: int | None = None
    """The turn it is asked about; None for the whole call."""

    @property
    def is_graded(self) -> bool:
        """Return whether it is answered with 0 to 5."""
        return bool(self.levels)

    @property
    def key(self) -> str:
        """Return what tells it from every other question about one call."""
        return self.id if self.turn is None else f"{self.id}@{self.turn}"

    @property
    def score_name(self) -> str:
        """Return the name of its scores."""
        return f"rubric.{self.id}"

    def about(self, turn: int) -> "Criterion":
        """Return the question about one turn; what all of them come to decides, not a single one."""
        return replace(self, turn=turn, required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A named list of criteria."""

    name: str
    criteria: tuple[Criterion, ...]
