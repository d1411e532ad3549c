from harness.model.call import Event, EventKind, Fact, Role, Speaker
from harness.model.moves import Move, Press, Say, Trigger, Wait
from harness.runner.folding import fold

CALLER, AGENT = Role.CALLER, Role.AGENT


def started(at_ms: int, role: Role, text: str, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.SPEECH_STARTED, role=role, text=text, data=data)


def stopped(at_ms: int, role: Role, text: str, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.SPEECH_STOPPED, role=role, text=text, data=data)


def final(at_ms: int, text: str, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.TRANSCRIPT_FINAL, text=text, data=data)


def key(at_ms: int, digit: str, *, last: bool) -> Event:
    return Event(at_ms=at_ms, kind=EventKind.DTMF, role=CALLER, text=digit, data={"late": False, "last": last})


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


def test_keys_of_one_move_are_a_turn_nobody_says_or_hears() -> None:
    moves: list[Move] = [Press(digits="12"), Say(text="Hi"), Press(digits="#")]
    events = [
        key(100, "1", last=False),
        key(350, "2", last=True),
        started(1_000, AGENT, "Twelve"),
        stopped(2_000, AGENT, "Twelve"),
        started(3_000, CALLER, "Hi"),
        stopped(3_500, CALLER, "Hi"),
        final(3_600, "high", utterance=0),
        key(4_000, "#", last=True),
    ]
    pressed, answer, said, hash_key = fold(events, moves)
    assert (pressed.keys, pressed.spoken, pressed.move) == ("12", "[keys 12]", 0)
    assert (pressed.started_ms, pressed.ended_ms, pressed.interrupted) == (100, 350, False)
    assert (pressed.said, pressed.heard) == (None, None)
    assert answer.latency_ms == 650
    assert (said.keys, said.heard, said.move) == ("", "high", 1)
    assert (hash_key.keys, hash_key.move) == ("#", 2)


def test_keys_the_end_of_the_call_came_before_were_meant_and_not_pressed() -> None:
    over = Event(at_ms=300, kind=EventKind.CALL_HANGUP)
    (turn,) = fold([key(100, "1", last=False), over], [Press(digits="12#")])
    assert (turn.meant, turn.spoken, turn.keys, turn.interrupted) == ("[keys 12#]", "[keys 1]", "1", True)


def test_keys_still_being_pressed_are_no_turn_yet() -> None:
    assert fold([key(100, "1", last=False)], [Press(digits="12#")]) == ()


def test_a_transcription_beside_the_session_counts_where_the_session_understood_nothing() -> None:
    events = [
        started(0, CALLER, "One"),
        stopped(9, CALLER, "One"),
        final(10, "won", utterance=0, by="transcribe"),
        final(11, "one", utterance=0, by="session"),
        started(20, CALLER, "Two"),
        stopped(30, CALLER, "Two"),
        final(40, "to", utterance=1, by="transcribe"),
    ]
    assert [turn.heard for turn in fold(events, [Say(text="One"), Say(text="Two")])] == ["one", "to"]


def test_what_the_flow_or_a_callee_says_is_an_agents_turn_in_its_own_words() -> None:
    events = [
        Event(at_ms=0, kind=EventKind.MESSAGE_CREATED, text="Hello", data={"role": "assistant", "reply": 0}),
        started(0, AGENT, "Please hold.", by="flow", reply=0),
        stopped(900, AGENT, "Please hold."),
        started(1_000, AGENT, "Yes?", by="callee"),
        stopped(1_500, AGENT, "Yes?"),
        started(2_000, AGENT, "Hel", by="agent", reply=0),
        stopped(2_500, AGENT, "Hel"),
    ]
    assert [turn.meant for turn in fold(events, [])] == ["Please hold.", "Yes?", "Hello"]


def test_what_the_flow_says_names_its_speaker_and_is_no_answer_with_a_latency() -> None:
    events = [
        started(0, CALLER, "Quick delivery."),
        stopped(1_000, CALLER, "Quick delivery."),
        started(31_000, AGENT, "Thank you.", reply=0, by="flow"),
        stopped(32_000, AGENT, "Thank you.", reply=0, by="flow"),
    ]
    _, prompt = fold(events, [Say(text="Quick delivery.")])
    assert (prompt.speaker, prompt.latency_ms) == (Speaker.FLOW, None)
