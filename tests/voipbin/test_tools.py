import json

import pytest

from harness.errors import UnknownNameError
from harness.voipbin.tools import (
    TOOLS,
    Tool,
    ToolArgumentError,
    check_arguments,
    llm_result,
    split_run_llm,
    stored_result,
    tool_specs,
    transition_tool,
)

BY_NAME = {tool.name: tool for tool in TOOLS}
INSIGHT = {"get_contact_interactions", "get_conversation_content", "get_related_cases", "get_case_notes"}
RUNS_AGAIN = {"search_knowledge", "get_correlation", "get_resource", "create_call", "describe_action", "case_create"}


def named(*tools: Tool) -> list[str]:
    return [tool.name for tool in tools]


@pytest.mark.parametrize(
    ("names", "has_rag", "offered"),
    [
        ((), True, []),
        (("stop_service", "connect_call"), False, ["connect_call", "stop_service"]),
        (("search_knowledge",), True, ["search_knowledge"]),
        (("search_knowledge",), False, []),
        (("get_case_notes",), True, []),
    ],
    ids=["none", "in-the-platforms-order", "search-with-knowledge", "search-without-knowledge", "insight-alone"],
)
def test_an_ai_is_offered_the_tools_it_names(names: tuple[str, ...], has_rag: bool, offered: list[str]) -> None:
    assert named(*tool_specs(names, has_rag=has_rag)) == offered


def test_all_means_every_tool_of_the_ais_type() -> None:
    assert set(named(*tool_specs(["all"], has_rag=True))) == BY_NAME.keys() - INSIGHT
    assert set(named(*tool_specs(["all"], has_rag=False, insight=True))) == INSIGHT


def test_an_unknown_tool_gets_the_nearest_known_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'stop_service'"):
        tool_specs(["stop_servise"], has_rag=False)


@pytest.mark.parametrize("tool", TOOLS, ids=named(*TOOLS))
def test_every_tool_says_whether_the_model_speaks_again_and_lets_a_call_decide(tool: Tool) -> None:
    assert "run_llm" in tool.parameters["properties"]
    assert split_run_llm(tool, {}).run_llm is (tool.name in RUNS_AGAIN | INSIGHT)
    for wish in (True, False):
        assert split_run_llm(tool, {"text": "Hi", "run_llm": wish}) == ({"text": "Hi"}, wish)


def test_a_transition_is_a_function_without_arguments() -> None:
    tool = transition_tool("to_sales", description="For anyone who wants to buy.")
    assert (tool.name, tool.description) == ("to_sales", "For anyone who wants to buy.")
    assert check_arguments(tool, "{}") == {}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("stop_service", {}),
        ("stop_service", {"run_llm": True}),
        ("connect_call", {"destinations": [{"type": "tel", "target": "+15551111111"}]}),
        ("set_variables", {"variables": {"name": "Ann"}}),
        ("search_knowledge", {"query": "hours", "unknown": 7}),
    ],
    ids=["none", "run-llm", "addresses", "variables", "unknown-ones-are-kept"],
)
def test_arguments_that_fit_are_returned(name: str, arguments: dict[str, object]) -> None:
    assert check_arguments(BY_NAME[name], json.dumps(arguments)) == arguments


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("search_knowledge", '{"query": "ho', "not valid JSON"),
        ("search_knowledge", "", "not valid JSON"),
        ("search_knowledge", "[" * 100_000, "not valid JSON"),
        ("search_knowledge", "[]", "must be an object, not an array"),
        ("search_knowledge", "null", "must be an object, not null"),
        ("search_knowledge", "{}", "'query' of search_knowledge is missing"),
        ("search_knowledge", '{"query": 7}', "'query' of search_knowledge must be a string, not a number"),
        ("connect_call", '{"destinations": "sales"}', "'destinations' of connect_call must be an array, not a string"),
        ("connect_call", '{"destinations": ["sales"]}', r"'destinations\[0\]' of connect_call must be an object"),
        ("connect_call", '{"destinations": [{"target": 1}]}', r"'destinations\[0\]\.target' .* must be a string"),
        ("set_variables", '{"variables": true}', "must be an object, not a boolean"),
        ("stop_service", '{"run_llm": "yes"}', "'run_llm' of stop_service must be a boolean, not a string"),
    ],
    ids=[
        "broken",
        "empty",
        "too-deep",
        "array",
        "null",
        "missing",
        "no-string",
        "no-array",
        "no-object",
        "deep-inside",
        "boolean-for-object",
        "no-boolean",
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(name: str, arguments: str, words: str) -> None:
    with pytest.raises(ToolArgumentError, match=words):
        check_arguments(BY_NAME[name], arguments)


@pytest.mark.parametrize(("value", "fits"), [(3, True), (True, False), ("3", False)], ids=["int", "bool", "text"])
def test_a_boolean_is_no_integer(value: object, fits: bool) -> None:
    tool = Tool(
        name="wait",
        description="Waits.",
        parameters={"type": "object", "properties": {"seconds": {"type": "integer"}}},
    )
    arguments = json.dumps({"seconds": value})
    if fits:
        assert check_arguments(tool, arguments) == {"seconds": value}
    else:
        with pytest.raises(ToolArgumentError, match="must be an integer"):
            check_arguments(tool, arguments)


def test_the_model_reads_data_or_an_error() -> None:
    assert json.loads(llm_result("ok", {"city": "Köln"})) == {"status": "ok", "data": {"city": "Köln"}}
    assert json.loads(llm_result("error", "no such flow")) == {"status": "error", "error": "no such flow"}


def test_the_platform_keeps_what_became_of_a_call() -> None:
    kept = stored_result("call_1", ok=True, message="connected", resource_type="call", resource_id="7")
    assert kept == {
        "tool_call_id": "call_1",
        "result": "success",
        "message": "connected",
        "resource_type": "call",
        "resource_id": "7",
    }
    assert stored_result("call_1", ok=False, message="busy")["result"] == "failed"
