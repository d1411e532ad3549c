"""The caller's end of a chat in writing, as the runner uses it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from harness.audio.recording import Recording
from harness.errors import CallError
from harness.interfaces import Utterance
from harness.model.call import Event, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Tones, Trigger
from harness.model.quality import LineAchieved
from harness.transports.voipbin.live_line import Gather, Learnt
from harness.transports.voipbin.text_call import TextCall


class TextLine:
    """A line that carries writing."""

    def __init__(self, call: TextCall, *, gather: Gather | None = None) -> None:
        """Take the chat, and who asks the platform about it once it is over."""
        self._call = call
        self._gather = gather
        self._learnt = Learnt()

    async def play(self, utterance: Utterance, *, at: Trigger, label: TurnLabel = TurnLabel.TURN) -> None:
        """Write when the trigger's moment comes."""
        self._call.say(utterance, at=at, label=label)

    async def press(self, digits: str, *, at: Trigger, tones: Tones = Tones.RFC4733) -> None:
        """Raise CallError: a chat has no keys."""
        raise CallError(f"the keys {digits} cannot be pressed in a chat in writing: use route sip")

    async def wait(self, *, at: Trigger) -> None:
        """Do nothing until the trigger's moment."""
        self._call.wait(at=at)

    async def hangup(self, *, at: Trigger) -> None:
        """Leave when the trigger's moment comes."""
        self._call.hang_up(at=at)

    async def events(self) -> AsyncIterator[Event]:
        """Yield what happens until CALL_HANGUP; asking for the next event makes time pass."""
        while (event := await self._call.next_event()) is not None:
            yield event
        if self._gather is not None:
            self._learnt = await self._gather()

    def recording(self) -> Recording | None:
        """Return None: there is no sound."""
        return None

    def line_achieved(self) -> LineAchieved | None:
        """Return None: there is no line."""
        return None

    def resources(self) -> tuple[Resource, ...]:
        """Return what the platform keeps of the chat."""
        return self._learnt.resources

    def in_hindsight(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Return the events with what was found when the chat was over; all else is known when it happens."""
        *before, end = events
        late = (replace(event, at_ms=end.at_ms) for event in self._learnt.events)
        return (*before, *late, end)
