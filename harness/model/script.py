"""What a script holds: all of it, and what of it is certain, whatever the agent will say."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from harness.model.moves import (
    Backchannel,
    Branch,
    Disturbance,
    Hangup,
    Improvise,
    Move,
    Press,
    Repeat,
    Say,
    Step,
    Wait,
)


def all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield every step, and after one that holds others every one of those."""
    for step in steps:
        yield step
        match step:
            case Branch():
                for choice in step.choices:
                    yield from all_steps(choice.steps)
                yield from all_steps(step.otherwise or ())
            case Repeat():
                yield from all_steps((*step.steps, *step.otherwise))
            case Say() | Press() | Wait() | Backchannel() | Disturbance() | Hangup() | Improvise():
                pass
            case _:
                assert_never(step)


def improvises(steps: Iterable[Step]) -> bool:
    """Return whether a script has lines in it that are made up during the call."""
    return any(isinstance(step, Improvise) for step in all_steps(steps))


def listens(steps: Iterable[Step]) -> bool:
    """Return whether the caller of a script goes on by what the agent said."""
    return any(isinstance(step, Branch | Repeat | Improvise) for step in all_steps(steps))


def certain_moves(steps: Iterable[Step]) -> Iterator[Move]:
    """Yield the moves that follow in any case: what a branch may leave out is not among them."""
    for step in steps:
        match step:
            case Say() | Press() | Wait() | Backchannel() | Disturbance() | Hangup():
                yield step
            case Repeat():
                yield from certain_moves(step.steps)
            case Branch() | Improvise():
                pass
            case _:
                assert_never(step)
