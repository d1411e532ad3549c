"""Flows that run on their own: what their actions do there, and what is skipped."""

from typing import Any

import pytest

from harness.errors import CallError
from harness.simulator.exchange.executors.control import Fetch
from harness.voipbin.actions import Action, ActionType, Media
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import AI, HOTEL, HOUR_MS, Stage, action

END = action("message_send", text="end")


def run(stage: Stage, *actions: dict[str, Any], variables: dict[str, str] | None = None) -> Record:
    flow = stage.platform.start_activeflow(
        id="", flow_id="", actions=actions, variables=variables or {}, webhook_uri="", webhook_method=""
    )
    stage.run(for_ms=HOUR_MS)
    return flow


def executed(flow: Record) -> list[str]:
    return [each["type"] for each in flow["executed_actions"]]


@pytest.mark.parametrize(
    "type_", [type_ for type_ in ActionType if not Action(type=type_).runs_in(Media.OTHER)], ids=str
)
def test_action_of_calls_is_skipped_without_a_call(type_: ActionType) -> None:
    flow = run(Stage(mode=Mode.SEED), action(type_.value), END)
    assert executed(flow) == ["message_send"]
    assert (flow["status"], flow["reference_type"], flow["reference_id"]) == ("ended", "api", None)


@pytest.mark.parametrize(
    ("what", "goes_on"),
    [
        (action("ai_talk"), True),
        (action("variable_set", key="a", value="b"), True),
        (action("variable_set"), True),
        (action("branch", variable="a"), True),
        (action("goto", target_id="x", loop_count=1), True),
        (action("condition_variable", variable="1", value_type="number", value_number=1), True),
        (action("condition_datetime", hour=0), True),
        (action("case_create", name="x"), True),
        (action("conversation_send", text="x"), True),
        (action("email_send", subject="x"), True),
        (action("webhook_send", uri="http://a"), True),
        (action("transcribe_recording"), True),
        (action("call", source=HOTEL, destinations=[{"type": "sip", "target": "x"}], actions=[]), True),
        (action("call", destinations=[], actions=[{"type": "unknown"}]), False),
        (action("ai_task"), False),
        (action("ai_task", assistance_id="x"), False),
        (action("ai_summary", reference_type="call", reference_id="x"), False),
        (action("fetch_flow", flow_id="x"), False),
        (action("fetch", event_url="http://a"), False),
        (action("stop"), False),
    ],
    ids=lambda value: f"{value['type']} {value['option']}" if isinstance(value, dict) else "",
)
def test_flow_goes_on_or_ends(what: dict[str, Any], goes_on: bool) -> None:
    flow = run(Stage(), what, END)
    assert executed(flow) == [what["type"], *(["message_send"] if goes_on else [])]
    assert flow["status"] == "ended"


def test_task_is_worked_on_before_the_flow_goes_on() -> None:
    stage = Stage("Done as asked.")
    ai = stage.platform.ais.create({**AI, "init_prompt": "Note ${name}."})
    flow = run(stage, action("ai_task", assistance_id=ai["id"]), END, variables={"name": "Ada"})
    (aicall,) = stage.records(Kind.AICALL)
    assert executed(flow) == ["ai_task", "message_send"]
    assert stage.works.outbox.sent[0].at_ms > 0
    assert (aicall["reference_type"], aicall["status"], aicall["activeflow_id"]) == ("task", "terminated", flow["id"])
    assert [content for _, content in stage.messages("system")][1] == "Note Ada."
    assert stage.messages() == [("assistant", "Done as asked.")]


def test_task_that_was_terminated_leaves_no_answer_and_the_flow_goes_on() -> None:
    stage = Stage("Too late.")
    ai = stage.platform.ais.create(AI)
    stage.at(1, lambda: stage.platform.terminate_aicall(stage.records(Kind.AICALL)[0]["id"]))
    flow = run(stage, action("ai_task", assistance_id=ai["id"]), END)
    assert executed(flow) == ["ai_task", "message_send"]
    assert stage.messages() == []
    assert stage.told("aicall_status_terminated") == ["aicall_status_terminated"]


def test_stored_flow_is_run_in_the_middle_of_another() -> None:
    stage = Stage()
    inner = stage.world.create(Kind.FLOW, actions=[action("variable_set", key="a", value="1"), action("talk")])
    flow = run(stage, action("fetch_flow", flow_id=inner["id"]), END)
    assert executed(flow) == ["fetch_flow", "variable_set", "message_send"]


def fetching(*actions: dict[str, Any], fails: bool = False) -> tuple[Fetch, list[tuple[str, str, Any]]]:
    asked: list[tuple[str, str, Any]] = []

    async def fetch(url: str, method: str, body: Any) -> Any:
        asked.append((url, method, body))
        if fails:
            raise CallError("no answer")
        return actions

    return fetch, asked


def test_fetched_actions_are_run_and_the_server_is_told_who_asks() -> None:
    fetch, asked = fetching(action("email_send", subject="${who}"), action("talk"))
    stage = Stage(fetch=fetch)
    flow = run(stage, action("fetch", event_url="http://a/${who}"), END, variables={"who": "ada"})
    assert executed(flow) == ["fetch", "email_send", "message_send"]
    assert asked == [("http://a/ada", "POST", {"activeflow_id": flow["id"], "reference_id": None})]
    assert stage.works.outbox.sent[0].data["subject"] == "ada"


@pytest.mark.parametrize("fails", [True, False], ids=["no answer", "unknown action"])
def test_flow_ends_when_nothing_useful_was_fetched(fails: bool) -> None:
    fetch, _ = fetching(action("unknown"), fails=fails)
    assert executed(run(Stage(fetch=fetch), action("fetch", event_url="http://a"), END)) == ["fetch"]


def test_summary_of_a_call_is_there_for_the_flow_that_follows_it() -> None:
    stage = Stage()
    follower = stage.world.create(
        Kind.FLOW, actions=[action("message_send", text="${voipbin.ai_summary.content}|${voipbin.ai_summary.language}")]
    )
    line = stage.incoming(action("answer"))
    stage.run(for_ms=5_000)
    ask = action("ai_summary", reference_type="call", reference_id=line.leg.id, on_end_flow_id=follower["id"])
    run(stage, ask)
    assert [sent.data["text"] for sent in stage.works.outbox.sent] == ["Nothing was said.|en-US"]
