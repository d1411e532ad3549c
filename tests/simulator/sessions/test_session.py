"""The AI session of a call: who speaks when, what becomes a message, what is remembered, and how it ends."""

import pytest

from harness.errors import ServiceError
from harness.interfaces import MessageRole
from harness.model.call import EventKind, Role, Tier
from harness.model.platform import TurnModelName
from harness.simulator.sessions.talk import SessionSetup
from harness.testing.activity import ScriptedActivity
from harness.testing.speech import EchoEars, ScriptedAgent
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, action

RUN = 60_000
"""Long enough for every conversation here; shorter than the pipeline's patience."""


def talking(*replies: str, **fields: object) -> tuple[Stage, Line]:
    stage = Stage(*replies)
    return stage, stage.with_ai(**fields)  # type: ignore[arg-type]


def contents(stage: Stage, run: int, *, role: MessageRole = MessageRole.USER) -> list[str]:
    """What the agent was shown of a role in a run of its language model."""
    return [message.content for message in stage.agent.asked[run] if message.role is role]


def test_agent_speaks_first_without_being_asked() -> None:
    stage, line = talking("Hello.")
    stage.run(for_ms=RUN)
    assert line.spoken() == ["Hello."]
    assert stage.agent.asked == [()]
    assert line.time_of(EventKind.AICALL_PROGRESSING) < line.time_of(EventKind.SPEECH_STARTED)


def test_messages_begin_with_what_the_agent_was_told() -> None:
    stage = Stage("Hello.")
    stage.with_ai(init_prompt="Serve ${name}.", parameter={"table": "${name}", "seats": 2})
    stage.run(for_ms=RUN)
    platforms, prompt, parameter = (content for _, content in stage.messages("system"))
    assert platforms
    assert (prompt, parameter) == ("Serve .", '{"table": "", "seats": 2}')


def test_prompt_that_ran_is_kept_with_its_version() -> None:
    stage = Stage("Hello.")
    ai = stage.platform.ais.create({"engine_model": "openai.gpt-5", "init_prompt": "Serve ${name}."})
    talk = action("ai_talk", assistance_type="ai", assistance_id=ai["id"])
    line = stage.incoming(action("answer"), talk, variables={"name": "Ada"})
    stage.run(for_ms=RUN)
    (aicall,) = stage.records(Kind.AICALL)
    (snapshot,) = aicall["metadata"]["prompt_snapshots"]
    assert (snapshot["prompt"], snapshot["prompt_history_id"]) == ("Serve Ada.", ai["current_prompt_history_id"])
    assert (aicall["reference_id"], aicall["reference_type"]) == (line.leg.id, "call")
    known = stage.variables(line)
    assert known["voipbin.aicall.id"] == aicall["id"]
    assert known["voipbin.aicall.ai_id"] == ai["id"]
    assert known["voipbin.aicall.confbridge_id"] == aicall["confbridge_id"]


def test_prompt_may_ask_for_all_about_the_call() -> None:
    stage = Stage("Hello.")
    line = stage.with_ai(init_prompt="Call: ${voipbin.flow.reference_data}")
    stage.run(for_ms=RUN)
    assert f'"id": "{line.leg.id}"' in stage.messages("system")[1][1]


def test_session_goes_through_its_states() -> None:
    stage, line = talking("Hello.")
    stage.run(for_ms=20_000)
    stage.platform.leg(line.leg.id).hang_up()
    assert stage.told("aicall") == [f"aicall_status_{name}" for name in ("initializing", "progressing")] + [
        "aicall_status_terminating",
        "aicall_status_terminated",
    ]
    assert stage.records(Kind.AICALL)[0]["tm_end"] == 20_000


def test_several_finals_of_one_turn_are_several_messages_and_one_answer() -> None:
    stage, line = talking("Hello.", "Certainly.")
    line.is_told("I want", at_ms=10_000, final=True)
    line.is_told("a table", at_ms=10_200, final=False)
    line.is_told("a table for two", at_ms=10_600, final=True)
    stage.run(for_ms=RUN)
    assert line.time_of(EventKind.USER_TURN_ENDED) == 10_950
    assert len(stage.agent.asked) == 2
    assert contents(stage, 1) == ["I want", "a table for two"]
    assert stage.messages("user") == [("user", "I want"), ("user", "a table for two")]


