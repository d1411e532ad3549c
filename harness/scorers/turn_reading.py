"""A finished call read as turn-taking: what the caller said to the agent, and what became of it.

The times are those at which sound was really played, so nothing has to be detected. What the caller says to a prompt of
the flow, or to somebody it was connected with, is not the agent's to answer and is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.call import Call, EventKind, Role, Speaker, Turn, TurnLabel
from harness.model.case import Case
from harness.scorers.turn_events import CallerUtterance, TurnEvent, TurnOutcome, turn_events
from harness.scorers.turn_segments import Segment, union
from harness.scorers.turn_states import ConversationStates, conversation_states

_SESSION_OVER = frozenset({EventKind.AICALL_TERMINATING, EventKind.AICALL_TERMINATED})
_SESSION_KNOWN = frozenset({EventKind.AICALL_INITIALIZING, EventKind.AICALL_PROGRESSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One thing the caller said or keyed in, and what became of it."""

    turn: int
    """Index into the call's turns."""
    event: TurnEvent
    is_spoken: bool
    """False for keys: nobody speaks over an agent with them."""
    used_tool: bool
    """The agent called a tool before it answered."""
    silence_ms: int
    """For how long nobody was heard after it; 0 when somebody still spoke."""

    @property
    def latency_ms(self) -> int | None:
        """Return the answer's latency; None without an answer that counts."""
        return self.event.latency_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnReading:
    """The turn-taking of one call."""

    exchanges: tuple[Exchange, ...]
    caller: tuple[int, ...]
    """Indices of the turns in which the caller spoke to the agent."""
    agent: tuple[int, ...]
    """Indices of the agent's own turns."""
    states: ConversationStates
    """Of the caller and the agent itself."""
    longest_silence_ms: int
    """In which nobody was heard, a prompt of the flow included."""

    @property
    def spoken(self) -> tuple[Exchange, ...]:
        """Return what the caller said, keys left out."""
        return tuple(each for each in self.exchanges if each.is_spoken)


def read_turns(call: Call, *, case: Case) -> TurnReading:
    """Return what a call's turns and events tell of its turn-taking."""
    sessions = _sessions(call, case=case)
    heard = [(i, turn) for i, turn in enumerate(call.turns) if _in_any(sessions, turn)]
    mine = [(i, turn) for i, turn in heard if turn.role is Role.CALLER]
    theirs = [(i, turn) for i, turn in heard if turn.role is Role.AGENT and turn.speaker is Speaker.AGENT]
    spoken = [(i, turn) for i, turn in mine if _is_speech(turn)]
    agent = union(_segment(turn) for _, turn in theirs)
    events = turn_events(
        [CallerUtterance(segment=_segment(turn), label=turn.label) for _, turn in mine],
        agent=agent,
        call_end_ms=call.duration_ms,
    )
    everybody = conversation_states(caller=[_segment(turn) for _, turn in heard if _is_speech(turn)], agent=())
    return TurnReading(
        exchanges=tuple(
            _exchange(call, turn=i, event=event, sessions=sessions) for (i, _), event in zip(mine, events, strict=True)
        ),
        caller=tuple(i for i, _ in spoken),
        agent=tuple(i for i, _ in theirs),
        states=conversation_states(caller=[_segment(turn) for _, turn in spoken], agent=agent),
        longest_silence_ms=everybody.longest_silence_ms,
    )


def _exchange(call: Call, *, turn: int, event: TurnEvent, sessions: tuple[Segment, ...]) -> Exchange:
    said = call.turns[turn]
    answered_ms = None if event.latency_ms is None else said.ended_ms + event.latency_ms
    return Exchange(
        turn=turn,
        event=event,
        is_spoken=not said.keys,
        used_tool=answered_ms is not None
        and any(
            each.kind is EventKind.TOOL_CALLED and said.started_ms <= each.at_ms <= answered_ms for each in call.events
        ),
        silence_ms=0
        if event.outcome in {TurnOutcome.OVERRUN, TurnOutcome.INTERRUPTED}
        else _silence_after(call, turn=said, sessions=sessions),
    )


def _silence_after(call: Call, *, turn: Turn, sessions: tuple[Segment, ...]) -> int:
    """Return how long nobody was heard after a turn, as far as the agent was there to end it."""
    since_ms = turn.ended_ms
    others = [each for each in call.turns if each is not turn]
    if any(_segment(each).spans(since_ms) for each in others):
        return 0
    ends = [
        *(each.started_ms for each in others if each.started_ms >= since_ms),
        *(each.at_ms for each in call.events if each.kind is EventKind.CONNECTING and each.at_ms >= since_ms),
        *(each.end_ms for each in sessions if each.end_ms >= since_ms),
    ]
    return max(min(ends, default=since_ms) - since_ms, 0)


def _sessions(call: Call, *, case: Case) -> tuple[Segment, ...]:
    """Return when an AI was in the call."""
    if any(event.kind in _SESSION_KNOWN for event in call.events):
        return tuple(_told_sessions(call))
    # A transport that cannot tell: a flow, or a voice that is not the agent's, needs no agent behind it.
    heard = {turn.speaker for turn in call.turns if turn.role is Role.AGENT}
    if Speaker.AGENT in heard or not (heard or case.platform.flow):
        return (Segment(start_ms=0, end_ms=call.duration_ms),)
    return ()


def _told_sessions(call: Call) -> Iterator[Segment]:
    begun_ms: int | None = None
    for event in call.events:
        if event.kind is EventKind.AICALL_PROGRESSING and begun_ms is None:
            begun_ms = event.at_ms
        elif event.kind in _SESSION_OVER and begun_ms is not None:
            yield Segment(start_ms=begun_ms, end_ms=event.at_ms)
            begun_ms = None
    if begun_ms is not None:
        yield Segment(start_ms=begun_ms, end_ms=max(call.duration_ms, begun_ms))


def _in_any(sessions: tuple[Segment, ...], turn: Turn) -> bool:
    return any(turn.started_ms <= each.end_ms and turn.ended_ms >= each.start_ms for each in sessions)


def _is_speech(turn: Turn) -> bool:
    return not turn.keys and turn.label is not TurnLabel.NOISE


def _segment(turn: Turn) -> Segment:
    return Segment(start_ms=turn.started_ms, end_ms=turn.ended_ms)
