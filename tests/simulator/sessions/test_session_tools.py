"""Tools of an agent in a call: checked, done or mocked, told to the model, and kept."""

import json
from typing import Any

import pytest

from harness.interfaces import Message, MessageRole
from harness.model.call import EventKind
from harness.model.platform import Callee, ToolMock
from harness.simulator.flows.outbox import SentKind
from harness.simulator.sessions.history import STILL_RUNNING
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, action, calling

RUN = 60_000
ALL = ["all"]


def using(
    name: str, *after: str, mocks: tuple[ToolMock, ...] = (), then: Any = (), **arguments: Any
) -> tuple[Stage, Line]:
    """Hold a call whose agent greets with a tool call."""
    call = calling(name, json.dumps(arguments), words="One moment.")
    stage = Stage(call, *(after or ("Done.",)), mocks=mocks, callees=(Callee(target="*", ring_ms=1_000),))
    return stage, stage.with_ai(tool_names=ALL, then=then)


def result_of(stage: Stage, run: int = 1) -> Any:
    """What the model was told of its tool in its next run."""
    return json.loads(next(m.content for m in stage.agent.asked[run] if m.role is MessageRole.TOOL))


def stored_of(stage: Stage) -> Any:
    return json.loads(stage.messages("tool")[0][1])


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("order_pizza", "{}", "There is no tool order_pizza"),
        ("send_message", "{", "not valid JSON"),
        ("send_message", "[]", "must be an object"),
        ("send_message", '{"destinations": []}', "'text' of send_message is missing"),
        ("send_message", '{"destinations": {}, "text": "Hi"}', "'destinations' of send_message must be an array"),
        ("get_variables", '{"run_llm": "yes"}', "'run_llm' of get_variables must be a boolean"),
    ],
    ids=["unknown", "broken", "no object", "missing", "wrong type", "wrong flag"],
)
def test_call_that_does_not_fit_is_told_to_the_model_and_nothing_happens(name: str, arguments: str, words: str) -> None:
    stage = Stage(calling(name, arguments), "Sorry.")
    line = stage.with_ai(tool_names=ALL)
    stage.run(for_ms=RUN)
    told = result_of(stage)
    assert told["status"] == "error"
    assert words in told["error"]
    assert line.spoken() == ["Sorry."]
    assert stage.works.outbox.sent == []
    assert (stored_of(stage)["result"], line.of(EventKind.TOOL_RETURNED)[0].data["ok"]) == ("failed", False)


def test_tool_the_ai_does_not_have_is_unknown() -> None:
    stage = Stage(calling("get_variables"), "Sorry.")
    stage.with_ai(tool_names=["stop_service"])
    stage.run(for_ms=RUN)
    assert result_of(stage)["error"] == "There is no tool get_variables; there is: stop_service."
    assert [tool.name for tool in stage.agent.offered[0]] == ["stop_service"]


@pytest.mark.parametrize(
    ("mock", "flag", "runs", "told", "after_ms"),
    [
        (ToolMock(name="get_variables", result={"a": 1}), True, True, {"status": "ok", "data": {"a": 1}}, 0),
        (ToolMock(name="get_variables", result="x", delay_ms=3_000), True, True, {"status": "ok", "data": "x"}, 3_000),
        (ToolMock(name="get_variables", error="no"), True, True, {"status": "error", "error": "no"}, 0),
        (ToolMock(name="get_variables", times_out=True), True, True, {"status": "error"}, 10_000),
        (ToolMock(name="get_variables", delay_ms=20_000), True, True, {"status": "error"}, 10_000),
        (ToolMock(name="get_variables"), None, False, None, 0),
        (ToolMock(name="get_resource", result=1), None, True, {"status": "ok", "data": 1}, 0),
        (ToolMock(name="get_resource", result=1), False, False, None, 0),
    ],
    ids=["result", "late", "error", "never", "too late", "silent by default", "speaks by default", "told not to"],
)
def test_mock_answers_in_place_of_the_tool(
    mock: ToolMock, flag: bool | None, runs: bool, told: dict[str, Any] | None, after_ms: int
) -> None:
    arguments = {} if mock.name == "get_variables" else {"resource_type": "call", "resource_id": "x"}
    asked = {**arguments, **({} if flag is None else {"run_llm": flag})}
    stage, line = using(mock.name, mocks=(mock,), **asked)
    stage.run(for_ms=RUN)
    called, returned = line.of(EventKind.TOOL_CALLED, EventKind.TOOL_RETURNED)
    assert len(stage.agent.asked) == (2 if runs else 1)
    assert after_ms <= returned.at_ms - called.at_ms <= after_ms + (0 if after_ms == 10_000 else 1_200)
    if told is not None:
        assert result_of(stage) | told == result_of(stage)
    assert stored_of(stage)["result"] == ("success" if returned.data["ok"] else "failed")


def test_call_and_result_are_kept_as_messages() -> None:
    stage, _ = using("set_variables", variables={"table": "4"})
    stage.run(for_ms=RUN)
    asked, answered = (each for each in stage.records(Kind.MESSAGE) if each["role"] in ("assistant", "tool"))
    assert asked["content"] == "One moment."
    assert asked["tool_calls"] == [
        {
            "id": "call_1",
            "type": "function",
            "function": {"name": "set_variables", "arguments": '{"variables": {"table": "4"}}'},
        }
    ]
    assert answered["tool_call_id"] == "call_1"
    assert (asked["direction"], answered["direction"]) == ("incoming", "outgoing")


