"""The simulated platform, in process, on a virtual clock."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from harness.audio.recording import Recording
from harness.interfaces import Utterance
from harness.model.call import CallRequest, Event, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Tones, Trigger
from harness.model.quality import LineAchieved
from harness.simulator.dialled import Defaults, DialledCall
from harness.simulator.kernel.equipment import Equipment


class SimulatedTransport:
    """Holds each call on a platform of its own that lives in this process.

    There is no background task: whoever reads the line's events makes its time pass, so that a call is the same
    whatever else the machine does.
    """

    name = "simulated"

    def __init__(self, equipment: Equipment, *, defaults: Defaults | None = None) -> None:
        """Take the services behind the platform, and which platform to be."""
        self._equipment = equipment
        self._defaults = defaults or Defaults()

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator["SimulatedLine"]:
        """Place a call; leaving the context hangs up whatever happened."""
        call = DialledCall(request, equipment=self._equipment, defaults=self._defaults)
        try:
            yield SimulatedLine(call)
        finally:
            call.abandon()

    async def close(self) -> None:
        """Do nothing: calls share nothing that would have to be given back."""


class SimulatedLine:
    """The caller's end of a simulated call."""

    def __init__(self, call: DialledCall) -> None:
        """Take the call."""
        self._call = call

    async def play(self, utterance: Utterance, *, at: Trigger, label: TurnLabel = TurnLabel.TURN) -> None:
        """Sound when the trigger's moment comes."""
        self._call.say(utterance, at=at, label=label)

    async def press(self, digits: str, *, at: Trigger, tones: Tones = Tones.RFC4733) -> None:
        """Press keys when the trigger's moment comes."""
        self._call.press(digits, at=at, tones=tones)

    async def wait(self, *, at: Trigger) -> None:
        """Do nothing until the trigger's moment."""
        self._call.wait(at=at)

    async def hangup(self, *, at: Trigger) -> None:
        """Hang up when the trigger's moment comes."""
        self._call.hang_up(at=at)

    async def events(self) -> AsyncIterator[Event]:
        """Yield what happens until CALL_HANGUP; asking for the next event makes time pass."""
        while (event := await self._call.next_event()) is not None:
            yield event

    def recording(self) -> Recording | None:
        """Return what was on the line; None in the text tier."""
        return self._call.recording()

    def line_achieved(self) -> LineAchieved | None:
        """Return what the caller's line did to its voice; None in the text tier."""
        return self._call.line_achieved()

    def resources(self) -> tuple[Resource, ...]:
        """Return what the platform keeps of the call."""
        return self._call.resources()

    def in_hindsight(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Return the events: everything about a simulated call is known when it happens."""
        return tuple(events)
