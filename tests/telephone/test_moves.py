import asyncio
from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.interfaces import Utterance
from harness.model.call import EventKind, Fact, Role, TurnLabel
from harness.model.moves import Trigger, TriggerKind
from harness.telephone.clock import VirtualClock
from harness.telephone.log import EventLog
from harness.telephone.moves import Came, Moves

CALL, START, END = TriggerKind.CALL_START, TriggerKind.AGENT_SPEECH_START, TriggerKind.AGENT_SPEECH_END
Happening = tuple[int, str]

ANSWERED = (100, "answered")
HAPPENING = {
    "answered": (EventKind.CALL_PROGRESSING, None, False),
    "agent starts": (EventKind.SPEECH_STARTED, Role.AGENT, False),
    "agent stops": (EventKind.SPEECH_STOPPED, Role.AGENT, False),
    "agent is cut": (EventKind.SPEECH_STOPPED, Role.AGENT, True),
    "caller starts": (EventKind.SPEECH_STARTED, Role.CALLER, False),
    "caller stops": (EventKind.SPEECH_STOPPED, Role.CALLER, False),
    "tool": (EventKind.TOOL_CALLED, None, False),
}
"""Kind, whose, and whether it was cut."""


async def run_out(clock: VirtualClock) -> None:
    while await clock.step():
        pass


def play(happenings: Sequence[Happening], *, trigger: Trigger, added_ms: int) -> tuple[int, bool] | None:
    """Return when the move was made and whether it came late, given what happens in the call."""
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[tuple[int, bool]]()
    log.watch(moves.notice)

    def tell(name: str) -> None:
        kind, role, cut = HAPPENING[name]
        log.add(kind, role=role, data={"interrupted": cut})

    def make(came: Came) -> None:
        made.append((clock.now_ms(), came.late))

    for at_ms, name in happenings:
        clock.at(at_ms, partial(tell, name))
    clock.at(added_ms, lambda: moves.add(trigger, make))

    asyncio.run(run_out(clock))
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


PHRASE = Trigger(after=TriggerKind.PHRASE, phrase="your name", delay_ms=100)
MIDDLE = Trigger(after=TriggerKind.AGENT_SPEECH_MIDDLE)
LAST_WORD = Trigger(after=TriggerKind.AGENT_LAST_WORD)
DIGITS = Trigger(after=TriggerKind.AGENT_DIGITS)
FIRST, SECOND = "May I have your name please", "Call 555 now"
"""27 and 12 characters, so that a character takes 100 ms below."""


@pytest.mark.parametrize(
    ("sentences", "trigger", "at_ms"),
    [
        pytest.param([(1000, FIRST)], PHRASE, 1000 + 2000 + 100, id="a phrase, when its last word is over"),
        pytest.param([(1000, FIRST)], MIDDLE, 1000 + 1350, id="the middle of one sentence"),
        pytest.param([(1000, FIRST), (3700, SECOND)], MIDDLE, 1000 + 1950, id="the middle of two"),
        pytest.param([(1000, FIRST)], LAST_WORD, 1000 + 2100, id="the last word of one sentence"),
        pytest.param([(1000, FIRST), (3700, SECOND)], LAST_WORD, 3700 + 900, id="the last word of two"),
        pytest.param([(1000, FIRST), (3700, SECOND)], DIGITS, 3700 + 500, id="a number in the second"),
        pytest.param([(1000, FIRST)], DIGITS, None, id="no number at all"),
    ],
)
def test_a_place_in_the_agents_turn_is_found(
    sentences: list[tuple[int, str]], trigger: Trigger, at_ms: int | None
) -> None:
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[Came]()
    log.watch(moves.notice)
    moves.add(trigger, made.append)

    def speak() -> None:
        log.add(EventKind.SPEECH_STARTED, role=Role.AGENT)
        for start_ms, text in sentences:
            moves.placed(Utterance(text=text, duration_ms=len(text) * 100, clip=None), start_ms)

    clock.at(sentences[0][0], speak)
    over_ms = sentences[-1][0] + len(sentences[-1][1]) * 100
    clock.at(over_ms, lambda: log.add(EventKind.SPEECH_STOPPED, role=Role.AGENT, data={"interrupted": False}))
    asyncio.run(run_out(clock))
    expected = Came(planned_ms=at_ms) if at_ms else Came(planned_ms=over_ms + trigger.timeout_ms, late=True)
    assert made == [expected]


@pytest.mark.parametrize(
    ("events", "at_ms"),
    [
        pytest.param([(0, "answered")], 2000, id="from the answer on"),
        pytest.param([(0, "answered"), (500, "agent starts"), (900, "agent stops")], 2900, id="from the last sound on"),
        pytest.param(
            [
                (0, "answered"),
                (500, "agent starts"),
                (700, "caller starts"),
                (900, "agent stops"),
                (1500, "caller stops"),
            ],
            3500,
            id="from the end of both on",
        ),
        pytest.param(
            [
                (0, "answered"),
                (500, "agent starts"),
                (900, "agent stops"),
                (2800, "agent starts"),
                (9000, "agent stops"),
            ],
            11_000,
            id="a silence that was broken too early begins anew",
        ),
    ],
)
def test_silence_is_counted_from_the_last_sound_of_anybody(events: list[Happening], at_ms: int) -> None:
    assert play(events, trigger=Trigger(after=TriggerKind.SILENCE, delay_ms=2000), added_ms=0) == (at_ms, False)


