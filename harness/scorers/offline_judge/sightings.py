"""Where in a call an act was seen: for sure, or only perhaps."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from harness.model.score import Quote
from harness.scorers.offline_judge.conversation import Conversation, Line, Sentence
from harness.scorers.offline_judge.demands import Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Sightings:
    """What a search for an act found."""

    sure: tuple[Quote, ...] = ()
    perhaps: tuple[Quote, ...] = ()
    """Words that may be the act, and may be something else."""
    blind: str = ""
    """Why finding nothing proves nothing; empty where it does."""
    missed_at: int | None = None
    """The turn where the act should have been; None: the agent's last."""

    def __or__(self, other: "Sightings") -> "Sightings":
        """Return what two searches found together."""
        return Sightings(
            sure=self.sure + other.sure,
            perhaps=self.perhaps + other.perhaps,
            blind=self.blind or other.blind,
            missed_at=self.missed_at if self.missed_at is not None else other.missed_at,
        )


Finder: TypeAlias = Callable[[Conversation, Demand], Sightings]
"""Looks for one act in a call in which the agent spoke."""


def sight(
    found: Iterable[tuple[Line, Sentence]],
    *,
    sure: Callable[[Sentence], bool],
    perhaps: Callable[[Sentence], bool] = lambda sentence: False,
    missed_at: int | None = None,
) -> Sightings:
    """Return the sentences that are the act, and those that may be. What may talk to a judge is never sure."""
    certain: list[Quote] = []
    possible: list[Quote] = []
    for line, sentence in found:
        if sure(sentence) and not line.doubtful:
            certain.append(line.quote(sentence.shown))
        elif sure(sentence) or perhaps(sentence):
            possible.append(line.quote(sentence.shown))
    return Sightings(sure=tuple(certain), perhaps=tuple(possible), missed_at=missed_at)
