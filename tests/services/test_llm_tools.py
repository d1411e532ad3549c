"""Tool calls of the hosted adapters and of a local server, through the real SDKs."""

import asyncio
import json
from collections.abc import Iterator, Sequence

import pytest

from harness.errors import ServiceError
from harness.interfaces import LLM, Delta, Message, MessageRole, StopReason, ToolCall, ToolSpec
from harness.services.anthropic_llm import AnthropicLLM
from harness.services.local_llm import LocalLLM
from harness.services.openai_llm import OpenAILLM
from harness.services.providers import Endpoint, lookup
from harness.voipbin.engine_models import parse_engine_model
from tests.wire.llm_formats import Call
from tests.wire.llm_server import LLMServer, Raw, Text, ToolCalls

pytest.importorskip("openai", reason="needs the extra [openai]")
pytest.importorskip("anthropic", reason="needs the extra [anthropic]")

PARAMETERS = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
SEARCH = ToolSpec(name="search_knowledge", description="Looks something up.", parameters=PARAMETERS)
STOP = ToolSpec(name="stop_service", description="Ends the talk.", parameters={"type": "object", "properties": {}})
QUESTION = Message(role=MessageRole.USER, content="Are you open?")


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


def connect(server: LLMServer, engine_model: str) -> LLM:
    engine = parse_engine_model(engine_model)
    if engine.provider == "local":
        return LocalLLM(engine, environ={"LOCAL_LLM_BASE_URL": server.openai_url}, timeout_s=20)
    provider = lookup(engine.provider)
    if engine.provider == "anthropic":
        return AnthropicLLM(engine, endpoint=Endpoint(provider=provider, base_url=server.anthropic_url, key="k"))
    return OpenAILLM(engine, endpoint=Endpoint(provider=provider, base_url=server.openai_url, key="k"))


def ask(llm: LLM, *messages: Message, tools: Sequence[ToolSpec] = (SEARCH, STOP)) -> list[Delta]:
    async def collect() -> list[Delta]:
        return [delta async for delta in llm.stream(messages or (QUESTION,), tools=tools)]

    return asyncio.run(collect())


every = pytest.mark.parametrize("engine_model", ["openai.gpt-4o", "anthropic.claude-sonnet-5", "local.qwen2.5"])


@every
def test_a_call_comes_whole_after_the_words_before_it(server: LLMServer, engine_model: str) -> None:
    call = Call("call_1", "search_knowledge", ('{"que', 'ry": ', '"hours"}'))
    server.script([ToolCalls((call,), chunks=("One ", "moment."))])
    assert ask(connect(server, engine_model)) == [
        Delta(text="One "),
        Delta(text="moment."),
        Delta(tool_call=ToolCall(id="call_1", name="search_knowledge", arguments='{"query": "hours"}')),
        Delta(stop=StopReason.TOOL_CALLS),
    ]


@every
def test_parallel_calls_come_in_their_order(server: LLMServer, engine_model: str) -> None:
    calls = (Call("a", "search_knowledge", ('{"query":', '"hours"}')), Call("b", "stop_service", ("{}",)))
    server.script([ToolCalls(calls)])
    assert ask(connect(server, engine_model)) == [
        Delta(tool_call=ToolCall(id="a", name="search_knowledge", arguments='{"query":"hours"}')),
        Delta(tool_call=ToolCall(id="b", name="stop_service", arguments="{}")),
        Delta(stop=StopReason.TOOL_CALLS),
    ]


@every
def test_a_call_without_arguments_has_an_empty_object(server: LLMServer, engine_model: str) -> None:
    server.script([ToolCalls((Call("a", "stop_service", ("",)),))])
    assert ask(connect(server, engine_model))[0].tool_call == ToolCall(id="a", name="stop_service", arguments="{}")


@every
def test_arguments_cut_at_the_token_limit_come_as_far_as_they_got(server: LLMServer, engine_model: str) -> None:
    server.script([ToolCalls((Call("a", "search_knowledge", ('{"query": "ho',)),), stop="length")])
    assert ask(connect(server, engine_model)) == [
        Delta(tool_call=ToolCall(id="a", name="search_knowledge", arguments='{"query": "ho')),
        Delta(stop=StopReason.LENGTH),
    ]


@every
def test_a_stream_that_breaks_off_is_an_error(server: LLMServer, engine_model: str) -> None:
    server.script(lambda _: ToolCalls((Call("a", "search_knowledge", ('{"query": "ho',)),), stop=None))
    with pytest.raises(ServiceError, match="broke off"):
        ask(connect(server, engine_model))


@every
def test_without_tools_the_request_has_no_word_of_them(server: LLMServer, engine_model: str) -> None:
    server.script([Text("Yes.")])
    ask(connect(server, engine_model), tools=())
    assert not {"tools", "tool_choice", "functions"} & set(server.requests[0].body)


@pytest.mark.parametrize("engine_model", ["openai.gpt-4o", "local.qwen2.5"])
def test_chat_completions_are_sent_tools_as_functions(server: LLMServer, engine_model: str) -> None:
    server.script([Text("Yes.")])
    ask(connect(server, engine_model), tools=(SEARCH,))
    function = {"name": "search_knowledge", "description": "Looks something up.", "parameters": PARAMETERS}
    assert server.requests[0].body["tools"] == [{"type": "function", "function": function}]


def test_anthropic_is_sent_tools_with_an_input_schema(server: LLMServer) -> None:
    server.script([Text("Yes.")])
    ask(connect(server, "anthropic.claude-sonnet-5"), tools=(SEARCH,))
    assert server.requests[0].body["tools"] == [
        {"name": "search_knowledge", "description": "Looks something up.", "input_schema": PARAMETERS}
    ]


