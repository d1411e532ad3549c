from harness.model.call import Event, EventKind, Fact, Role
from harness.model.case import Move, Say, Trigger, Wait
from harness.runner.folding import fold

CALLER, AGENT = Role.CALLER, Role.AGENT


def started(at_ms: int, role: Role, text: str, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.SPEECH_STARTED, role=role, text=text, data=data)


def stopped(at_ms: int, role: Role, text: str, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.SPEECH_STOPPED, role=role, text=text, data=data)


def final(at_ms: int, text: str, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.TRANSCRIPT_FINAL, text=text, data=data)


def test_turns_keep_their_texts_apart() -> None:
    events = [
        started(0, AGENT, "Hello. How can I help?", reply=0),
        Event(
            at_ms=10, kind=EventKind.MESSAGE_CREATED, text="Hello. How can I", data={"role": "assistant", "reply": 0}
        ),
        started(500, CALLER, "A table for two"),
        stopped(700, AGENT, "Hello.", interrupted=True, reply=0),
        stopped(1_500, CALLER, "A table for two"),
        final(1_700, "a cable for two"),
    ]
    agent, caller = fold(events, [Say(text="A table for two")])
    assert (agent.meant, agent.spoken, agent.heard, agent.interrupted) == ("Hello. How can I", "Hello.", None, True)
    assert (caller.meant, caller.heard, caller.move, caller.interrupted) == (
        "A table for two",
        "a cable for two",
        0,
        False,
    )


def test_latency_runs_from_the_callers_end_to_the_agents_start() -> None:
    events = [
        started(0, AGENT, "Hello"),
        stopped(900, AGENT, "Hello"),
        started(1_000, CALLER, "Hi"),
        stopped(2_000, CALLER, "Hi"),
        started(3_250, AGENT, "Yes?"),
        stopped(4_000, AGENT, "Yes?"),
        started(6_000, AGENT, "Still there?"),
        stopped(7_000, AGENT, "Still there?"),
        started(8_000, CALLER, "Sorry, I"),
        started(8_500, AGENT, "Hello?"),
        stopped(9_000, CALLER, "Sorry, I"),
        stopped(9_500, AGENT, "Hello?"),
    ]
    turns = fold(events, [Say(text="Hi"), Say(text="Sorry, I")])
    assert [turn.latency_ms for turn in turns if turn.role is AGENT] == [None, 1_250, None, None]


def test_move_numbers_skip_what_was_not_said() -> None:
    moves: list[Move] = [Say(text="One"), Wait(trigger=Trigger()), Say(text="Two")]
    events = [
        started(0, CALLER, "One"),
        stopped(9, CALLER, "One"),
        started(20, CALLER, "Two"),
        stopped(30, CALLER, "Two"),
    ]
    assert [turn.move for turn in fold(events, moves)] == [0, 2]


def test_final_belongs_to_the_utterance_it_names_however_late_it_is() -> None:
    events = [
        started(0, CALLER, "One"),
        stopped(9, CALLER, "One"),
        started(20, CALLER, "Two"),
        final(25, "one", utterance=0),
        stopped(30, CALLER, "Two"),
        final(40, "two", utterance=1),
        final(41, "more", utterance=1),
    ]
    assert [turn.heard for turn in fold(events, [Say(text="One"), Say(text="Two")])] == ["one", "two more"]


def test_final_that_names_nothing_belongs_to_the_last_utterance_begun() -> None:
    events = [
        started(0, CALLER, "One"),
        stopped(9, CALLER, "One"),
        final(10, "one"),
        started(20, CALLER, "Two"),
        stopped(30, CALLER, "Two"),
        final(40, "two"),
    ]
    assert [turn.heard for turn in fold(events, [Say(text="One"), Say(text="Two")])] == ["one", "two"]


def test_caller_who_was_not_recognised_was_heard_as_nothing() -> None:
    turns = fold([started(0, CALLER, "One"), stopped(9, CALLER, "One")], [Say(text="One")])
    assert [turn.heard for turn in turns] == [""]


def test_speech_that_is_not_over_is_no_turn_yet() -> None:
    assert fold([started(0, AGENT, "Hello")], []) == ()
