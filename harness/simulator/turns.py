"""When the caller's turn begins and ends, as the platform sees it.

The platform configures a voice activity detector that its pipeline then discards; what really decides is the
recogniser. `TranscriptTurns` is that effective rule.
"""

from typing import Protocol

from harness.voipbin.parameters import TURN_STOP_DEEPGRAM_MS, TURN_STOP_FALLBACK_MS


class TurnModel(Protocol):
    """Decides where user turns begin and end. The session tells it what was heard and keeps its deadline."""

    @property
    def deadline_ms(self) -> int | None:
        """When the turn under way ends unless something more is heard; None between turns."""
        ...

    def hear(self, at_ms: int, *, final: bool) -> bool:
        """Take note of a transcript; True when it begins a user turn, which is the moment of a barge-in."""
        ...

    def end(self) -> None:
        """Take note that the deadline has passed."""
        ...


class TranscriptTurns:
    """A turn begins with the first transcript, interim or final, and ends a fixed time after a final one.

    An interim after a final takes the deadline back: more is being said. A turn in which nothing more comes, not even
    a final, ends after `fallback_ms`.
    """

    def __init__(self, *, stop_ms: int = TURN_STOP_DEEPGRAM_MS, fallback_ms: int = TURN_STOP_FALLBACK_MS) -> None:
        """Take the recogniser's stop time and the fallback; the defaults are the platform's for Deepgram."""
        self._stop_ms = stop_ms
        self._fallback_ms = fallback_ms
        self._deadline_ms: int | None = None

    @property
    def deadline_ms(self) -> int | None:
        """When the turn under way ends unless something more is heard; None between turns."""
        return self._deadline_ms

    def hear(self, at_ms: int, *, final: bool) -> bool:
        """Take note of a transcript; True when it begins a user turn."""
        begins = self._deadline_ms is None
        self._deadline_ms = at_ms + (self._stop_ms if final else self._fallback_ms)
        return begins

    def end(self) -> None:
        """Take note that the deadline has passed."""
        self._deadline_ms = None
