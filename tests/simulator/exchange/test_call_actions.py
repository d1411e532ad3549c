"""Every action on the sound of a call: what it does, and when the next one begins."""

from typing import Any

import pytest

from harness.model.call import EventKind, Role
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, action

WORD_MS = 300
IN_BACKGROUND: dict[str, Any] = {"async": True}


def held_ms(line: Line, type_: str) -> int:
    """How long an action held the `beep` behind it back."""
    return line.entered_ms("beep") - line.entered_ms(type_)


def run(*actions: dict[str, Any], says: tuple[tuple[str, int], ...] = (), for_ms: int = HOUR_MS) -> Line:
    stage = Stage()
    line = stage.incoming(action("answer"), *actions, action("beep"))
    for text, at_ms in says:
        line.says(text, at_ms=at_ms)
    stage.run(for_ms=for_ms)
    return line


@pytest.mark.parametrize(
    ("what", "lasts_ms"),
    [
        (action("answer"), 0),
        (action("sleep", duration=1_500), 1_500),
        (action("sleep"), 0),
        (action("sleep", duration="soon"), 0),
        (action("sleep", duration=-5), 0),
        (action("echo", duration=4_000), 4_000),
        (action("echo"), 180_000),
        (action("stream_echo", duration=7_000), 7_000),
        (action("digits_send", digits="123", duration=100, interval=200), 900),
        (action("digits_send", digits="1", duration=5, interval=9_000), 5_100),
        (action("digits_send", digits="1", duration=2_000), 1_000),
        (action("play", stream_urls=["http://a/1.wav", "http://a/2.wav"]), 4_000),
        (action("play", stream_urls=[]), 0),
        (action("play"), 0),
        (action("amd"), 4_000),
        (action("amd", **IN_BACKGROUND), 0),
        (action("external_media_start", external_host="a:1"), 0),
        (action("external_media_stop"), 0),
        (action("recording_start"), 0),
        (action("recording_start", beep_start=True), 500),
        (action("recording_stop"), 0),
        (action("mute"), 0),
        (action("transcribe_stop"), 0),
        (action("transcribe_start", language="en-US"), 0),
        (action("transcribe_start", direction="up"), 0),
        (action("transcribe_recording"), 0),
        (action("confbridge_join", confbridge_id="none"), 0),
        (action("condition_call_status", status="progressing"), 0),
        (action("condition_call_digits", length=1), 0),
        (action("variable_set", key="a", value="b"), 0),
        (action("variable_set"), 0),
        (action("webhook_send", uri="http://a", method="POST"), 0),
        (action("email_send", subject="Hi"), 0),
        (action("message_send", text="Hi"), 0),
        (action("conversation_send", text="Hi"), 0),
        (action("case_create", name="Hi"), 0),
        (action("goto", target_id="x"), 0),
        (action("branch"), 0),
    ],
    ids=lambda value: f"{value['type']} {value['option']}" if isinstance(value, dict) else "",
)
def test_next_action_begins_when_this_one_is_done(what: dict[str, Any], lasts_ms: int) -> None:
    line = run(what)
    assert line.entered[-1] == "beep"
    first_ms = [event.at_ms for event in line.of(EventKind.ACTION_ENTERED)][-2]
    assert line.entered_ms("beep") - first_ms == lasts_ms


@pytest.mark.parametrize(
    "what",
    [
        action("connect"),
        action("conference_join", conference_id="x"),
        action("queue_join", queue_id="x"),
        action("fetch", event_url="http://a"),
        action("fetch_flow", flow_id="x"),
        action("ai_talk"),
        action("ai_talk", assistance_id="x"),
    ],
    ids=lambda what: f"{what['type']} {what['option']}",
)
def test_action_of_the_flow_manager_that_fails_takes_the_call_with_it(what: dict[str, Any]) -> None:
    line = run(what)
    assert line.entered == ["answer", what["type"]]
    assert line.record["status"] == "hangup"


def test_call_rings_until_the_flow_answers_and_beeps_for_half_a_second() -> None:
    line = run()
    assert line.record["tm_progressing"] == line.entered_ms("beep") > 0
    assert line.record["tm_hangup"] - line.entered_ms("beep") == 500


def test_talk_answers_and_lasts_as_long_as_it_is_heard() -> None:
    stage = Stage()
    line = stage.incoming(action("talk", text="One two three. Four five."), action("beep"))
    stage.run(for_ms=HOUR_MS)
    started, stopped = line.of(EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED)[:2]
    assert line.record["tm_progressing"] == 0
    assert stopped.at_ms - started.at_ms == 5 * WORD_MS
    assert stopped.at_ms == line.entered_ms("beep")
    assert (started.data["by"], stopped.text) == ("flow", "One two three. Four five.")


