"""One call: the caller and the line, until someone hangs up."""

from dataclasses import dataclass, field
from typing import assert_never

from harness.audio.recording import Recording
from harness.errors import CallError
from harness.interfaces import Caller, Line, MouthFactory, Transport
from harness.model.call import CallRequest, EndReason, Event, EventKind, Role, Transcript, Turn, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Backchannel, Disturbance, Hangup, Move, Press, Say, Trigger, TriggerKind, Wait
from harness.model.quality import LineAchieved
from harness.runner.caller_speech import CallerSpeech
from harness.runner.folding import FOLDED, fold

_SAID = frozenset({TurnLabel.TURN.value, TurnLabel.BARGE_IN.value})
VAIN_MOVES = 2
"""A caller gives up after this many moves in a row that waited in vain for an agent who owed an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What came of one call, before anybody judges it."""

    events: tuple[Event, ...] = field(repr=False)
    turns: tuple[Turn, ...]
    moves: tuple[Move, ...]
    """What the caller did, and was about to do when the call ended."""
    unmade: tuple[Move, ...]
    """What it was certain to do after that."""
    end_reason: EndReason
    duration_ms: int
    recording: Recording | None = field(repr=False)
    """None in the text tier."""
    line: LineAchieved | None = None
    """What the caller's line did; None where nobody knows."""
    resources: tuple[Resource, ...] = field(default=(), repr=False)
    """What the platform keeps of it."""


async def converse(request: CallRequest, *, transport: Transport, caller: Caller, mouths: MouthFactory) -> Conversation:
    """Hold one call and return what happened. The line is hung up on the way out, also when this is cancelled.

    Raises:
        CallError: no call came about.
        ServiceError: the caller's own voice, or the model that makes up its lines, failed; what fails on the
            platform's side is an event.
    """
    async with transport.open(request) as line:
        talk = _Talk(request, line=line, caller=caller, mouths=mouths)
        async for event in line.events():
            await talk.take(event)
        return talk.finished()


@dataclass(slots=True)
class _Patience:
    """Whether the caller still believes in an answer."""

    owed: bool = True
    """The agent is to speak next: it has not greeted yet, or the caller has spoken or pressed keys since."""
    vain: int = 0
    _is_said: bool = True
    """What the caller utters is meant for the agent."""
    gave_up: bool = False

    def notice(self, event: Event) -> None:
        match event.kind, event.role:
            case EventKind.SPEECH_STARTED, Role.AGENT:
                self.owed, self.vain = False, 0
            case EventKind.SPEECH_STARTED, Role.CALLER:
                self._is_said = event.data.get("label", TurnLabel.TURN.value) in _SAID
                self._count(event)
            case EventKind.WAITED, _:
                self._count(event)
            case EventKind.SPEECH_STOPPED, Role.CALLER if self._is_said:
                self.owed = True
            case EventKind.DTMF, Role.CALLER if event.data.get("last"):
                self._count(event)
                self.owed = True
            case EventKind.CALL_HANGUP, _ if self.owed and event.data.get("late"):
                self.gave_up = True
            case _:
                pass

    def _count(self, move: Event) -> None:
        if self.owed:
            self.vain = self.vain + 1 if move.data.get("late") else 0


class _Talk:
    def __init__(self, request: CallRequest, *, line: Line, caller: Caller, mouths: MouthFactory) -> None:
        self._request = request
        self._line = line
        self._caller = caller
        self._speech = CallerSpeech(request.case, mouths=mouths, tier=request.tier, seed=request.seed)
        self._events: list[Event] = []
        self._folded: list[Event] = []
        """Those of them that turns are made of: far fewer, and looked through at every move."""
        self._moves: list[Move] = []
        self._patience = _Patience()
        self._answered_ms: int | None = None

    async def take(self, event: Event) -> None:
        self._events.append(event)
        if event.kind in FOLDED:
            self._folded.append(event)
        self._patience.notice(event)
        match event.kind, event.role:
            case EventKind.CALL_PROGRESSING, _:
                self._answered_ms = event.at_ms
                await self._line.hangup(at=_after_answer(self._request.case.max_call_ms))
                await self._move()
            case (EventKind.SPEECH_STOPPED, Role.CALLER) | (EventKind.WAITED | EventKind.MOVE_SKIPPED, _):
                # Only the end of the call cuts a caller short; there is nothing to go on to.
                if not event.data.get("interrupted"):
                    await self._go_on()
            case EventKind.DTMF, Role.CALLER if event.data.get("last"):
                await self._go_on()
            case _:
                pass

    def finished(self) -> Conversation:
        if not self._events or self._events[-1].kind is not EventKind.CALL_HANGUP:
            raise CallError("the line went dead: its events ended without a hang-up. Try the call again.")
        events = self._line.in_hindsight(self._events)
        end = events[-1]
        return Conversation(
            events=events,
            turns=fold(events, self._moves),
            moves=tuple(self._moves),
            unmade=self._caller.unmade(),
            end_reason=self._end_reason(end),
            duration_ms=end.at_ms,
            recording=self._line.recording(),
            line=self._line.line_achieved(),
            resources=self._line.resources(),
        )

    async def _go_on(self) -> None:
        if self._patience.vain >= VAIN_MOVES:
            self._patience.gave_up = True
            await self._line.hangup(at=_after_answer(0))
        else:
            await self._move()

    async def _move(self) -> None:
        turns = fold(self._folded, self._moves)
        move = await self._caller.next_move(Transcript(turns=turns, moves_made=len(self._moves)))
        self._moves.append(move)
        match move:
            case Say() | Backchannel() | Disturbance():
                await self._line.play(await self._speech.make(move), at=move.trigger, label=_label(move))
            case Press():
                await self._line.press(move.digits, at=move.trigger, tones=move.tones)
            case Wait():
                await self._line.wait(at=move.trigger)
            case Hangup():
                await self._line.hangup(at=move.trigger)
            case _:
                assert_never(move)

    def _end_reason(self, end: Event) -> EndReason:
        reason = EndReason(str(end.data["reason"]))
        if reason is not EndReason.CALLER_HANGUP:
            return reason
        if self._patience.gave_up:
            return EndReason.AGENT_SILENT
        if self._answered_ms is not None and end.at_ms - self._answered_ms >= self._request.case.max_call_ms:
            return EndReason.TIME_LIMIT
        return reason


def _label(move: Say | Backchannel | Disturbance) -> TurnLabel:
    match move:
        case Say():
            return TurnLabel.BARGE_IN if move.interrupts else TurnLabel.TURN
        case Backchannel():
            return TurnLabel.BACKCHANNEL
        case Disturbance():
            return TurnLabel.NOISE
        case _:
            assert_never(move)


def _after_answer(delay_ms: int) -> Trigger:
    return Trigger(after=TriggerKind.CALL_START, delay_ms=delay_ms)