def test_turn_without_a_final_ends_after_the_fallback_and_is_not_answered() -> None:
    stage, line = talking("Hello.")
    line.is_told("uh", at_ms=10_000, final=False)
    stage.run(for_ms=RUN)
    assert line.time_of(EventKind.USER_TURN_ENDED) == 15_000
    assert len(stage.agent.asked) == 1
    assert stage.messages("user") == []


def test_caller_who_speaks_before_the_greeting_is_audible_takes_it_back() -> None:
    stage, line = talking("Good evening to you.", "Yes?")
    ready_ms = progressing_ms("Good evening to you.")
    line.is_told("Hello", at_ms=ready_ms + 50, final=False)
    line.is_told("Hello", at_ms=ready_ms + 60, final=True)
    stage.run(for_ms=RUN)
    assert line.spoken() == ["Yes?"]
    assert contents(stage, 1) == ["Hello"]


def progressing_ms(*replies: str) -> int:
    """When the session of such a call begins."""
    stage, line = talking(*replies)
    stage.run(for_ms=RUN)
    return line.time_of(EventKind.AICALL_PROGRESSING)


def test_nothing_is_heard_before_the_session_begins() -> None:
    stage, line = talking("Hello.")
    line.says("Anybody there", at_ms=200)
    line.is_told("Anybody", at_ms=250, final=True)
    line.presses("5", at_ms=300)
    stage.run(for_ms=RUN)
    assert len(stage.agent.asked) == 1
    assert stage.messages("user") == []
    assert not line.of(EventKind.TRANSCRIPT_FINAL)


def test_conversation_is_remembered() -> None:
    stage, line = talking("Hello.", "Two it is.", "You said two.")
    line.says("A table for two", at_ms=8_000)
    line.says("How many", at_ms=16_000)
    stage.run(for_ms=RUN)
    assert [message.content for message in stage.agent.asked[2]] == [
        "Hello.",
        "A table for two",
        "Two it is.",
        "How many",
    ]
    assert line.spoken() == ["Hello.", "Two it is.", "You said two."]


def test_next_sentence_is_made_ready_while_the_one_before_it_plays() -> None:
    stage, line = talking("One two three four five six. Seven eight.")
    stage.run(for_ms=RUN)
    assert line.time_of(EventKind.SPEECH_STOPPED) - line.time_of(EventKind.SPEECH_STARTED) == 8 * 300


def test_agent_with_nothing_to_say_says_nothing() -> None:
    stage, line = talking("")
    stage.run(for_ms=RUN)
    assert not line.of(EventKind.SPEECH_STARTED)
    assert stage.messages() == []


def test_agent_is_not_asked_again_when_nobody_speaks() -> None:
    stage, line = talking("Hello.")
    stage.run(for_ms=250_000)
    assert len(stage.agent.asked) == 1
    assert line.spoken() == ["Hello."]


def test_barge_in_stores_the_whole_text_and_plays_only_part_of_it() -> None:
    stage, line = talking("word " * 20, "Yes?")
    line.says("Sorry", at_ms=4_000)
    stage.run(for_ms=RUN)
    cut = line.of(EventKind.AUDIO_CUT)[0]
    stopped = line.of(EventKind.SPEECH_STOPPED, role=Role.AGENT)[0]
    assert stage.messages("assistant")[0][1].split() == ["word"] * 20
    assert 0 < len(stopped.text.split()) < 20
    assert stopped.data["interrupted"]
    assert cut.at_ms == stopped.at_ms == line.time_of(EventKind.TRANSCRIPT_INTERIM)


def test_key_is_one_message_of_three_lines_and_is_answered_at_once() -> None:
    stage, line = talking("word " * 20, "You pressed five.")
    line.presses("5", at_ms=5_000)
    stage.run(for_ms=RUN)
    assert stage.messages("user") == [("user", "type: DTMF_EVENT\ndigit: 5\nduration: 160")]
    assert line.spoken()[1] == "You pressed five."
    assert line.time_of(EventKind.AUDIO_CUT) == 5_000
    assert line.time_of(EventKind.REPLY_STARTED, place=1) - 5_000 < 2_300
    assert stage.variables(line)["voipbin.call.digits"] == "5"


def test_key_answers_what_was_said_before_it_too() -> None:
    stage, line = talking("Hello.", "Fine.", "Never.")
    line.is_told("My number is", at_ms=10_000, final=True)
    line.presses("5", at_ms=10_100)
    stage.run(for_ms=RUN)
    assert len(stage.agent.asked) == 2
    assert contents(stage, 1)[0] == "My number is"


