"""Whether a trial may say anything about the agent."""

from dataclasses import dataclass
from enum import StrEnum


class InvalidKind(StrEnum):
    """Which part of ours spoiled a trial (evaluation.md, section 6)."""

    AUDIO = "audio"
    """The agent could not understand the caller: silent, clipped, broken up or garbled."""
    CALLER_HELPED = "caller_helped"
    """The caller told facts it should not have known, or too early."""
    CALLER_HINDERED = "caller_hindered"
    """The caller left its part in a way that cost the agent the case."""
    UNCHECKED = "unchecked"
    """Nobody could tell: what has to be measured was not."""
    OTHER_AGENT = "other_agent"
    """Another agent took the call than the one under test: it ran another prompt or another engine_model."""


_AS_BEFORE = frozenset({InvalidKind.UNCHECKED, InvalidKind.OTHER_AGENT})
"""What a repeat of the call would show again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Whether our caller and our line did their part, decided without a look at the agent."""

    valid: bool
    kind: InvalidKind | None = None
    """None when valid."""
    reason: str = ""
    """What spoiled it, in words a newcomer understands; empty when valid."""

    @property
    def is_spoiled(self) -> bool:
        """Return whether our own side is known to have spoiled the call, so that another one may do better.

        What could not be checked once cannot be checked in a repeat either, and who took the call takes the next.
        """
        return not self.valid and self.kind not in _AS_BEFORE


VALID = Validity(valid=True)
