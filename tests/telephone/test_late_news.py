"""Moments of a call that are known a little after they came, as in a call over a network."""

import asyncio
from functools import partial

import pytest

from harness.model.call import Event, EventKind, Role
from harness.model.moves import Trigger, TriggerKind
from harness.telephone.clock import VirtualClock
from harness.telephone.moves import Came, Moves

START, END = TriggerKind.AGENT_SPEECH_START, TriggerKind.AGENT_SPEECH_END


def event(at_ms: int, kind: EventKind, role: Role | None = None) -> Event:
    return Event(at_ms=at_ms, kind=kind, role=role)


def made(*told: tuple[int, Event], asked_ms: int, trigger: Trigger) -> tuple[int, int, bool] | None:
    """Return (when a move was made, its plan, whether late), given what is told when."""
    clock = VirtualClock()
    moves, found = Moves(clock), list[tuple[int, int, bool]]()

    def make(came: Came) -> None:
        found.append((clock.now_ms(), came.planned_ms, came.late))

    def ask() -> None:
        moves.add(trigger, make)

    for at_ms, each in ((0, event(0, EventKind.CALL_PROGRESSING)), *told):
        clock.at(at_ms, partial(moves.notice, each))
    clock.at(asked_ms, ask)

    async def run_out() -> None:
        while await clock.step():
            pass

    asyncio.run(run_out())
    return found[0] if found else None


SPEAKS = (EventKind.SPEECH_STARTED, Role.AGENT)
SILENT = (EventKind.SPEECH_STOPPED, Role.AGENT)
CALLER = (EventKind.SPEECH_STARTED, Role.CALLER)
CALLER_DONE = (EventKind.SPEECH_STOPPED, Role.CALLER)


@pytest.mark.parametrize(
    ("told", "asked_ms", "trigger", "when"),
    [
        ([(560, event(500, *SPEAKS))], 0, Trigger(after=START, delay_ms=300), (800, 800, False)),
        ([(560, event(500, *SPEAKS))], 0, Trigger(after=START, delay_ms=20), (560, 520, False)),
        (
            [(560, event(500, *SPEAKS)), (1_500, event(1_000, *SILENT))],
            0,
            Trigger(after=END, delay_ms=700),
            (1_700, 1_700, False),
        ),
        (
            [(0, event(0, *CALLER)), (900, event(900, *CALLER_DONE)), (960, event(890, *SPEAKS))],
            1_200,
            Trigger(after=START, delay_ms=500),
            (1_390, 1_390, False),
        ),
        (
            [
                (60, event(0, *SPEAKS)),
                (500, event(500, *CALLER)),
                (900, event(900, *CALLER_DONE)),
                (1_000, event(880, *SILENT)),
                (2_000, event(2_000, *SPEAKS)),
                (3_000, event(3_000, *SILENT)),
            ],
            900,
            Trigger(after=END),
            (3_000, 3_000, False),
        ),
    ],
    ids=[
        "a move counts from when it happened",
        "a move whose moment has passed is made at once, and its plan says when it was",
        "an end known late is no delay for whoever waits longer",
        "an answer that began before the caller's next move was decided is its moment",
        "an end before the caller's own, known after it, is not",
    ],
)
def test_moves_count_from_moments_that_are_told_late(
    told: list[tuple[int, Event]], asked_ms: int, trigger: Trigger, when: tuple[int, int, bool]
) -> None:
    assert made(*told, asked_ms=asked_ms, trigger=trigger) == when
