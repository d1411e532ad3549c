"""A finished call as a diagnosis reads it: when the session listened, who was audible, what was written and stored.

Everything follows from events, turns and resources, so that a call over any transport reads alike. A transport that
tells less, because it has no access to the platform's API, gives fewer findings and no wrong ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.call import Call, Event, EventKind, Role, Turn
from harness.model.case import Case
from harness.model.finding import FindingName, Resource
from harness.model.moves import Move
from harness.model.platform import TurnModelName
from harness.model.proof import Proof

SESSION_OVER = frozenset(
    {EventKind.AICALL_TERMINATING, EventKind.AICALL_TERMINATED, EventKind.PIPELINE_ENDED, EventKind.CALL_HANGUP}
)
_HALF_DUPLEX_ACTION = "ai"
_TOGETHER_MS = 50
_TOGETHER_ON_TWO_CLOCKS_MS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Something a rule saw in a call."""

    name: FindingName
    at_ms: int | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of the call."""

    start_ms: int
    end_ms: int

    def holds(self, at_ms: int) -> bool:
        """Return whether a moment lies in it; its end does not."""
        return self.start_ms <= at_ms < self.end_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One call and its case, with what rules ask about them."""

    call: Call
    case: Case

    def events(self, *kinds: EventKind) -> tuple[Event, ...]:
        """Return the events of these kinds, in order."""
        return tuple(event for event in self.call.events if event.kind in kinds)

    def resources(self, kind: str) -> tuple[Resource, ...]:
        """Return the resources of a kind, as the platform listed them."""
        return tuple(resource for resource in self.call.resources if resource.kind == kind)

    @property
    def answered_ms(self) -> int | None:
        """Return when the call was answered; None if it never was."""
        return next((event.at_ms for event in self.events(EventKind.CALL_PROGRESSING)), None)

    @property
    def ended_ms(self) -> int:
        """Return when the call was over."""
        return self.call.duration_ms

    @property
    def together_ms(self) -> int:
        """Return how far apart two events may be that are one moment.

        In a real call the platform's clock and ours agree to a few hundred milliseconds only.
        """
        has_two_clocks = Proof.of(self.call.resources) is not None
        return _TOGETHER_ON_TWO_CLOCKS_MS if has_two_clocks else _TOGETHER_MS

    @property
    def sessions(self) -> tuple[Span, ...]:
        """Return when an AI session ran and could hear, write and speak."""
        if not self.events(EventKind.AICALL_INITIALIZING, EventKind.AICALL_PROGRESSING):
            # A transport that cannot tell: the direct call of an AI has nothing but a session in it.
            known = self.answered_ms is not None and not self.case.platform.flow
            return (Span(start_ms=self.answered_ms or 0, end_ms=self.ended_ms),) if known else ()
        return tuple(self._sessions())

    def _sessions(self) -> Iterator[Span]:
        begun: int | None = None
        for event in self.call.events:
            if event.kind is EventKind.AICALL_PROGRESSING and begun is None:
                begun = event.at_ms
            elif event.kind in SESSION_OVER and begun is not None:
                yield Span(start_ms=begun, end_ms=event.at_ms)
                begun = None
        if begun is not None:
            yield Span(start_ms=begun, end_ms=self.ended_ms)

    def session_at(self, at_ms: int) -> Span | None:
        """Return the session that ran at a moment."""
        return next((session for session in self.sessions if session.holds(at_ms)), None)

    @property
    def has_record(self) -> bool:
        """Return whether the platform's messages are known, so that a missing one means something."""
        return bool(self.events(EventKind.MESSAGE_CREATED))

    @property
    def greets(self) -> bool:
        """Return whether the agent is to speak first."""
        setup = self.case.platform
        return setup.turn_model is not TurnModelName.HALF_DUPLEX and not any(
            action.get("type") == _HALF_DUPLEX_ACTION for action in setup.flow
        )

    @property
    def understood_ms(self) -> tuple[int, ...]:
        """Return when the agent had understood the caller and owed an answer.

        A real platform does not tell when it takes a turn for over; it stores the words a moment before.
        """
        ended = tuple(event.at_ms for event in self.events(EventKind.USER_TURN_ENDED))
        stored = self.events(EventKind.MESSAGE_CREATED)
        return ended or tuple(event.at_ms for event in stored if event.data.get("role") == "user")

    @property
    def nothing_arrived(self) -> bool:
        """Return whether the line says that no sound of the far end came over it; False where nobody counted."""
        counted = [line.fields.get("received_frames") for line in self.resources("line")]
        return self.answered_ms is not None and bool(counted) and all(frames == 0 for frames in counted)

    @property
    def answers(self) -> tuple[Event, ...]:
        """Return the messages of the agent that have words."""
        return tuple(
            event
            for event in self.events(EventKind.MESSAGE_CREATED)
            if event.data.get("role") == "assistant" and event.text.strip()
        )

    @property
    def agent_speech(self) -> tuple[Event, ...]:
        """Return when the agent itself became audible: no prompt of the flow, nobody the caller was connected with."""
        return tuple(
            event
            for event in self.events(EventKind.SPEECH_STARTED)
            if event.role is Role.AGENT and event.data.get("by", "agent") == "agent"
        )

    @property
    def silent_agent_turns(self) -> tuple[int, ...]:
        """Return the indexes of the agent's turns that cannot be heard in the recording; none without one."""
        return () if self.call.quality is None else self.call.quality.agent.silent_turns

    @property
    def caller_turns(self) -> tuple[Turn, ...]:
        """Return what the caller said to the end, keys left out."""
        return tuple(
            turn
            for turn in self.call.turns
            if turn.role is Role.CALLER and turn.has_words and turn.spoken.strip() and not turn.interrupted
        )

    def move_of(self, turn: Turn) -> Move | None:
        """Return what the caller did with a turn; None for the agent's, or where the transport cannot tell."""
        moves = self.call.moves
        return moves[turn.move] if turn.move is not None and 0 <= turn.move < len(moves) else None

    def is_audible(self, role: Role, *, at_ms: int) -> bool:
        """Return whether a side could be heard at a moment."""
        return any(turn.role is role and turn.started_ms <= at_ms < turn.ended_ms for turn in self.call.turns)

    def service_failed(self, stage: str) -> bool:
        """Return whether the transport itself told of a failure at this stage."""
        return any(event.data.get("stage") == stage for event in self.events(EventKind.SERVICE_FAILED))


def in_seconds(ms: int) -> str:
    """Return a duration for a sentence: `7.4 s`."""
    return f"{ms / 1000:.1f} s"
