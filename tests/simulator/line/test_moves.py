import asyncio
from collections.abc import Sequence
from functools import partial

import pytest

from harness.model.call import EventKind, Role
from harness.model.moves import Trigger, TriggerKind
from harness.simulator.kernel.clock import VirtualClock
from harness.simulator.kernel.log import EventLog
from harness.simulator.line.moves import Came, Moves

CALL, START, END = TriggerKind.CALL_START, TriggerKind.AGENT_SPEECH_START, TriggerKind.AGENT_SPEECH_END
Happening = tuple[int, str]

ANSWERED = (100, "answered")


def play(happenings: Sequence[Happening], *, trigger: Trigger, added_ms: int) -> tuple[int, bool] | None:
    """Return when the move was made and whether it came late, given what happens in the call."""
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[tuple[int, bool]]()
    log.watch(moves.notice)
    events = {
        "answered": (EventKind.CALL_PROGRESSING, None, False),
        "agent starts": (EventKind.SPEECH_STARTED, Role.AGENT, False),
        "agent stops": (EventKind.SPEECH_STOPPED, Role.AGENT, False),
        "agent is cut": (EventKind.SPEECH_STOPPED, Role.AGENT, True),
        "caller starts": (EventKind.SPEECH_STARTED, Role.CALLER, False),
        "caller stops": (EventKind.SPEECH_STOPPED, Role.CALLER, False),
    }

    def tell(name: str) -> None:
        kind, role, cut = events[name]
        log.add(kind, role=role, data={"interrupted": cut})

    def make(came: Came) -> None:
        made.append((clock.now_ms(), came.late))

    for at_ms, name in happenings:
        clock.at(at_ms, partial(tell, name))
    clock.at(added_ms, lambda: moves.add(trigger, make))

    async def everything() -> None:
        while await clock.step():
            pass

    asyncio.run(everything())
    assert len(made) <= 1
    return made[0] if made else None


@pytest.mark.parametrize(
    ("happenings", "trigger", "made"),
    [
        pytest.param([ANSWERED], Trigger(after=CALL, delay_ms=500), (600, False), id="call start, still to come"),
        pytest.param([(0, "answered")], Trigger(after=CALL), (50, False), id="call start, long past"),
        pytest.param([(0, "answered")], Trigger(after=CALL, delay_ms=90), (90, False), id="call start, counting"),
        pytest.param([], Trigger(after=CALL, timeout_ms=3_000), (3_050, True), id="call is never answered"),
        pytest.param(
            [(1_000, "agent starts"), (2_000, "agent stops")],
            Trigger(after=START, delay_ms=300),
            (1_300, False),
            id="agent starts",
        ),
        pytest.param(
            [(1_000, "agent starts"), (2_000, "agent stops")],
            Trigger(after=END, delay_ms=300),
            (2_300, False),
            id="agent stops",
        ),
        pytest.param([], Trigger(timeout_ms=4_000), (4_050, True), id="agent never speaks"),
        pytest.param(
            [(1_000, "agent starts"), (30_000, "agent stops")],
            Trigger(timeout_ms=4_000),
            (30_000, False),
            id="patience does not run while the agent speaks",
        ),
        pytest.param(
            [(10, "agent starts"), (1_000, "agent stops")],
            Trigger(after=START, timeout_ms=4_000),
            (5_000, True),
            id="a start before the move is not its moment, and patience begins with the silence",
        ),
        pytest.param(
            [(10, "agent starts"), (1_000, "agent stops")],
            Trigger(after=END),
            (1_000, False),
            id="the end of speech under way is",
        ),
        pytest.param(
            [(10, "agent starts"), (500, "agent is cut"), (2_000, "agent starts"), (3_000, "agent stops")],
            Trigger(after=END),
            (3_000, False),
            id="the end of speech that was cut is not",
        ),
        pytest.param(
            [(100, "agent starts"), (500, "agent is cut"), (2_000, "agent starts"), (9_000, "agent stops")],
            Trigger(after=START, delay_ms=800),
            (2_800, False),
            id="counting from a start begins again when that speech is cut",
        ),
        pytest.param(
            [(10, "caller starts"), (30, "agent starts"), (50, "caller stops"), (4_000, "agent stops")],
            Trigger(after=START, delay_ms=800),
            (830, False),
            id="a start under the caller's last sound still counts",
        ),
    ],
)
def test_move_is_made_when_its_moment_comes(
    happenings: list[Happening], trigger: Trigger, made: tuple[int, bool]
) -> None:
    assert play(happenings, trigger=trigger, added_ms=50) == made


def test_forgotten_move_is_never_made() -> None:
    clock = VirtualClock()
    moves, made = Moves(clock), list[Came]()
    moves.add(Trigger(), made.append)
    moves.forget()
    assert not asyncio.run(clock.step())
    assert made == []
