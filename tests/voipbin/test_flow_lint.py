from typing import Any

import pytest

from harness.voipbin.flow_lint import ActionJson, lint_flow

TALK: ActionJson = {"type": "talk", "option": {"text": "Goodbye."}}
AI: ActionJson = {"type": "ai_talk", "option": {"assistance_type": "ai", "assistance_id": "${harness.ai_id}"}}


def action(type_: str, **option: Any) -> ActionJson:
    return {"type": type_, "option": option}


def test_a_flow_of_today_has_nothing_to_be_told() -> None:
    assert lint_flow([{"type": "answer"}, action("transcribe_start", language="en-US"), AI, TALK]) == []


@pytest.mark.parametrize(
    ("form", "path", "words"),
    [
        pytest.param(action("ai", initial_prompt="Hi"), "[0]", "INVALID_ACTION_TYPE", id="row 7"),
        pytest.param(
            action("ai_talk", initial_prompt="Hi", voice_type="male"),
            "[0].option.initial_prompt",
            "drops the call",
            id="row 8",
        ),
        pytest.param(
            action("ai_talk", assistance_id="x", voice_type="male"), "[0].option.voice_type", "ignores", id="row 8 half"
        ),
        pytest.param(action("ai_talk"), "[0].option", "no AI is named", id="no AI"),
        pytest.param(
            action("variable_set", key="voipbin.tts.elevenlabs.voice_id", value="x"),
            "[0].option.key",
            "set tts_voice_id on the AI",
            id="row 10",
        ),
        pytest.param(
            action("ai_summary", source_type="transcribe", source_id="x"),
            "[0].option.source_type",
            "reference_type and reference_id",
            id="row 13",
        ),
        pytest.param(action("ai_summary", reference_type="call"), "[0]", "skips ai_summary", id="row 13 today"),
        pytest.param(
            action("talk", text="${voipbin.ai_summary.content}"), "[0].option", "only in the flow", id="row 14"
        ),
        pytest.param(action("transcribe_start", real_time=True), "[0].option.real_time", "always live", id="row 16"),
        pytest.param(action("ai_task"), "[0]", "skips ai_task", id="not for calls"),
        pytest.param(action("mute"), "[0]", "cannot execute it", id="no executor"),
        pytest.param(
            action("call", actions=[action("ai"), TALK]), "[0].option.actions[0]", "refuses", id="nested actions"
        ),
    ],
)
def test_a_form_the_platform_treats_differently_is_named(form: ActionJson, path: str, words: str) -> None:
    (finding,) = lint_flow([form, TALK])
    assert finding.path == path
    assert words in finding.message


def test_a_live_summary_is_told_what_becomes_of_it() -> None:
    findings = lint_flow([action("ai_summary", source_type="call", source_id="x", real_time=True), TALK])
    assert [finding.path for finding in findings] == ["[0].option.source_type", "[0].option.real_time"]
    assert "ready after its hang-up" in findings[1].message


def test_an_ai_with_nothing_behind_it_lacks_a_fallback() -> None:
    (finding,) = lint_flow([{"type": "answer"}, AI])
    assert (finding.path, "add a fallback" in finding.message) == ("[1]", True)
    assert lint_flow([{"type": "answer"}, {**AI, "next_id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"}]) == []
