"""How a flow's end, its call's end and the flow that follows hang together."""

from typing import Any

import pytest

from harness.model.call import EventKind
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import HOUR_MS, Stage, action

NOTE = action("variable_set", key="seen", value="${voipbin.activeflow.complete_count}")


def stored(stage: Stage, *actions: dict[str, Any], then: str | None = None) -> Record:
    return stage.world.create(Kind.FLOW, actions=list(actions), on_complete_flow_id=then)


def started(stage: Stage, *actions: dict[str, Any], flow_id: str = "") -> Record:
    return stage.platform.start_activeflow(
        id="", flow_id=flow_id, actions=actions, variables={}, webhook_uri="", webhook_method=""
    )


def ends_of(stage: Stage) -> list[str]:
    """Hang-ups of calls and ends of flows, in order."""
    return [
        event.type
        for event in stage.world.history
        if event.type == "call_hangup" or (event.type == "activeflow_updated" and event.data["status"] == "ended")
    ]


@pytest.mark.parametrize(
    ("actions", "order"),
    [
        pytest.param([action("answer")], ["call_hangup", "activeflow_updated"], id="the list is over"),
        pytest.param([action("answer"), action("stop")], ["call_hangup", "activeflow_updated"], id="stop"),
        pytest.param([action("answer"), action("hangup")], ["call_hangup", "activeflow_updated"], id="hangup"),
        pytest.param([action("answer"), action("ai_talk")], ["activeflow_updated", "call_hangup"], id="failed"),
        pytest.param(
            [action("answer"), action("goto", id="g", target_id="g", loop_count=1_000)],
            ["activeflow_updated", "call_hangup"],
            id="too long",
        ),
    ],
)
def test_call_ends_with_its_flow(actions: list[dict[str, Any]], order: list[str]) -> None:
    stage = Stage()
    line = stage.incoming(*actions)
    stage.run(for_ms=2_000)
    assert ends_of(stage) == order
    assert (line.record["status"], line.record["hangup_by"], line.record["hangup_reason"]) == (
        "hangup",
        "local",
        "normal",
    )


@pytest.mark.parametrize(
    ("actions", "how"),
    [([action("connect")], "failed"), ([action("goto", id="g", target_id="g", loop_count=1_000)], "limit")],
    ids=["failed", "too long"],
)
def test_log_says_why_a_flow_failed(actions: list[dict[str, Any]], how: str) -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), *actions)
    stage.run(for_ms=2_000)
    (failed,) = line.of(EventKind.FLOW_FAILED)
    assert failed.data == {"type": actions[0]["type"], "how": how}


def test_caller_who_hangs_up_ends_the_flow_after_the_call() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=60_000), action("beep"))
    stage.at(5_000, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=HOUR_MS)
    assert ends_of(stage) == ["call_hangup", "activeflow_updated"]
    assert line.entered == ["answer", "sleep"]


def test_stopping_a_flow_hangs_its_call_up_and_stopping_it_twice_is_nothing() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=60_000))
    stage.run(for_ms=2_000)
    for _ in range(2):
        assert stage.platform.stop_activeflow(line.record["activeflow_id"])["status"] == "ended"
    assert ends_of(stage) == ["call_hangup", "activeflow_updated"]


def test_flow_that_follows_runs_without_the_call_and_knows_what_was_known() -> None:
    stage = Stage()
    after = stored(stage, NOTE, action("answer"), action("message_send", text="Bye ${name} ${seen}"))
    flow = stored(stage, action("answer"), action("variable_set", key="name", value="Ada"), then=after["id"])
    line = stage.incoming(*flow["actions"], flow=flow)
    stage.run(for_ms=2_000)
    first, second = stage.records(Kind.ACTIVEFLOW)
    assert (second["reference_activeflow_id"], second["reference_type"]) == (first["id"], "api")
    assert [each["type"] for each in second["executed_actions"]] == ["variable_set", "message_send"]
    assert [sent.data["text"] for sent in stage.works.outbox.sent] == ["Bye Ada 1"]
    assert ends_of(stage) == ["call_hangup", "activeflow_updated", "activeflow_updated"]
    assert line.record["activeflow_id"] == first["id"]


@pytest.mark.parametrize("disturbs", ["", "0", "many"], ids=["plain", "count set back", "count unreadable"])
def test_five_flows_follow_one_another_and_no_sixth(disturbs: str) -> None:
    stage = Stage()
    meddling = action("variable_set", key="voipbin.activeflow.complete_count", value=disturbs)
    flow = stored(stage, NOTE, *([meddling] if disturbs else []))
    flow["on_complete_flow_id"] = flow["id"]
    started(stage, flow_id=flow["id"])
    stage.run(for_ms=1_000)
    made = stage.records(Kind.ACTIVEFLOW)
    assert [each["status"] for each in made] == ["ended"] * 6
    counts = [stage.works.activeflows.variables[each["id"]]["seen"] for each in made]
    assert counts == ["0", "1", "2", "3", "4", "5"]


def test_deleted_flow_does_not_follow() -> None:
    stage = Stage()
    after = stored(stage, NOTE)
    flow = stored(stage, NOTE, then=after["id"])
    stage.world.delete(after)
    started(stage, flow_id=flow["id"])
    stage.run(for_ms=1_000)
    assert len(stage.records(Kind.ACTIVEFLOW)) == 1


def test_flow_without_a_call_waits_at_block_until_it_is_stopped() -> None:
    stage = Stage()
    flow = started(stage, action("block"), NOTE)
    stage.run(for_ms=HOUR_MS)
    assert (flow["status"], flow["current_action"]["type"]) == ("running", "block")
    stage.platform.stop_activeflow(flow["id"])
    assert flow["status"] == "ended"
    assert len(flow["executed_actions"]) == 1


def test_call_tells_all_about_itself_when_it_is_asked() -> None:
    stage = Stage()
    line = stage.incoming(
        action("answer"), action("variable_set", key="all", value="${voipbin.flow.reference_data}"), action("echo")
    )
    stage.run(for_ms=2_000)
    assert f'"id": "{line.record["id"]}"' in stage.variables(line)["all"]


def test_call_and_its_flow_are_known_by_their_variables() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("echo"), variables={"voipbin.call.digits": "", "mood": "good"})
    stage.run(for_ms=2_000)
    known = stage.variables(line)
    assert known["voipbin.call.id"] == line.record["id"]
    assert known["voipbin.call.source.target"] == "+15550100001"
    assert known["voipbin.call.direction"] == "incoming"
    assert known["voipbin.activeflow.id"] == line.record["activeflow_id"]
    assert known["voipbin.activeflow.reference_id"] == line.record["id"]
    assert known["mood"] == "good"
