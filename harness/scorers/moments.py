"""Where in a call each expectation of a case applies, and what the agent said there.

The answer to a caller's move is everything the agent says after it and before the caller speaks again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from harness.model.call import Call, EndReason, Role
from harness.model.moves import Expectation, Press, Say
from harness.model.score import Evidence

_QUOTED_CHARACTERS = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Why a moment never came about."""

    reason: str
    by_agent: bool
    """The agent is to blame for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One expectation and the part of the call it is about."""

    expectation: Expectation
    place: str
    """Reads on from "the agent said …": `in its greeting`, `after "Where is my parcel?"`, `after the keys 12#`, `in the
    whole call`."""
    answer: tuple[int, ...]
    """Indices of the agent's turns in question; empty when it said nothing."""
    turn: int | None
    """The turn a score belongs to; None for the whole call."""
    asked: int | None = None
    """Index of the caller's turn that is answered."""
    whole_call: bool = False
    missed: Missed | None = None


def moments(evidence: Evidence) -> Iterator[Moment]:
    """Yield every expectation of a call with its place in it, in order.

    A move the caller came to, or was certain to come to, has its expectations; what a branch left out has none.
    """
    case, call = evidence.case, evidence.call
    greeting = greeting_turns(call)
    for expectation in case.greeting:
        yield Moment(
            expectation=expectation,
            place="in its greeting",
            answer=greeting,
            turn=greeting[0] if greeting else None,
            missed=Missed(reason=why_missed(call).reason, by_agent=True)
            if call.end_reason is EndReason.NEVER_STARTED
            else None,
        )
    for due in due_answers(call):
        for expectation in due.move.expect:
            yield Moment(
                expectation=expectation,
                place=due.place,
                answer=due.answer,
                turn=due.turn,
                asked=due.asked,
                missed=due.missed,
            )
    everything = tuple(i for i, turn in enumerate(call.turns) if turn.role is Role.AGENT)
    for expectation in case.expect:
        yield Moment(expectation=expectation, place="in the whole call", answer=everything, turn=None, whole_call=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAnswer:
    """What the agent says to one move of the caller, made or certain to come."""

    move: Say | Press
    place: str
    """Reads on from "the agent said …": `after "Where is my parcel?"`."""
    asked: int | None
    """Index of the caller's turn; None when it was never made."""
    answer: tuple[int, ...]
    missed: Missed | None

    @property
    def turn(self) -> int | None:
        """Return the turn a score belongs to."""
        return self.answer[0] if self.answer else self.asked


def due_answers(call: Call) -> Iterator[DueAnswer]:
    """Yield the answer to every line of the caller, in order."""
    for index, move in enumerate((*call.moves, *call.unmade)):
        if isinstance(move, Say | Press):
            asked = _turn_of_move(call, move=index)
            yield DueAnswer(
                move=move,
                place=_place_after(move),
                asked=asked,
                answer=answer_to(call, asked=asked) if asked is not None else (),
                missed=why_missed(call) if asked is None else None,
            )


def _place_after(move: Say | Press) -> str:
    """Return where the answer to a move stands, as `Moment.place` has it."""
    return f"after {quoted(move.text)}" if isinstance(move, Say) else f"after the keys {move.digits}"


def greeting_turns(call: Call) -> tuple[int, ...]:
    """Return the agent's turns before the caller first speaks."""
    return _agent_turns_from(call, start=0)


def answer_to(call: Call, *, asked: int) -> tuple[int, ...]:
    """Return the agent's turns after a caller's turn and before the caller's next."""
    return _agent_turns_from(call, start=asked + 1)


def quoted(text: str) -> str:
    """Return words of the call in quotation marks, shortened to what fits a line of a report."""
    line = " ".join(text.split())
    return f'"{line[:_QUOTED_CHARACTERS]}…"' if len(line) > _QUOTED_CHARACTERS else f'"{line}"'


def _agent_turns_from(call: Call, *, start: int) -> tuple[int, ...]:
    found: list[int] = []
    for index in range(start, len(call.turns)):
        turn = call.turns[index]
        if turn.role is Role.CALLER and turn.wants_answer:
            break
        if turn.role is Role.AGENT:
            found.append(index)
    return tuple(found)


def _turn_of_move(call: Call, *, move: int) -> int | None:
    """Return the caller's last turn that belongs to a move: the one the agent answers."""
    made = [i for i, turn in enumerate(call.turns) if turn.role is Role.CALLER and turn.move == move]
    return made[-1] if made else None


def why_missed(call: Call) -> Missed:
    """Return why a call was over before the caller came to all of its lines."""
    match call.end_reason:
        case EndReason.AGENT_HANGUP:
            return Missed(reason="the agent hung up before the caller came to that", by_agent=True)
        case EndReason.AGENT_SILENT:
            return Missed(reason="the agent had gone silent and the caller gave up", by_agent=True)
        case EndReason.NEVER_STARTED:
            return Missed(reason="the agent's session never started", by_agent=True)
        case EndReason.TIME_LIMIT:
            return Missed(reason="the call reached its time limit before it came to that", by_agent=False)
        case EndReason.LINE_DROPPED:
            return Missed(reason="the line broke before it came to that", by_agent=False)
        case EndReason.NOT_ANSWERED:
            return Missed(reason="the call was never answered", by_agent=False)
        case EndReason.CALLER_HANGUP:
            return Missed(reason="the caller had hung up before it came to that", by_agent=False)
        case _:
            assert_never(call.end_reason)
