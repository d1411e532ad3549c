"""Who calls, over which line, placed by whom."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, TypeAlias

from harness.audio.recording import Recording
from harness.interfaces.speech import Utterance
from harness.model.call import CallRequest, Event, Transcript, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Move, Tones, Trigger
from harness.model.quality import LineAchieved


class Caller(Protocol):
    """Plays the persona in one call, and may remember what it did there."""

    async def next_move(self, transcript: Transcript) -> Move:
        """Return what to do next. Asked at call start, and again each time a move is done.

        Raises ServiceError where somebody has to be asked for it.
        """
        ...

    def unmade(self) -> tuple[Move, ...]:
        """Return the moves that were certain to follow; asked when the call is over."""
        ...


class Line(Protocol):
    """An open connection, full duplex. Every event carries the call's own time, in order."""

    async def play(self, utterance: Utterance, *, at: Trigger, label: TurnLabel = TurnLabel.TURN) -> None:
        """Sound when the trigger's moment comes; SPEECH_STARTED and SPEECH_STOPPED (caller) will tell when it was.

        A backchannel whose agent is silent at its moment is left out: MOVE_SKIPPED.
        """
        ...

    async def press(self, digits: str, *, at: Trigger, tones: Tones = Tones.RFC4733) -> None:
        """Press keys when the trigger's moment comes; a DTMF event tells of each, and which was the last."""
        ...

    async def wait(self, *, at: Trigger) -> None:
        """Do nothing until the trigger's moment; WAITED tells when it came."""
        ...

    async def hangup(self, *, at: Trigger) -> None:
        """Hang up when the trigger's moment comes."""
        ...

    def events(self) -> AsyncIterator[Event]:
        """Yield what happens until CALL_HANGUP, which is last.

        On a virtual clock, asking for the next event is what makes time pass.
        """
        ...

    def recording(self) -> Recording | None:
        """Return what was on the line; None in the text tier. Only after CALL_HANGUP."""
        ...

    def line_achieved(self) -> LineAchieved | None:
        """Return what the caller's line did to its voice; None where nobody knows. Only after CALL_HANGUP."""
        ...

    def resources(self) -> tuple[Resource, ...]:
        """Return what the platform keeps of the call, as its API shows it. Only after CALL_HANGUP; may be empty."""
        ...

    def in_hindsight(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Return the call's events as they are known once it is over, in order, CALL_HANGUP last.

        A real platform tells some of them only then, such as what its agent wrote. Asked once, after the last of
        `events()`.
        """
        ...


class Transport(Protocol):
    """Places calls."""

    @property
    def name(self) -> str:
        """Return the transport's name for provenance."""
        ...

    def open(self, request: CallRequest) -> AbstractAsyncContextManager[Line]:
        """Place a call; leaving the context hangs up whatever happened. Raises CallError when none came about."""
        ...

    async def close(self) -> None:
        """Give back what calls share, on the loop that placed them; a later call opens it anew."""
        ...


class Clock(Protocol):
    """Time, passed in so that nothing hides a clock."""

    def now_ms(self) -> float:
        """Return milliseconds from an arbitrary start, never going back."""
        ...


CallerFactory: TypeAlias = Callable[[CallRequest], Caller]
"""Makes the caller of one call."""
