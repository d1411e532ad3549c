"""Teams and flows as resources."""

from typing import Any

import pytest

from harness.errors import ApiError
from harness.simulator.kernel.world import World
from harness.simulator.records.ais import Ais
from harness.simulator.records.flowbook import FlowBook
from harness.simulator.records.teams import Teams
from harness.telephone.clock import VirtualClock
from harness.voipbin.mode import Mode
from harness.voipbin.resources import NIL_ID, Kind
from tests.api_document import check_record

ONE, TWO, NOBODY = (f"{digit * 8}-aaaa-4aaa-8aaa-aaaaaaaaaaaa" for digit in "123")


def make_world(mode: Mode = Mode.SEED) -> World:
    return World(clock=VirtualClock(), seed=1, mode=mode)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def ai_id(world: World) -> str:
    id: str = Ais(world).create({"engine_model": "openai.gpt-5"})["id"]
    return id


def team_body(ai_id: str, **changes: Any) -> dict[str, Any]:
    hand_over = {"function_name": "to_sales", "description": "When they want to buy.", "next_member_id": TWO}
    members = [
        {"id": ONE, "name": "Front", "ai_id": ai_id, "transitions": [hand_over]},
        {"id": TWO, "name": "Sales", "ai_id": ai_id},
    ]
    return {"name": "Desk", "detail": "", "start_member_id": ONE, "members": members, **changes}


def test_a_new_team_is_as_the_api_document_says_and_can_be_dialled(world: World, ai_id: str) -> None:
    team = Teams(world).create(team_body(ai_id))
    assert world.hashes[team["direct_hash"]] == (Kind.TEAM, team["id"])
    check_record(team, "AIManagerTeam")


def test_a_team_need_not_say_who_starts(world: World, ai_id: str) -> None:
    assert Teams(world).create(team_body(ai_id, start_member_id=""))["start_member_id"] == NIL_ID


def member(ai_id: str, id: str = ONE, *transitions: dict[str, Any]) -> dict[str, Any]:
    return {"id": id, "name": "M", "ai_id": ai_id, "transitions": list(transitions)}


def transition(name: str = "go", to: str = ONE) -> dict[str, Any]:
    return {"function_name": name, "description": "", "next_member_id": to}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (lambda ai: {"members": []}, "at least one member"),
        (lambda ai: {"start_member_id": NOBODY}, "none of the members"),
        (lambda ai: {"members": [member(NOBODY)]}, "no AI there is"),
        (lambda ai: {"members": [member("x")]}, "no AI there is"),
        (lambda ai: {"members": [member(ai, "front")]}, "no UUID"),
        (lambda ai: {"members": [member(ai), member(ai)]}, "same id"),
        (lambda ai: {"members": [member(ai, ONE, transition(to=NOBODY))]}, "no member"),
        (lambda ai: {"members": [member(ai, ONE, transition("stop_flow"))]}, "tool"),
        (lambda ai: {"members": [member(ai, ONE, transition("to sales"))]}, "no name"),
        (lambda ai: {"members": [member(ai, ONE, transition(), transition())]}, "same function_name"),
        (lambda ai: {"members": "all"}, "list"),
    ],
)
def test_a_team_that_cannot_work_is_refused(world: World, ai_id: str, changes: Any, said: str) -> None:
    with pytest.raises(ApiError, match=said) as refused:
        Teams(world).create(team_body(ai_id, **changes(ai_id)))
    assert refused.value.http_status == 400
    assert not list(world.records(Kind.TEAM))


def test_a_team_lives_as_an_ai_does(world: World, ai_id: str) -> None:
    teams = Teams(world)
    team = teams.create(team_body(ai_id))
    old = team["direct_hash"]
    teams.regenerate_hash(team["id"])
    assert old not in world.hashes
    assert teams.replace(team["id"], team_body(ai_id, name="Hall"))["name"] == "Hall"
    teams.delete(team["id"])
    assert team["direct_hash"] not in world.hashes
    with pytest.raises(ApiError) as refused:
        teams.replace(team["id"], team_body(ai_id))
    assert refused.value.reason == "TEAM_NOT_FOUND"