@pytest.mark.parametrize(("called", "wanted", "comes"), [("a", "", True), ("a", "a", True), ("a", "b", False)])
def test_a_tools_call_is_a_moment(called: str, wanted: str, comes: bool) -> None:
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[Came]()
    log.watch(moves.notice)
    moves.add(Trigger(after=TriggerKind.TOOL_CALL, tool=wanted, delay_ms=200), made.append)
    clock.at(700, lambda: log.add(EventKind.TOOL_CALLED, text=called))
    asyncio.run(run_out(clock))
    assert made == [Came(planned_ms=900) if comes else Came(planned_ms=10_000, late=True)]


@pytest.mark.parametrize(("returned_ms", "planned_ms"), [(None, 900), (750, 10_800)])
def test_a_tool_that_is_still_running_is_a_moment_too(returned_ms: int | None, planned_ms: int) -> None:
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[Came]()
    log.watch(moves.notice)
    clock.at(700, lambda: log.add(EventKind.TOOL_CALLED, text="a", data={"id": "1"}))
    if returned_ms is not None:
        clock.at(returned_ms, lambda: log.add(EventKind.TOOL_RETURNED, data={"id": "1", "name": "a"}))
    clock.at(800, lambda: moves.add(Trigger(after=TriggerKind.TOOL_CALL, delay_ms=200), made.append))
    asyncio.run(run_out(clock))
    assert [came.planned_ms for came in made] == [planned_ms]


@pytest.mark.parametrize(
    ("label", "at_ms"),
    [
        pytest.param(TurnLabel.NOISE, 1900, id="after a cough the end of the agent's turn still counts"),
        pytest.param(TurnLabel.BACKCHANNEL, 1900, id="after a sign of attention too"),
        pytest.param(TurnLabel.TURN, 12_900, id="after a question the agent has to answer first"),
    ],
)
def test_an_end_under_the_callers_own_sound_counts_unless_it_asked_something(label: TurnLabel, at_ms: int) -> None:
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[Came]()
    log.watch(moves.notice)
    happenings: list[tuple[int, EventKind, Role, dict[str, Fact]]] = [
        (0, EventKind.SPEECH_STARTED, Role.AGENT, {}),
        (1000, EventKind.SPEECH_STARTED, Role.CALLER, {"label": label.value}),
        (1500, EventKind.SPEECH_STOPPED, Role.AGENT, {"interrupted": False}),
        (2900, EventKind.SPEECH_STOPPED, Role.CALLER, {}),
    ]
    for happens_ms, kind, role, data in happenings:
        clock.at(happens_ms, partial(log.add, kind, role=role, data=data))
    clock.at(2900, lambda: moves.add(Trigger(delay_ms=400), made.append))
    asyncio.run(run_out(clock))
    assert [came.planned_ms for came in made] == [at_ms]


TIMELINE = st.lists(
    st.tuples(
        st.integers(0, 20_000),
        st.sampled_from(
            ("answered", "agent starts", "agent stops", "agent is cut", "caller starts", "caller stops", "tool")
        ),
    ),
    max_size=25,
)
TRIGGERS = st.builds(
    Trigger,
    after=st.sampled_from(TriggerKind),
    delay_ms=st.integers(0, 3000),
    timeout_ms=st.integers(1, 5000),
    phrase=st.just("your name"),
)


@given(happenings=TIMELINE, trigger=TRIGGERS)
def test_whatever_happens_a_move_is_made_once_at_most_and_never_before_its_plan(
    happenings: list[Happening], trigger: Trigger
) -> None:
    clock = VirtualClock()
    log, moves, made = EventLog(clock), Moves(clock), list[tuple[int, Came]]()
    log.watch(moves.notice)
    moves.add(trigger, lambda came: made.append((clock.now_ms(), came)))
    speaks = False
    for at_ms, name in sorted(happenings, key=lambda each: each[0]):
        kind, role, cut = HAPPENING[name]
        clock.at(at_ms, partial(log.add, kind, role=role, data={"interrupted": cut}))
        speaks = name == "agent starts" or (speaks and name not in ("agent stops", "agent is cut"))
    if speaks:
        # Nobody loses patience with an agent who never stops, and the end of the call is not this room's subject.
        clock.at(30_000, partial(log.add, EventKind.SPEECH_STOPPED, role=Role.AGENT, data={"interrupted": False}))
    asyncio.run(run_out(clock))
    assert len(made) <= 1
    for made_ms, came in made:
        assert came.planned_ms <= made_ms or came.late
    waits_for_quiet = trigger.after is TriggerKind.SILENCE
    assert made or waits_for_quiet, "a caller may wait for ever only for a silence that nobody lets come"