def test_variables_are_set_and_read_but_not_the_platforms_own() -> None:
    stage, line = using("set_variables", variables={"table": "4", "voipbin.call.id": "x"})
    stage.run(for_ms=RUN)
    assert stage.variables(line)["table"] == "4"
    assert stage.variables(line)["voipbin.call.id"] == line.leg.id
    stage, line = using("get_variables", run_llm=True)
    stage.run(for_ms=RUN)
    assert result_of(stage)["data"]["voipbin.call.id"] == line.leg.id


def test_what_is_set_is_read_by_the_actions_that_follow() -> None:
    stage = Stage(calling("set_variables", '{"variables": {"who": "Ada"}, "run_llm": true}'), calling("stop_service"))
    line = stage.with_ai(tool_names=ALL, then=(action("talk", text="Bye ${who}"),))
    stage.run(for_ms=RUN)
    assert line.spoken() == ["Bye Ada"]


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("send_email", {"destinations": [], "subject": "s", "content": "c"}, SentKind.EMAIL),
        ("send_message", {"destinations": [], "text": "t"}, SentKind.MESSAGE),
        ("case_create", {"detail": "d"}, SentKind.CASE),
    ],
    ids=str,
)
def test_what_is_sent_is_kept(name: str, arguments: dict[str, Any], kind: SentKind) -> None:
    stage, _ = using(name, **arguments)
    stage.run(for_ms=RUN)
    (sent,) = stage.works.outbox.sent
    assert (sent.kind, sent.data) == (kind, arguments)
    assert stored_of(stage)["resource_id"] == sent.id


def test_call_is_created_and_runs_on_its_own() -> None:
    guest = {"type": "sip", "target": "guest"}
    stage, line = using("create_call", destinations=[guest], actions=[action("talk", text="Hi")])
    stage.run(for_ms=RUN)
    made = stage.records(Kind.CALL)[1]
    assert result_of(stage)["data"] == {"call_ids": [made["id"]]}
    assert made["status"] == "hangup"
    assert not line.leg.is_over


@pytest.mark.parametrize(
    ("name", "arguments", "fact"),
    [
        ("describe_action", {"action_type": "talk"}, {"type": "talk", "media": "rtc"}),
        ("describe_action", {"action_type": "fly"}, "there is no action type 'fly'"),
        ("get_resource", {"resource_type": "moon", "resource_id": "x"}, "resource_type must be one of"),
        ("get_resource", {"resource_type": "call", "resource_id": "x"}, "'x'"),
        ("get_aicall_messages", {"aicall_id": "x", "run_llm": True}, "'x'"),
        ("stop_media", {"run_llm": True}, None),
    ],
    ids=["action", "no action", "no kind", "no call", "no aicall", "media"],
)
def test_model_is_told_what_a_tool_found(name: str, arguments: dict[str, Any], fact: object) -> None:
    stage, _ = using(name, **arguments)
    stage.run(for_ms=RUN)
    told = result_of(stage)
    assert fact in told["error"] if isinstance(fact, str) else told["data"] == fact


def shown(message: Message) -> str:
    return f"{message.role.value}: {message.content or [call.id for call in message.tool_calls]}"


def test_caller_who_speaks_before_the_result_is_there_is_answered_without_it_and_then_with_it() -> None:
    slow = ToolMock(name="get_variables", result="four", delay_ms=8_000)
    stage, line = using("get_variables", "Still looking.", "It is four.", mocks=(slow,), run_llm=True)
    line.says("Hurry", at_ms=5_000)
    stage.run(for_ms=RUN)
    first, second = stage.agent.asked[1:]
    running, done = ("tool: " + content for content in (STILL_RUNNING, '{"status": "ok", "data": "four"}'))
    assert [shown(message) for message in first] == ["assistant: One moment.", running, "user: Hurry"]
    assert [shown(message) for message in second] == [
        "assistant: One moment.",
        done,
        "user: Hurry",
        "assistant: Still looking.",
    ]
    assert line.spoken() == ["One moment.", "Still looking.", "It is four."]


def test_caller_who_is_speaking_when_the_result_comes_is_answered_once_with_both() -> None:
    slow = ToolMock(name="get_variables", result="four", delay_ms=4_000)
    stage, line = using("get_variables", "Both.", mocks=(slow,), run_llm=True)
    line.says("word " * 20, at_ms=4_500)
    stage.run(for_ms=RUN)
    assert len(stage.agent.asked) == 2
    assert [message.role for message in stage.agent.asked[1]] == [
        MessageRole.ASSISTANT,
        MessageRole.TOOL,
        MessageRole.USER,
    ]


def test_murmur_does_not_keep_the_model_from_its_result() -> None:
    slow = ToolMock(name="get_variables", result="four", delay_ms=4_000)
    stage, line = using("get_variables", "It is four.", mocks=(slow,), run_llm=True)
    line.is_told("uh", at_ms=4_500, final=False)
    stage.run(for_ms=RUN)
    assert line.spoken() == ["One moment.", "It is four."]


def test_nobody_waits_for_a_tool_of_a_call_that_is_over() -> None:
    stage, line = using(
        "send_message", mocks=(ToolMock(name="send_message", delay_ms=5_000),), destinations=[], text="x"
    )
    stage.at(4_000, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=HOUR_MS)
    assert line.of(EventKind.TOOL_CALLED)
    assert not line.of(EventKind.TOOL_RETURNED)
    assert line.kinds[-1] == "call_hangup"
