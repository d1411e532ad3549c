"""How the gate's error rate is shared among the ways a comparison may end (evaluation.md, sections 2.6 and 2.11).

Evidence that is watched pair by pair is one way to be called worse, each planned look at the interval another. Each has
a part of alpha of its own: with all of alpha for both, unchanged prompts are called worse more often than alpha says
(docs/how-sure.md). The watch gets the smaller part, because what it stops early, the looks would mostly find as well.
"""

from dataclasses import dataclass

from harness.regression.gate import ALPHA, look_confidence

WATCHED_SHARE = 0.2
"""Part of alpha that the watched evidence gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What each way to end a comparison may err by."""

    evidence: float | None
    """Alpha of the e-values, each of the two; None: they are not watched."""
    look: float
    """Alpha of one look at the interval."""

    @property
    def confidence(self) -> float:
        """Return the confidence of the interval at one look."""
        return look_confidence(alpha=self.look)


def spending(*, alpha: float = ALPHA, looks: int = 1, watched: bool = False) -> Spending:
    """Return how alpha is shared. Raises ConfigurationError for less than one look, or an alpha that is no share.

    Args:
        alpha: Of the whole comparison.
        looks: Planned at the interval: one, and one more for an extension.
        watched: Whether e-values may end it after any pair.
    """
    # Refuses what cannot be shared.
    look_confidence(alpha=alpha, looks=looks)
    evidence = WATCHED_SHARE * alpha if watched else None
    return Spending(evidence=evidence, look=(alpha - (evidence or 0.0)) / looks)