# --- what was called before -----------------------------------------------------------------------------------------

HISTORY = (
    QUESTION,
    Message(
        role=MessageRole.ASSISTANT,
        content="",
        tool_calls=(
            ToolCall(id="a", name="search_knowledge", arguments='{"query":"Öffnung"}'),
            ToolCall(id="b", name="search_knowledge", arguments='{"query": "ho'),
        ),
    ),
    Message(role=MessageRole.TOOL, content='{"status":"ok","data":"At nine."}', tool_call_id="a"),
    Message(role=MessageRole.TOOL, content='{"status":"error","error":"broken"}', tool_call_id="b"),
    Message(role=MessageRole.USER, content="And?"),
)


def test_chat_completions_are_sent_past_calls_and_a_message_for_each_result(server: LLMServer) -> None:
    server.script([Text("At nine.")])
    ask(connect(server, "openai.gpt-4o"), *HISTORY)
    sent = server.requests[0].messages
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool", "user"]
    assert sent[1]["content"] is None
    assert [(call["id"], call["type"]) for call in sent[1]["tool_calls"]] == [("a", "function"), ("b", "function")]
    assert sent[1]["tool_calls"][0]["function"] == {"name": "search_knowledge", "arguments": '{"query": "Öffnung"}'}
    assert sent[2] == {"role": "tool", "tool_call_id": "a", "content": '{"status":"ok","data":"At nine."}'}


def test_anthropic_is_sent_all_results_in_one_user_message(server: LLMServer) -> None:
    server.script([Text("At nine.")])
    ask(connect(server, "anthropic.claude-sonnet-5"), *HISTORY)
    assert server.requests[0].messages == [
        {"role": "user", "content": "Are you open?"},
        {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "a", "name": "search_knowledge", "input": {"query": "Öffnung"}},
                {"type": "tool_use", "id": "b", "name": "search_knowledge", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "a", "content": '{"status":"ok","data":"At nine."}'},
                {"type": "tool_result", "tool_use_id": "b", "content": '{"status":"error","error":"broken"}'},
                {"type": "text", "text": "And?"},
            ],
        },
    ]


def test_words_said_with_a_call_stay_before_it(server: LLMServer) -> None:
    call = ToolCall(id="a", name="stop_service", arguments="{}")
    said = Message(role=MessageRole.ASSISTANT, content="Goodbye.", tool_calls=(call,))
    result = Message(role=MessageRole.TOOL, content="{}", tool_call_id="a")
    server.script([Text("."), Text(".")])
    ask(connect(server, "openai.gpt-4o"), QUESTION, said, result)
    ask(connect(server, "anthropic.claude-sonnet-5"), QUESTION, said, result)
    assert server.requests[0].messages[1]["content"] == "Goodbye."
    kinds = [block["type"] for block in server.requests[1].messages[1]["content"]]
    assert kinds == ["text", "tool_use"]


@pytest.mark.parametrize("arguments", ['{"query": "ho', "[1]", "null", ""], ids=["broken", "array", "null", "empty"])
def test_past_arguments_a_provider_could_not_read_are_sent_as_none(server: LLMServer, arguments: str) -> None:
    call = ToolCall(id="a", name="search_knowledge", arguments=arguments)
    server.script([Text(".")])
    ask(connect(server, "openai.gpt-4o"), QUESTION, Message(role=MessageRole.ASSISTANT, content="", tool_calls=(call,)))
    assert server.requests[0].messages[1]["tool_calls"][0]["function"]["arguments"] == "{}"


@pytest.mark.parametrize(
    ("engine_model", "signed"),
    [
        ("gemini.gemini-3-pro-preview", True),
        ("gemini.gemini-pro-latest", True),
        ("gemini.gemini-2.5-flash", False),
        ("openai.gpt-4o", False),
    ],
)
def test_a_model_that_wants_its_calls_signed_gets_them_back_with_a_mark(
    server: LLMServer, engine_model: str, signed: bool
) -> None:
    server.script([Text(".")])
    ask(connect(server, engine_model), *HISTORY)
    calls = server.requests[0].messages[1]["tool_calls"]
    assert ["extra_content" in call for call in calls] == [signed, signed]


# --- compatible servers ---------------------------------------------------------------------------------------------


def chunk(delta: dict[str, object], *, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return f"data: {json.dumps({'id': 'c7', 'choices': [choice]})}\n\n"


def test_servers_that_number_every_call_alike_are_understood(server: LLMServer) -> None:
    one = {"index": 0, "id": "a", "function": {"name": "search_knowledge", "arguments": '{"query":"x"}'}}
    other = {"index": 0, "id": "b", "function": {"name": "stop_service", "arguments": "{}"}}
    server.script([Raw(chunk({"tool_calls": [one]}) + chunk({"tool_calls": [other]}) + chunk({}, finish="stop"))])
    deltas = ask(connect(server, "gemini.gemini-2.5-flash"))
    assert [delta.tool_call.name for delta in deltas if delta.tool_call] == ["search_knowledge", "stop_service"]
    assert deltas[-1].stop is StopReason.TOOL_CALLS


def test_calls_without_an_id_get_one_each(server: LLMServer) -> None:
    calls = [{"index": place, "function": {"name": "stop_service", "arguments": "{}"}} for place in (0, 1)]
    server.script([Raw(chunk({"tool_calls": calls}, finish="tool_calls"))])
    found = [delta.tool_call.id for delta in ask(connect(server, "ollama.llama3")) if delta.tool_call]
    assert found == ["c7-0", "c7-1"]
