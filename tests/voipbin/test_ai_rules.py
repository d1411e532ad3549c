"""What an AI may say when it is made, in each of the platform's modes."""

from typing import Any

import pytest

from harness.errors import ApiError
from harness.voipbin.ais import ACCEPTED_STT, ACCEPTED_TTS, RUNNING_STT, RUNNING_TTS, read_ai, voice_id
from harness.voipbin.mode import Mode

GOOD: dict[str, Any] = {"name": "Receptionist", "engine_model": "openai.gpt-4o", "init_prompt": "Be kind."}


@pytest.mark.parametrize("engine_model", ["openai.gpt-4o", "anthropic.claude", "embedded.extractive", "scripted.echo"])
def test_any_model_of_a_known_provider_is_accepted(engine_model: str) -> None:
    assert read_ai({**GOOD, "engine_model": engine_model}, mode=Mode.CURRENT)["engine_model"] == engine_model


@pytest.mark.parametrize(
    "bad",
    [
        {"engine_model": "acme.gpt"},
        {"engine_model": "openai"},
        {"engine_model": ""},
        {"engine_model": None},
        {"tts_type": "gramophone"},
        {"stt_type": "ear"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("mode", "http_status", "reason"),
    [
        (Mode.SEED, 500, "INTERNAL"),
        (Mode.CURRENT, 500, "INTERNAL"),
        (Mode.STRICT, 400, "INVALID_ARGUMENT"),
    ],
    ids=str,
)
def test_an_unknown_engine_is_an_internal_error_unless_strict(
    bad: dict[str, Any], mode: Mode, http_status: int, reason: str
) -> None:
    with pytest.raises(ApiError) as refused:
        read_ai({**GOOD, **bad}, mode=mode)
    assert (refused.value.http_status, refused.value.reason) == (http_status, reason)


@pytest.mark.parametrize(
    ("type", "tools", "is_accepted"),
    [
        ("normal", [], True),
        ("normal", ["all"], True),
        ("normal", ["connect_call", "stop_flow"], True),
        ("normal", ["get_case_notes"], False),
        ("normal", ["dance"], False),
        ("insight", ["get_case_notes", "get_contact_interactions"], True),
        ("insight", ["all"], False),
        ("insight", ["connect_call"], False),
    ],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_tools_fit_the_type(mode: Mode, type: str, tools: list[str], is_accepted: bool) -> None:
    body = {**GOOD, "type": type, "tool_names": tools}
    if is_accepted:
        assert read_ai(body, mode=mode)["tool_names"] == tools
        return
    with pytest.raises(ApiError) as refused:
        read_ai(body, mode=mode)
    assert (refused.value.http_status, refused.value.reason) == (400, "INVALID_TOOL_NAMES")


@pytest.mark.parametrize(
    "bad",
    [
        {"name": 7},
        {"parameter": "none"},
        {"tool_names": "all"},
        {"tool_names": [1]},
        {"auto_aicall_audit_enabled": "yes"},
        {"type": 1},
    ],
    ids=str,
)
def test_a_value_of_a_wrong_type_is_a_broken_body(bad: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as refused:
        read_ai({**GOOD, **bad}, mode=Mode.CURRENT)
    assert (refused.value.http_status, refused.value.reason) == (400, "INVALID_JSON_BODY")


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(ApiError, match="normal or insight"):
        read_ai({**GOOD, "type": "robot"}, mode=Mode.CURRENT)


def test_settings_the_platform_drops_are_not_kept() -> None:
    fields = read_ai({**GOOD, "vad_config": {"stop_secs": 9}, "smart_turn_enabled": True}, mode=Mode.CURRENT)
    assert not fields.keys() & {"vad_config", "smart_turn_enabled"}


def test_a_key_is_known_to_be_there_and_not_kept() -> None:
    assert "sk-secret" not in str(read_ai({**GOOD, "engine_key": "sk-secret"}, mode=Mode.CURRENT))
    assert read_ai(GOOD, mode=Mode.CURRENT)["engine_key"] == ""


@pytest.mark.parametrize(
    ("tts_type", "own", "spoken"),
    [
        ("", "", "EXAVITQu4vr4xnSDxMaL"),
        ("", "mine", "mine"),
        ("google", "", "en-US-Chirp3-HD-Charon"),
        ("openai", "", "alloy"),
        ("xtts", "", ""),
    ],
)
def test_an_ai_without_a_voice_has_its_engines_default(tts_type: str, own: str, spoken: str) -> None:
    assert voice_id(tts_type, own) == spoken


def test_what_runs_is_a_part_of_what_is_accepted() -> None:
    assert RUNNING_TTS < ACCEPTED_TTS
    assert RUNNING_STT < ACCEPTED_STT
