import pytest

from harness.errors import ConfigurationError
from harness.voipbin.ai_changes import WRITABLE, differing, loses_unseen_key, with_prompt
from harness.voipbin.resources import NIL_ID, Record

AI: Record = {
    "id": "5e9c",
    "name": "Desk",
    "type": "insight",
    "engine_model": "openai.gpt-5-mini",
    "engine_key": "sk-live-0123456789",
    "parameter": {"shop": "Corner Books"},
    "rag_id": NIL_ID,
    "init_prompt": "Old.",
    "tool_names": ["all"],
    "vad_config": {"stop_secs": 0.2},
    "direct_hash": "direct.0123456789ab",
    "auto_aicall_audit_enabled": True,
}


def test_a_request_keeps_everything_that_can_be_kept_and_nothing_else() -> None:
    body = with_prompt(AI, "New.")

    kept = {name: AI[name] for name in WRITABLE if name in AI and name != "rag_id"}
    assert body == {**kept, "init_prompt": "New."}


@pytest.mark.parametrize(
    "mask", ["********", "sk-...redacted...", "sk-l••••", "(withheld)", "xxxxxxxx", "sk-1…9", "[REDACTED]"]
)
def test_a_masked_key_is_replaced_by_the_one_that_is_given_or_refused(mask: str) -> None:
    ai = {**AI, "engine_key": mask}

    with pytest.raises(ConfigurationError, match="VOIPBIN_ENGINE_KEY") as refused:
        with_prompt(ai, "New.")
    assert mask not in str(refused.value)
    assert with_prompt(ai, "New.", engine_key="sk-2")["engine_key"] == "sk-2"


def test_an_empty_prompt_is_not_sent() -> None:
    with pytest.raises(ConfigurationError, match="prompt is empty"):
        with_prompt(AI, "  \n")


@pytest.mark.parametrize(
    ("ai", "given", "loses"),
    [
        pytest.param({"name": "Desk"}, "", True, id="not shown at all"),
        pytest.param({"name": "Desk"}, "sk-2", False, id="not shown, and given"),
        pytest.param({"engine_key": ""}, "", False, id="shown as none"),
    ],
)
def test_a_key_that_is_not_shown_may_be_lost(ai: Record, given: str, loses: bool) -> None:
    assert loses_unseen_key(ai, engine_key=given) is loses


def test_two_states_differ_in_what_is_set_and_not_in_how_nothing_is_written() -> None:
    bare = {name: value for name, value in AI.items() if name != "rag_id"}

    assert differing(AI, {**bare, "detail": "", "tm_update": "now", "direct_hash": "direct.ffffffffffff"}) == ()
    assert differing(AI, {**AI, "tool_names": [], "init_prompt": "New."}) == ("init_prompt", "tool_names")
