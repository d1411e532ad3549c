"""suites/tutorial/: the flows of VoIPBIN's tutorial, word by word but for the prompt under test."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.suitefile import load_suite

FOLDER = Path(__file__).parents[2] / "suites" / "tutorial"

ASSISTANT = "You are a helpful customer service assistant. Answer questions politely and concisely."
EXPERT = (
    "You are an expert sales representative for VoIPBIN. Help customers understand our calling and messaging platform. "
    "Be enthusiastic but professional."
)
RECEPTIONIST = "You are a friendly receptionist. Greet callers warmly and help them with their inquiries."

SIMPLE = f"""[
  {{"type": "answer"}},
  {{"type": "ai", "option": {{"initial_prompt": "{ASSISTANT}", "voice_type": "female"}}}}
]"""
AI_TALK = f"""[
  {{"type": "answer"}},
  {{"type": "ai_talk", "option": {{"initial_prompt": "{EXPERT}", "voice_type": "male"}}}}
]"""
CUSTOM_VOICE = f"""[
  {{"type": "answer"}},
  {{"type": "variable_set",
    "option": {{"key": "voipbin.tts.elevenlabs.voice_id", "value": "21m00Tcm4TlvDq8ikWAM"}}}},
  {{"type": "ai_talk", "option": {{"initial_prompt": "{RECEPTIONIST}"}}}}
]"""
SUMMARY = """[
  {"type": "answer"},
  {"type": "transcribe_start", "option": {"language": "en-US"}},
  {"type": "talk", "option": {"text": "Hello! This call is being transcribed and summarized. Please tell me about your \
experience with our service.", "language": "en-US"}},
  {"type": "sleep", "option": {"duration": 30000}},
  {"type": "ai_summary", "option": {"source_type": "transcribe", "source_id": "${voipbin.transcribe.id}"}},
  {"type": "talk", "option": {"text": "Thank you for your feedback. We have recorded and summarized your call.",
    "language": "en-US"}}
]"""
LIVE_SUMMARY = """[
  {"type": "answer"},
  {"type": "transcribe_start", "option": {"language": "en-US", "real_time": true}},
  {"type": "ai_summary", "option": {"source_type": "call", "source_id": "${voipbin.call.id}", "real_time": true}},
  {"type": "connect", "option": {"source": {"type": "tel", "target": "+15551234567"},
    "destinations": [{"type": "tel", "target": "+15551111111"}]}}
]"""


def with_the_prompt_under_test(action: dict[str, Any]) -> dict[str, Any]:
    option = action.get("option", {})
    if "initial_prompt" not in option:
        return action
    return {**action, "option": {**option, "initial_prompt": "${harness.prompt}"}}


@pytest.mark.parametrize(
    ("suite", "case", "tutorial"),
    [
        pytest.param("simple_assistant", "asks_two_questions", SIMPLE, id="simple assistant"),
        pytest.param("ai_talk", "wants_an_offer", AI_TALK, id="AI talk"),
        pytest.param("custom_voice", "needs_an_appointment", CUSTOM_VOICE, id="custom voice"),
        pytest.param("call_summary", "gives_feedback", SUMMARY, id="summary"),
        pytest.param("live_summary", "talks_to_a_colleague", LIVE_SUMMARY, id="live summary"),
    ],
)
def test_the_flow_is_the_tutorials(suite: str, case: str, tutorial: str) -> None:
    cases = {each.id: each for each in load_suite(FOLDER / f"{suite}.suite.yaml").cases}

    assert list(cases[case].platform.flow) == [with_the_prompt_under_test(action) for action in json.loads(tutorial)]
    assert cases[case].platform.outgoing


@pytest.mark.parametrize(
    ("suite", "words"),
    [("simple_assistant", ASSISTANT), ("ai_talk", EXPERT), ("custom_voice", RECEPTIONIST)],
    ids=["simple assistant", "AI talk", "custom voice"],
)
def test_the_prompt_begins_with_the_tutorials_words(suite: str, words: str) -> None:
    (arm,) = load_suite(FOLDER / f"{suite}.suite.yaml").arms

    assert " ".join(arm.prompt.text.split()).startswith(words)
