"""The caller's end of a real call, as the runner uses it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from harness.audio.recording import Recording
from harness.interfaces import Utterance
from harness.model.call import Event, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Tones, Trigger
from harness.model.quality import LineAchieved
from harness.transports.voipbin.hindsight import hindsight
from harness.transports.voipbin.live_call import LiveCall


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the platform told of a call when it was over, on the call's clock."""

    events: tuple[Event, ...] = ()
    resources: tuple[Resource, ...] = ()


Gather: TypeAlias = Callable[[], Awaitable[Learnt]]


class LiveLine:
    """A line over a network."""

    def __init__(self, call: LiveCall, *, gather: Gather | None = None) -> None:
        """Take the call, and who asks the platform about it once it is over."""
        self._call = call
        self._gather = gather
        self._learnt = Learnt()

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
        """Yield what happens until CALL_HANGUP; then the platform is asked what it kept.

        Raises:
            CallError: the call was refused.
            ApiError: the platform does not tell what it kept of the call.
        """
        while (event := await self._call.next_event()) is not None:
            yield event
        if self._gather is not None:
            self._learnt = await self._gather()

    def recording(self) -> Recording | None:
        """Return what was on the line."""
        return self._call.recording()

    def line_achieved(self) -> LineAchieved | None:
        """Return what the caller's line did to its voice."""
        return self._call.line_achieved()

    def resources(self) -> tuple[Resource, ...]:
        """Return what the platform keeps of the call."""
        return self._learnt.resources

    def in_hindsight(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Return the events with what the platform told afterwards."""
        return hindsight(events, self._learnt.events, late=self._call.told_late)
