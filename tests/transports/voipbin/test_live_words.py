"""Whose words an audible turn of the agent's has: during the call, and when it is over."""

from typing import Any

import pytest

from harness.model.call import Event, EventKind, Fact, Role
from harness.transports.voipbin.agent_words import AgentWords
from harness.transports.voipbin.hindsight import hindsight

HELLO, HOURS = "Hello, how may I help you today?", "We are open until six in the evening."


def test_a_turn_has_the_reply_that_was_written_before_it() -> None:
    words = AgentWords()
    assert words.reply(HELLO) == 0
    words.turn_started(1000)
    assert words.news() == HELLO
    assert words.news() == ""
    found = words.turn_ended(3000, cut=False)
    assert (found.meant, found.spoken, found.reply) == (HELLO, HELLO, 0)
    assert words.chars_per_s == pytest.approx(16)


def test_pieces_are_words_of_the_turn_they_come_in_and_the_whole_message_adds_nothing() -> None:
    words = AgentWords()
    words.piece("Hello, how may", is_first=True)
    words.turn_started(0)
    assert words.news() == "Hello, how may"
    words.piece(" I help you today?")
    assert words.news() == " I help you today?"
    assert words.reply(HELLO) == 0
    assert words.news() == ""
    assert words.turn_ended(2000, cut=False).spoken == HELLO
    words.piece("We are", is_first=True)
    assert words.current == 1


def test_a_turn_that_was_cut_has_the_words_up_to_the_cut_and_the_rest_is_never_spoken() -> None:
    words = AgentWords()
    words.piece("We are open until six ", is_first=True)
    words.turn_started(0)
    words.piece("in the evening.")
    cut = words.turn_ended(1200, cut=True)
    assert cut.spoken == "We are open until"
    assert words.reply(HOURS) == 0
    words.turn_started(3000)
    assert words.news() == ""


def test_a_reply_with_a_long_pause_in_it_goes_on_in_the_next_turn() -> None:
    words = AgentWords()
    words.reply(f"{HELLO} {HOURS}")
    words.turn_started(0)
    first = words.turn_ended(1_700, cut=False)
    words.turn_started(3_000)
    second = words.turn_ended(6_000, cut=False)
    assert f"{first.spoken} {second.spoken}" == f"{HELLO} {HOURS}"
    assert first.reply == second.reply == 0


def event(at_ms: int, kind: EventKind, role: Role | None = None, text: str = "", **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=kind, role=role, text=text, data=data)


def _by(role: Role) -> dict[str, Any]:
    return {"by": "agent"} if role is Role.AGENT else {}


def spoke(start_ms: int, end_ms: int, role: Role = Role.AGENT, **data: Fact) -> tuple[Event, Event]:
    return (
        event(start_ms, EventKind.SPEECH_STARTED, role, "", **_by(role)),
        event(end_ms, EventKind.SPEECH_STOPPED, role, "", interrupted=False, **data),
    )


def stored(at_ms: int, text: str, role: str = "assistant") -> Event:
    return Event(at_ms=at_ms, kind=EventKind.MESSAGE_CREATED, text=text, data={"role": role})


HANGUP = event(9_000, EventKind.CALL_HANGUP, reason="caller_hangup")
CALL = (*spoke(1_000, 3_000), *spoke(3_500, 4_500, Role.CALLER), *spoke(5_200, 7_500), HANGUP)


@pytest.mark.parametrize(
    ("hello_ms", "hours_ms"),
    [(800, 5_000), (2_000, 6_000), (3_400, 7_900)],
    ids=["before they are spoken", "while they are spoken", "a little after, by a clock that is not ours"],
)
def test_words_learnt_after_the_call_are_given_to_their_turns(hello_ms: int, hours_ms: int) -> None:
    events = hindsight(CALL, [stored(hello_ms, HELLO), stored(hours_ms, HOURS)])
    speech = [(each.text, each.data.get("reply")) for each in events if each.role is Role.AGENT]
    assert speech == [(HELLO, 0), (HELLO, None), (HOURS, 1), (HOURS, None)]
    assert [each.data["reply"] for each in events if each.kind is EventKind.MESSAGE_CREATED] == [0, 1]
    assert [each.at_ms for each in events] == sorted(each.at_ms for each in events)
    assert events[-1] == HANGUP


def test_what_was_told_during_the_call_is_not_told_again() -> None:
    heard = event(4_900, EventKind.TRANSCRIPT_FINAL, text="are you open", by="session")
    call = (stored(900, HELLO), *CALL[:4], heard, *CALL[4:])
    late = stored(9_100, HOURS)
    again = [stored(870, HELLO), event(4_700, EventKind.TRANSCRIPT_FINAL, text="are you open", by="session"), late]
    events = hindsight(call, again, late=[late])
    assert [each.text for each in events if each.kind is EventKind.MESSAGE_CREATED] == [HELLO, HOURS]
    assert [each.at_ms for each in events if each.kind is EventKind.TRANSCRIPT_FINAL] == [4_900]


def test_what_is_said_beside_every_session_is_the_flows() -> None:
    session = (event(4_000, EventKind.AICALL_PROGRESSING), event(8_500, EventKind.AICALL_TERMINATED))
    events = hindsight(CALL, [*session, stored(5_000, HOURS)])
    said = [event for event in events if event.kind is EventKind.SPEECH_STARTED and event.role is Role.AGENT]
    assert [(each.data["by"], each.text) for each in said] == [("flow", ""), ("agent", HOURS)]


def test_a_transcript_that_is_late_belongs_to_the_utterance_before() -> None:
    call = (*spoke(1_000, 2_000, Role.CALLER), *spoke(2_500, 4_000, Role.CALLER), HANGUP)
    finals = [event(at_ms, EventKind.TRANSCRIPT_FINAL, text=str(at_ms), by="session") for at_ms in (2_700, 4_600)]
    events = hindsight(call, finals)
    assert [each.data["utterance"] for each in events if each.kind is EventKind.TRANSCRIPT_FINAL] == [0, 1]


def test_a_turn_nobody_told_the_words_of_keeps_what_our_own_ears_heard() -> None:
    began, ended = spoke(1_000, 3_000)
    heard = event(ended.at_ms, ended.kind, ended.role, "hello how may i help you", by_ears=True)
    assert hindsight((began, heard, HANGUP), [])[:2] == (began, heard)
