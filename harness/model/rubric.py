"""What a judge is asked."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One observable yes/no question about a call."""

    id: str
    question: str
    required: bool = True
    """A required criterion decides the trial; left unscored it makes the trial inconclusive."""
    passes: tuple[str, ...] = ()
    """Examples of what passes, shown to the judge."""
    fails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A named list of criteria."""

    name: str
    criteria: tuple[Criterion, ...]
