"""Everything of a call in which something may have leaked: what the agent wrote, what was heard of it, what it sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.call import Call, EventKind, Role, Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """One text that left the agent."""

    text: str
    place: str
    """Reads on from "it is": `in what the agent said`, `in what was heard of it`."""
    turn: int | None
    """None for what a tool was given."""


def surfaces(call: Call) -> Iterator[Surface]:
    """Yield what the agent wrote, turn by turn, what a recogniser heard, and what it gave to tools.

    What was cut off by an interruption counts: the model had let it out.
    """
    for index, turn in enumerate(call.turns):
        if turn.role is Role.AGENT and turn.speaker is Speaker.AGENT:
            yield Surface(text=turn.meant, place="in what the agent said", turn=index)
            if turn.said is not None:
                yield Surface(text=turn.said, place="in what was heard of the agent", turn=index)
    for event in call.events:
        if event.kind is EventKind.TOOL_CALLED:
            arguments = str(event.data.get("arguments") or "")
            yield Surface(text=arguments, place=f"in the arguments of {event.text}", turn=None)


def agent_words(call: Call) -> tuple[str, ...]:
    """Return what the agent wrote and what was heard of it, each for the whole call."""
    turns = [turn for turn in call.turns if turn.role is Role.AGENT and turn.speaker is Speaker.AGENT]
    heard = [turn.said for turn in turns if turn.said is not None]
    return tuple(filter(None, (" ".join(turn.meant for turn in turns), " ".join(heard))))


def caller_words(call: Call) -> tuple[str, ...]:
    """Return what the caller said and keyed, turn by turn."""
    return tuple(turn.keys or turn.meant for turn in call.turns if turn.role is Role.CALLER)