def test_written_message_is_answered_in_writing_without_speech() -> None:
    stage, line = talking("Hello.", "Noted.")
    stage.run(for_ms=10_000)
    aicall = stage.records(Kind.AICALL)[0]
    stored = stage.platform.send_message(aicall["id"], role="assistant", content="The guest is a VIP.")
    stage.run(for_ms=RUN)
    assert stored["role"] == "user"
    assert stage.messages("user", "assistant")[1:] == [("user", "The guest is a VIP."), ("assistant", "Noted.")]
    assert line.spoken() == ["Hello."]
    assert contents(stage, 1) == ["The guest is a VIP."]


def test_language_model_that_fails_leaves_silence_and_a_reason_and_the_call_goes_on() -> None:
    agent = ScriptedAgent("Hello.", ServiceError("broken", service="llm"), "Back again.")
    stage = Stage(agent=agent)
    line = stage.with_ai()
    line.says("First", at_ms=8_000)
    line.says("Second", at_ms=20_000)
    stage.run(for_ms=RUN)
    assert [(event.text, event.data["stage"]) for event in line.of(EventKind.SERVICE_FAILED)] == [
        ("llm: broken", "llm")
    ]
    assert line.spoken() == ["Hello.", "Back again."]


def test_words_that_are_not_recognised_are_not_answered() -> None:
    stage = Stage(parts={"ears": lambda _: EchoEars(deaf_to=["Hm"])})
    line = stage.with_ai()
    line.says("Hm", at_ms=8_000)
    stage.run(for_ms=RUN)
    assert len(stage.agent.asked) == 1


def test_media_of_the_flow_stops_when_the_agent_comes_on() -> None:
    stage = Stage("Hello.")
    background = {"text": "word " * 200, "async": True}
    line = stage.with_ai({"type": "talk", "option": background}, {"type": "talk", "option": background})
    stage.run(for_ms=RUN)
    stopped = line.of(EventKind.SPEECH_STOPPED, role=Role.AGENT)
    assert [event.data["by"] for event in stopped] == ["flow", "agent"]
    assert stopped[0].at_ms == line.time_of(EventKind.AICALL_PROGRESSING)


def test_session_that_ends_with_its_call_falls_silent_and_stores_what_was_written() -> None:
    stage, line = talking("One two three four five six seven eight.")
    stage.at(3_000, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=RUN)
    stopped = line.of(EventKind.SPEECH_STOPPED)[0]
    assert stopped.at_ms == 3_000
    assert stopped.data["interrupted"]
    assert not line.of(EventKind.AUDIO_CUT)
    assert stage.messages("assistant") == [("assistant", "One two three four five six seven eight.")]


@pytest.mark.parametrize(
    ("probabilities", "barges_in"), [((1.0,) * 12 + (0.0,), True), ((0.0,), False)], ids=["voice", "no voice"]
)
def test_detector_of_the_settings_interrupts_by_voice_and_not_by_words(
    probabilities: tuple[float, ...], barges_in: bool
) -> None:
    stage = Stage(
        "word " * 20,
        "Yes?",
        tier=Tier.AUDIO,
        session=SessionSetup(turn_model=TurnModelName.VAD),
        parts={"activity": lambda: ScriptedActivity(*probabilities)},
    )
    line = stage.with_ai()
    line.is_told("so", at_ms=4_000, final=False)
    line.says("Sorry to interrupt", at_ms=4_500)
    stage.run(for_ms=RUN)
    cuts = [event.at_ms for event in line.of(EventKind.AUDIO_CUT)]
    final_ms = line.time_of(EventKind.TRANSCRIPT_FINAL)
    assert cuts[0] < line.of(EventKind.TRANSCRIPT_INTERIM)[1].at_ms if barges_in else cuts[0] == final_ms
    assert line.spoken()[1:] == ["Yes?"]


def test_half_duplex_agent_never_yields_and_hears_nothing_of_what_is_said_over_it() -> None:
    stage = Stage("word " * 20, "Yes?", mode=Mode.SEED)
    line = stage.incoming(action("answer"), action("ai", initial_prompt="Sell tea."))
    line.says("one two three four", at_ms=4_000)
    line.presses("5", at_ms=5_000)
    line.says("And now", at_ms=15_000)
    stage.run(for_ms=RUN)
    assert not line.of(EventKind.AUDIO_CUT)
    assert line.spoken()[0].split() == ["word"] * 20
    assert stage.messages("user") == [("user", "And now")]
    assert line.spoken()[1] == "Yes?"
    assert line.record["tm_hangup"] is None or line.record["tm_hangup"] > HOUR_MS
