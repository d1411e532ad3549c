"""The turn model of the platform's settings: the voice activity detector begins turns and helps to end them.

A turn needs both ends: the voice has ceased, and what it said has come as a final transcript.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from harness.simulator.sessions.smart_turn import SmartTurn
from harness.voipbin.parameters import TURN_STOP_FALLBACK_MS


@dataclass(slots=True, kw_only=True)
class _Turn:
    """The turn under way."""

    silent_since_ms: int | None
    """None while there is voice."""
    is_owed: bool = True
    """Whether a final is still to come for what was said."""
    finals: list[str] = field(default_factory=list)
    interim: str = ""
    deadline_ms: int | None = None

    @property
    def text(self) -> str:
        return " ".join([*self.finals, self.interim]).strip()


class VadTurns:
    """A turn begins when the caller's voice does, and ends once it has ceased and nothing said is still to be told.

    That is when it ceases if the last transcript was a final one, and with the next final otherwise; a turn of which
    nothing more is told ends `fallback_ms` after the last sign of it. An interim never begins a turn. A final outside
    of one (the detector missed a short word, or the turn ended without it) begins a turn that ends at once, so that
    no message stays without an answer.

    With a smart turn, silence after words that do not sound complete is waited out for its longer time instead.
    """

    listens_to_voice: ClassVar[bool] = True
    yields: ClassVar[bool] = True

    def __init__(self, *, fallback_ms: int = TURN_STOP_FALLBACK_MS, smart_turn: SmartTurn | None = None) -> None:
        """Take the fallback, and who judges whether a turn sounds complete; None: nobody does."""
        self._fallback_ms = fallback_ms
        self._smart_turn = smart_turn
        self._turn: _Turn | None = None

    @property
    def deadline_ms(self) -> int | None:
        """When the turn under way ends unless something more is heard; None between turns and while there is voice."""
        return None if self._turn is None else self._turn.deadline_ms

    def hear(self, at_ms: int, *, text: str = "", final: bool) -> bool:
        """Take note of a transcript; True when it is a final that begins a turn."""
        begins = final and self._turn is None
        turn = _Turn(silent_since_ms=at_ms) if begins else self._turn
        if turn is None:
            return False
        turn.is_owed = not final
        if final:
            turn.finals.append(text)
        turn.interim = "" if final else text
        self._turn = turn
        self._settle(turn, at_ms)
        return begins

    def voice(self, at_ms: int, *, speaking: bool) -> bool:
        """Take note that the caller's voice began or ceased; True when it begins a turn."""
        if self._turn is None:
            self._turn = _Turn(silent_since_ms=None) if speaking else None
            return speaking
        self._turn.silent_since_ms = None if speaking else at_ms
        self._turn.is_owed |= speaking
        self._settle(self._turn, at_ms)
        return False

    def end(self) -> None:
        """Take note that the deadline has passed."""
        self._turn = None

    def _settle(self, turn: _Turn, at_ms: int) -> None:
        if turn.silent_since_ms is None:
            turn.deadline_ms = None
        elif self._smart_turn is not None and not self._smart_turn.is_complete(turn.text):
            turn.deadline_ms = max(at_ms, turn.silent_since_ms + self._smart_turn.stop_ms)
        else:
            turn.deadline_ms = at_ms + (self._fallback_ms if turn.is_owed else 0)
