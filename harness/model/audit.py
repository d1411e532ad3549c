"""The platform's own marks for a conversation: five dimensions, each from 1 to 5 with a reason.

Source: contract section 4.5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LOWEST: Final = 1
HIGHEST: Final = 5


class Dimension(StrEnum):
    """What is marked."""

    HELPFULNESS = "helpfulness"
    ACCURACY = "accuracy"
    TONE = "tone"
    GOAL_COMPLETION = "goal_completion"
    TOOL_USAGE = "tool_usage"
    """The only one that may be missing: where no tool was used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One dimension's."""

    score: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All marks of one conversation, as an evaluator gave them: nothing is sure until `is_sound` says so."""

    overall_score: int
    """The evaluator's own, not a mean."""
    marks: Mapping[Dimension, Mark]
    summary: str

    @property
    def is_sound(self) -> bool:
        """Whether every dimension that must be marked is, every score is one, and every mark has a reason."""
        scores = [self.overall_score, *(mark.score for mark in self.marks.values())]
        return (
            self.marks.keys() | {Dimension.TOOL_USAGE} == set(Dimension)
            and all(LOWEST <= score <= HIGHEST for score in scores)
            and all(mark.reason.strip() for mark in self.marks.values())
            and bool(self.summary.strip())
        )
