"""What the offline judge comes to about one criterion."""

from dataclasses import dataclass

from harness.model.score import Quote
from harness.scorers.verdicts import Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """An answer to one criterion, with what supports it."""

    word: Word
    reasoning: str
    quotes: tuple[Quote, ...] = ()


def abstain(reason: str) -> Ruling:
    """Return no answer, and why."""
    return Ruling(word=Word.ABSTAIN, reasoning=reason)
