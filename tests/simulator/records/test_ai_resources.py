"""AIs as resources: full replacement, prompt history, direct hashes, the one active insight AI."""

from typing import Any

import pytest

from harness.errors import ApiError
from harness.simulator.kernel.world import World
from harness.simulator.records.ais import Ais
from harness.telephone.clock import VirtualClock
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.api_document import check_record

GOOD: dict[str, Any] = {
    "name": "Receptionist",
    "engine_model": "openai.gpt-5",
    "init_prompt": "Be kind.",
    "tts_type": "google",
    "parameter": {"city": "Ghent"},
    "tool_names": ["all"],
}


@pytest.fixture
def world() -> World:
    return World(clock=VirtualClock(), seed=1)


@pytest.fixture
def ais(world: World) -> Ais:
    return Ais(world)


def prompts(world: World) -> list[str]:
    return [row["prompt"] for row in world.records(Kind.PROMPT_HISTORY)]


def test_a_new_ai_is_as_the_api_document_says(ais: Ais) -> None:
    check_record(ais.create(GOOD), "AIManagerAI")


def test_a_new_ai_can_be_dialled_and_has_its_first_prompt_version(world: World, ais: Ais) -> None:
    ai = ais.create(GOOD)
    assert world.hashes[ai["direct_hash"]] == (Kind.AI, ai["id"])
    [row] = world.records(Kind.PROMPT_HISTORY, ai_id=ai["id"])
    assert (row["id"], row["prompt"]) == (ai["current_prompt_history_id"], "Be kind.")
    check_record(row, "AIManagerAIPromptHistory")
    # What the event tells is complete: whoever listens can dial at once.
    assert [(event.type, event.data["direct_hash"]) for event in world.history] == [("ai_created", ai["direct_hash"])]


def test_replacing_clears_what_is_left_out_but_the_type(world: World, ais: Ais) -> None:
    ai = ais.create({**GOOD, "type": "insight", "tool_names": []})
    ais.replace(ai["id"], {"engine_model": "openai.gpt-5"})
    kept = {name: ai[name] for name in ("type", "name", "init_prompt", "tts_type", "parameter")}
    assert kept == {"type": "insight", "name": "", "init_prompt": "", "tts_type": "", "parameter": {}}


def test_a_prompt_version_is_added_for_every_change_and_none_for_clearing(world: World, ais: Ais) -> None:
    ai = ais.create(GOOD)
    for prompt in ("Be kind.", "Be quick.", "", "Be kind."):
        ais.replace(ai["id"], {**GOOD, "init_prompt": prompt})
        assert (ai["current_prompt_history_id"] is None) == (prompt == "")
    assert prompts(world) == ["Be kind.", "Be quick.", "Be kind."]


def test_an_ai_without_a_prompt_has_no_version(world: World, ais: Ais) -> None:
    ai = ais.create({"engine_model": "openai.gpt-5"})
    assert ai["current_prompt_history_id"] is None
    assert prompts(world) == []


def test_an_old_hash_leads_nowhere_at_once(world: World, ais: Ais) -> None:
    ai = ais.create(GOOD)
    old = ai["direct_hash"]
    ais.regenerate_hash(ai["id"])
    assert old not in world.hashes
    assert world.hashes[ai["direct_hash"]] == (Kind.AI, ai["id"])


def test_a_deleted_ai_cannot_be_dialled_or_found(world: World, ais: Ais) -> None:
    ai = ais.create(GOOD)
    ais.delete(ai["id"])
    assert not world.hashes
    with pytest.raises(ApiError) as refused:
        ais.delete(ai["id"])
    assert refused.value.reason == "AI_NOT_FOUND"
    assert [event.type for event in world.history] == ["ai_created", "ai_deleted"]


def test_a_refused_replacement_changes_nothing(world: World, ais: Ais) -> None:
    ai = ais.create(GOOD)
    before = dict(ai)
    with pytest.raises(ApiError):
        ais.replace(ai["id"], {**GOOD, "init_prompt": "New.", "tts_type": "gramophone"})
    assert ai == before
    assert prompts(world) == ["Be kind."]


@pytest.mark.parametrize("missing", ["name", "engine_model", "init_prompt"])
def test_strict_mode_asks_for_the_required_fields(missing: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != missing}
    with pytest.raises(ApiError) as refused:
        Ais(World(clock=VirtualClock(), seed=1, mode=Mode.STRICT)).create(body)
    assert (refused.value.http_status, refused.value.reason) == (400, "INVALID_ARGUMENT")
    assert missing in refused.value.message


def test_at_most_one_insight_ai_is_active(world: World, ais: Ais) -> None:
    first, second = (ais.create({**GOOD, "type": "insight", "tool_names": []}) for _ in range(2))
    assert not first["is_insight_active"]
    ais.activate_insight(first["id"])
    ais.activate_insight(second["id"])
    assert (first["is_insight_active"], second["is_insight_active"]) == (False, True)
    told = len(world.history)
    ais.activate_insight(second["id"])
    assert len(world.history) == told


def test_an_insight_ai_that_becomes_normal_is_active_no_more(ais: Ais) -> None:
    ai = ais.create({**GOOD, "type": "insight", "tool_names": []})
    ais.activate_insight(ai["id"])
    ais.replace(ai["id"], {**GOOD, "type": "normal"})
    assert not ai["is_insight_active"]


def test_an_ai_that_talks_cannot_be_the_active_insight_ai(ais: Ais) -> None:
    ai = ais.create(GOOD)
    with pytest.raises(ApiError) as refused:
        ais.activate_insight(ai["id"])
    assert (refused.value.http_status, refused.value.reason) == (400, "AI_NOT_INSIGHT_TYPE")


def test_another_customers_ai_is_out_of_reach(ais: Ais) -> None:
    ai = ais.create(GOOD)
    with pytest.raises(ApiError) as refused:
        ais.delete(ai["id"], customer_id="somebody else")
    assert refused.value.reason == "PERMISSION_DENIED"