@pytest.mark.parametrize("text", ["", "  ", "..."], ids=["empty", "blank", "no words"])
def test_talk_without_words_goes_on(text: str) -> None:
    assert "beep" in run(action("talk", text=text)).entered


def test_talk_in_the_background_goes_on_at_once_and_is_still_heard_whole() -> None:
    line = run(action("talk", text="One two three.", **IN_BACKGROUND), action("sleep", duration=5_000))
    assert line.entered_ms("sleep") == line.entered_ms("talk")
    assert line.spoken()[0] == "One two three."
    assert held_ms(line, "sleep") == 5_000


@pytest.mark.parametrize(("handles", "cut"), [("next", True), ("", False)], ids=["next", "nothing"])
def test_key_ends_a_talk_that_says_so(handles: str, cut: bool) -> None:
    stage = Stage()
    line = stage.incoming(action("talk", text="word " * 20, digits_handle=handles), action("beep"))
    line.presses("5", at_ms=3_000)
    stage.run(for_ms=HOUR_MS)
    stopped = line.of(EventKind.SPEECH_STOPPED)[0]
    assert bool(stopped.data["interrupted"]) is cut
    assert (line.entered_ms("beep") == 3_000) is cut
    assert stage.variables(line)["voipbin.call.digits"] == "5"


def test_talk_is_cut_when_the_call_ends_and_nothing_is_told_afterwards() -> None:
    stage = Stage()
    line = stage.incoming(action("talk", text="word " * 20))
    stage.at(2_000, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=HOUR_MS)
    assert line.time_of(EventKind.SPEECH_STOPPED) == 2_000
    assert line.kinds[-1] == "call_hangup"


def test_requested_talk_does_not_outlive_the_call() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=60_000))
    stage.at(2_000, lambda: stage.platform.leg(line.leg.id).talk("word " * 9, language="", provider="", voice_id=""))
    stage.at(2_010, lambda: stage.platform.leg(line.leg.id).talk("never", language="", provider="", voice_id=""))
    stage.at(3_000, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=HOUR_MS)
    assert line.kinds[-1] == "call_hangup"
    assert line.time_of(EventKind.SPEECH_STOPPED) == 3_000


def test_echo_gives_back_what_is_said() -> None:
    line = run(action("echo", duration=5_000), says=(("Hello there", 1_000),))
    assert line.spoken()[0] == "Hello there"
    assert line.time_of(EventKind.SPEECH_STARTED, role=Role.AGENT) == 1_000


def test_hangup_ends_call_and_flow() -> None:
    line = run(action("hangup"), action("sleep", duration=5_000))
    assert line.entered == ["answer", "hangup"]
    assert (line.record["hangup_by"], line.record["hangup_reason"]) == ("local", "normal")


@pytest.mark.parametrize(
    ("option", "says", "reason", "entered"),
    [
        ({"machine_handle": "hangup"}, "word " * 12, "amd", False),
        ({"machine_handle": "hangup"}, "Hello", "normal", True),
        ({"machine_handle": "continue"}, "word " * 12, "normal", True),
        ({"machine_handle": "hangup", "async": True}, "word " * 12, "amd", True),
    ],
    ids=["machine", "person", "let it go on", "in the background"],
)
def test_machine_that_answers_is_hung_up(option: dict[str, Any], says: str, reason: str, entered: bool) -> None:
    stage = Stage()
    line = stage.placed(action("amd", **option), action("sleep", duration=9_000))
    line.leg.phone.watch(
        lambda status, _: line.says(says, at_ms=stage.clock.now_ms()) if status == "progressing" else None
    )
    stage.run(for_ms=HOUR_MS)
    assert line.record["hangup_reason"] == reason
    assert line.record["hangup_by"] == "local"
    assert ("sleep" in line.entered) is entered


def test_seed_form_of_a_summary_runs_in_mid_call_and_todays_does_not() -> None:
    names = []
    for option in ({"source_type": "call", "source_id": "${voipbin.call.id}"}, {"reference_type": "call"}):
        stage = Stage(mode=Mode.SEED)
        stage.incoming(action("answer"), action("ai_summary", **option), action("beep"))
        stage.run(for_ms=HOUR_MS)
        names.append(len(stage.records(Kind.SUMMARY)))
    assert names == [1, 0]
