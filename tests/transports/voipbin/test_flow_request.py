"""Flows of a suite in today's form (contract section 8, rows 7 to 17)."""

from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.transports.voipbin.flow_request import FlowRequest, flow_request
from tests.transports.voipbin.lodging_site import PROMPT, arm_of, flow_case

ANSWER = {"type": "answer"}
VOICE = {"type": "variable_set", "option": {"key": "voipbin.tts.elevenlabs.voice_id", "value": "21m00Tcm4TlvDq8ikWAM"}}


def talk(**option: Any) -> dict[str, Any]:
    return {"type": "ai_talk", "option": option}


def made(*actions: dict[str, Any], **setup: Any) -> FlowRequest:
    request = flow_request(flow_case(*actions, **setup), arm_of())
    assert request is not None
    return request


def options(request: FlowRequest, *, inline: tuple[str, ...] = ()) -> list[tuple[str, Any]]:
    return [(each["type"], each.get("option")) for each in request.filled(ai_id="AI", inline=inline)]


def assistance(id: str) -> dict[str, str]:
    return {"assistance_type": "ai", "assistance_id": id}


@pytest.mark.parametrize(
    ("action", "option", "voice"),
    [
        pytest.param(talk(initial_prompt="${harness.prompt}"), assistance("I0"), "", id="inline"),
        pytest.param(
            talk(initial_prompt="${harness.prompt}", voice_type="female"),
            assistance("I0"),
            "EXAVITQu4vr4xnSDxMaL",
            id="female",
        ),
        pytest.param(
            {"type": "ai", "option": {"initial_prompt": "${harness.prompt}", "voice_type": "male"}},
            assistance("I0"),
            "pNInz6obpgDQGcFmaJgB",
            id="ai, which is gone",
        ),
        pytest.param(talk(assistance_type="ai", assistance_id="${harness.ai_id}"), assistance("AI"), None, id="today"),
        pytest.param(talk(ai_id="X", voice_type="male"), assistance("X"), None, id="an AI of their own"),
    ],
)
def test_every_way_to_bring_an_agent_in_becomes_todays(
    action: dict[str, Any], option: dict[str, str], voice: str | None
) -> None:
    request = made(ANSWER, action)
    assert options(request, inline=("I0",)) == [("answer", None), ("ai_talk", option)]
    if voice is not None:
        [inline] = request.ais
        assert (inline.prompt, inline.voice_id, inline.is_under_test) == (PROMPT, voice, True)


def test_a_voice_that_was_set_in_the_flow_is_the_ais() -> None:
    [inline] = made(ANSWER, VOICE, talk(initial_prompt="Say hello.")).ais
    assert (inline.voice_id, inline.is_under_test) == ("21m00Tcm4TlvDq8ikWAM", False)


def test_the_same_inline_ai_is_made_once() -> None:
    request = made(ANSWER, talk(initial_prompt="A"), talk(initial_prompt="B"), talk(initial_prompt="A"))
    ids = [option["assistance_id"] for kind, option in options(request, inline=("I0", "I1")) if kind == "ai_talk"]
    assert ids == ["I0", "I1", "I0"]


def test_a_summary_is_left_for_after_the_call_and_what_it_needs_is_added() -> None:
    request = made(ANSWER, {"type": "ai_summary", "option": {"source_type": "call", "real_time": True}})
    assert options(request) == [("answer", None), ("transcribe_start", {"language": "en-US"})]
    assert [each.language for each in request.summaries] == ["en-US"]
    assert any("asked for after the call" in note for note in request.notes)
    both = made(
        {"type": "transcribe_start", "option": {"language": "de-DE", "real_time": True}}, {"type": "ai_summary"}
    )
    assert options(both) == [("transcribe_start", {"language": "de-DE"})]


def test_variables_are_set_before_everything_else_and_every_action_has_an_id() -> None:
    inside = {"type": "call", "option": {"actions": [{"type": "talk", "option": {"text": "Hello."}}]}}
    request = made(ANSWER, inside, variables=(("name", "Ada"),))
    actions = request.filled(ai_id="", inline=())
    assert actions[0]["option"] == {"key": "name", "value": "Ada"}
    ids = [each["id"] for each in (*actions, *actions[2]["option"]["actions"])]
    assert len(set(ids)) == 4
    assert made(ANSWER, variables=(("name", "Ada"),), outgoing=True).actions == (ANSWER,)


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        pytest.param(({"type": "dance"},), r"flow\[0\]: unknown action type 'dance'", id="no action"),
        pytest.param((ANSWER, talk()), r"flow\[1\]: ai_talk names no AI", id="no AI"),
        pytest.param(
            ({"type": "talk", "option": {"text": "So: ${voipbin.ai_summary.content}"}},),
            "sets voipbin.ai_summary.content in no call's own flow",
            id="the summary's text",
        ),
        pytest.param(
            ({"type": "ai_summary", "id": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"},),
            "other actions may lead to this one",
            id="a summary that is a target",
        ),
        pytest.param(
            ({"type": "call", "option": {"actions": [{"type": "dance"}]}},),
            r"flow\[0\].option.actions\[0\]: unknown",
            id="inside",
        ),
    ],
)
def test_what_has_no_form_today_is_refused_with_its_place(actions: tuple[dict[str, Any], ...], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        made(*actions)
