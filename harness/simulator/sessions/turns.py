"""When the caller's turn begins and ends, as the platform sees it.

The platform configures a voice activity detector that its pipeline then discards; what really decides is the
recogniser. `TranscriptTurns` is that effective rule, `VadTurns` (in `vad_turns.py`) the configured one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, Protocol, assert_never

from harness.errors import UnknownNameError
from harness.model.platform import TurnModelName
from harness.simulator.sessions.smart_turn import SmartTurn
from harness.simulator.sessions.vad_turns import VadTurns
from harness.voipbin.parameters import TURN_STOP_DEEPGRAM_MS, TURN_STOP_FALLBACK_MS, TURN_STOP_GOOGLE_MS


class TurnModel(Protocol):
    """Decides where user turns begin and end. The session tells it what was heard and keeps its deadline."""

    @property
    def listens_to_voice(self) -> bool:
        """Whether it needs to be told voice changes."""
        ...

    @property
    def yields(self) -> bool:
        """Whether the agent may be interrupted; if not, nothing of the caller is heard while the agent speaks."""
        ...

    @property
    def deadline_ms(self) -> int | None:
        """When the turn under way ends unless something more is heard.

        None between turns and while the caller's voice is heard. It changes in `hear`, `voice` and `end` only.
        """
        ...

    def hear(self, at_ms: int, *, text: str = "", final: bool) -> bool:
        """Take note of a transcript; True when it begins a user turn, which is the moment of a barge-in."""
        ...

    def voice(self, at_ms: int, *, speaking: bool) -> bool:
        """Take note that the caller's voice began or ceased; True when it begins a user turn, as `hear`."""
        ...

    def end(self) -> None:
        """Take note that the deadline has passed."""
        ...


class TranscriptTurns:
    """A turn begins with the first transcript, interim or final, and ends a fixed time after a final one.

    An interim after a final takes the deadline back: more is being said. A turn in which nothing more comes, not even
    a final, ends after `fallback_ms`. Voice changes mean nothing to it.
    """

    listens_to_voice: ClassVar[bool] = False
    yields: ClassVar[bool] = True

    def __init__(self, *, stop_ms: int = TURN_STOP_DEEPGRAM_MS, fallback_ms: int = TURN_STOP_FALLBACK_MS) -> None:
        """Take the recogniser's stop time and the fallback; the defaults are the platform's for Deepgram."""
        self._stop_ms = stop_ms
        self._fallback_ms = fallback_ms
        self._deadline_ms: int | None = None

    @property
    def deadline_ms(self) -> int | None:
        """When the turn under way ends unless something more is heard; None between turns."""
        return self._deadline_ms

    def hear(self, at_ms: int, *, text: str = "", final: bool) -> bool:
        """Take note of a transcript, whatever it says; True when it begins a user turn."""
        begins = self._deadline_ms is None
        self._deadline_ms = at_ms + (self._stop_ms if final else self._fallback_ms)
        return begins

    def voice(self, at_ms: int, *, speaking: bool) -> bool:
        """Ignore a voice change."""
        return False

    def end(self) -> None:
        """Take note that the deadline has passed."""
        self._deadline_ms = None


class HalfDuplexTurns(TranscriptTurns):
    """The same rule while the agent is silent; while it speaks, the caller talks to nobody."""

    yields: ClassVar[bool] = False


_STOP_MS: Final[Mapping[str, int]] = MappingProxyType(
    {"deepgram": TURN_STOP_DEEPGRAM_MS, "google": TURN_STOP_GOOGLE_MS}
)


def turn_model_of(
    name: TurnModelName, *, stt_type: str = "deepgram", smart_turn: bool = False, language: str = "en-US"
) -> TurnModel:
    """Return a turn model for one session.

    Args:
        name: Which one.
        stt_type: The platform's recogniser; empty means Deepgram, as there. How long it is waited for depends on it.
        smart_turn: Whether the detector's model also judges if a turn sounds complete.
        language: What the caller speaks, BCP-47, for that judgement.

    Raises:
        UnknownNameError: the platform's runner has no such recogniser.
    """
    stop_ms = _STOP_MS.get(stt_type or "deepgram")
    if stop_ms is None:
        raise UnknownNameError(kind="stt_type", name=stt_type, known=tuple(_STOP_MS))
    match name:
        case TurnModelName.TRANSCRIPT:
            return TranscriptTurns(stop_ms=stop_ms)
        case TurnModelName.VAD:
            return VadTurns(smart_turn=SmartTurn(language=language) if smart_turn else None)
        case TurnModelName.HALF_DUPLEX:
            return HalfDuplexTurns(stop_ms=stop_ms)
        case _:
            assert_never(name)