ACTIONS = [{"type": "answer"}, {"id": TWO, "type": "talk", "option": {"text": "Hi", "nonsense": 1}, "colour": "red"}]


def test_a_new_flow_is_as_the_api_document_says_and_can_be_dialled(world: World) -> None:
    flow = FlowBook(world).create({"name": "f", "detail": "", "actions": ACTIONS})
    assert world.hashes[flow["direct_hash"]] == (Kind.FLOW, flow["id"])
    assert [event.type for event in world.history] == ["flow_created"]
    check_record(flow, "FlowManagerFlow")


def test_an_action_keeps_its_envelope_and_gets_the_id_it_lacks(world: World) -> None:
    first, second = FlowBook(world).create({"actions": ACTIONS})["actions"]
    assert first["id"] not in ("", NIL_ID)
    assert second == {"id": TWO, "type": "talk", "option": {"text": "Hi", "nonsense": 1}}


@pytest.mark.parametrize(
    ("actions", "mode", "reason"),
    [
        ([{"type": "answer"}, {"type": "dance"}], Mode.SEED, "INVALID_ACTION_TYPE"),
        ([{"type": "empty"}], Mode.SEED, "INVALID_ACTION_TYPE"),
        ([{}], Mode.SEED, "INVALID_ACTION_TYPE"),
        ([{"type": "ai"}], Mode.SEED, None),
        ([{"type": "ai"}], Mode.CURRENT, "INVALID_ACTION_TYPE"),
        ([{"type": "ai"}], Mode.STRICT, "INVALID_ACTION_TYPE"),
        ([{"type": "ai_task"}, {"type": "block"}, {"type": "case_create"}], Mode.CURRENT, None),
        ([{"type": "connect", "option": {"actions": [{"type": "dance"}]}}], Mode.STRICT, None),
        ([{"type": "talk", "option": {"text": 7}}], Mode.STRICT, None),
        ([{"type": "talk", "option": "text"}], Mode.SEED, "INVALID_JSON_BODY"),
        ([{"type": "talk", "id": "first"}], Mode.SEED, "INVALID_ARGUMENT"),
        (["answer"], Mode.SEED, "INVALID_JSON_BODY"),
    ],
)
def test_only_types_are_looked_at_and_a_refused_flow_leaves_nothing(
    actions: list[Any], mode: Mode, reason: str | None
) -> None:
    world = make_world(mode)
    if reason is None:
        FlowBook(world).create({"actions": actions})
        return
    with pytest.raises(ApiError) as refused:
        FlowBook(world).create({"actions": actions})
    assert (refused.value.http_status, refused.value.reason) == (400, reason)
    assert not list(world.records(Kind.FLOW))
    assert not world.hashes


@pytest.mark.parametrize(("mode", "http_status"), [(Mode.CURRENT, 500), (Mode.STRICT, 400)])
def test_a_customer_may_have_so_many_flows_and_no_more(mode: Mode, http_status: int) -> None:
    world = make_world(mode)
    book = FlowBook(world, max_flows=2)
    first = book.create({})
    book.create({})
    with pytest.raises(ApiError) as refused:
        book.create({})
    assert refused.value.http_status == http_status
    book.delete(first["id"])
    book.create({})


def test_a_flow_is_replaced_as_a_whole(world: World) -> None:
    book = FlowBook(world)
    flow = book.create({"name": "f", "actions": ACTIONS, "on_complete_flow_id": ONE})
    book.replace(flow["id"], {"name": "g"})
    assert (flow["name"], flow["actions"], flow["on_complete_flow_id"]) == ("g", [], None)
    old = flow["direct_hash"]
    book.regenerate_hash(flow["id"])
    assert old not in world.hashes
    book.delete(flow["id"])
    assert [event.type for event in world.history] == ["flow_created", "flow_updated", "flow_updated", "flow_deleted"]
