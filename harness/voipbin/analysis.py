"""The platform's measures of a conversation's pace, worked out from its turns.

Source: contract section 6.5, `metrics`. A turn event is one final transcription of either side.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvent:
    """That one side had said something."""

    at_ms: int
    is_user: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """A conversation's pace; None where there is nothing to measure."""

    turns_user: int
    turns_bot: int
    first_response_ms: int | None
    """From the session's start to the AI's first turn."""
    avg_response_ms: int | None
    """From each turn of the user to the AI's next one; a turn that was never answered does not count."""
    max_response_ms: int | None
    max_gap_ms: int | None
    """The largest between two turns that follow one another."""

    @property
    def document(self) -> dict[str, int]:
        """Return what was measured, by the API's names."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def measure(turns: Sequence[TurnEvent], *, begun_ms: int | None) -> Metrics:
    """Return the pace of a conversation.

    Args:
        turns: its turn events, oldest first.
        begun_ms: when the AI's session began; None when it never did.
    """
    bot = [turn.at_ms for turn in turns if not turn.is_user]
    responses = _responses(turns)
    return Metrics(
        turns_user=len(turns) - len(bot),
        turns_bot=len(bot),
        first_response_ms=bot[0] - begun_ms if bot and begun_ms is not None else None,
        avg_response_ms=round(sum(responses) / len(responses)) if responses else None,
        max_response_ms=max(responses, default=None),
        max_gap_ms=max((later.at_ms - earlier.at_ms for earlier, later in pairwise(turns)), default=None),
    )


def _responses(turns: Sequence[TurnEvent]) -> list[int]:
    waiting: list[int] = []
    responses: list[int] = []
    for turn in turns:
        if turn.is_user:
            waiting.append(turn.at_ms)
        else:
            responses += [turn.at_ms - asked_ms for asked_ms in waiting]
            waiting = []
    return responses
