"""Both hosted adapters, through the real SDKs, against a server that speaks their wire formats."""

import asyncio
import gc
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import aclosing
from types import AsyncGeneratorType

import pytest

from harness.errors import (
    MissingExtraError,
    RateLimitedError,
    ServiceError,
    ServiceRejectedError,
    ServiceTimeoutError,
)
from harness.interfaces import LLM, Delta, Message, MessageRole, Schema, StopReason
from harness.services.anthropic_llm import AnthropicLLM
from harness.services.openai_llm import OpenAILLM
from harness.services.providers import Endpoint, lookup
from harness.voipbin.engine_models import parse_engine_model
from tests.wire.llm_server import ErrorEvent, Hang, LLMServer, Raw, Reset, Response, Status, Text

pytest.importorskip("openai", reason="needs the extra [openai]")
pytest.importorskip("anthropic", reason="needs the extra [anthropic]")

KEY = "sk-test-6f1d2c"
SCHEMA = Schema(name="verdict", document={"type": "object", "properties": {}, "additionalProperties": False})


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


def connect(server: LLMServer, engine_model: str, *, timeout_s: float = 20.0) -> LLM:
    engine = parse_engine_model(engine_model)
    if engine.provider == "anthropic":
        endpoint = Endpoint(provider=lookup("anthropic"), base_url=server.anthropic_url, key=KEY)
        return AnthropicLLM(engine, endpoint=endpoint, timeout_s=timeout_s)
    endpoint = Endpoint(provider=lookup(engine.provider), base_url=server.openai_url, key=KEY)
    return OpenAILLM(engine, endpoint=endpoint, timeout_s=timeout_s)


def system(text: str) -> Message:
    return Message(role=MessageRole.SYSTEM, content=text)


def user(text: str) -> Message:
    return Message(role=MessageRole.USER, content=text)


def assistant(text: str) -> Message:
    return Message(role=MessageRole.ASSISTANT, content=text)


def ask(
    llm: LLM,
    messages: Sequence[Message] = (user("Are you open?"),),
    *,
    schema: Schema | None = None,
    max_tokens: int | None = None,
) -> list[Delta]:
    async def collect() -> list[Delta]:
        return [delta async for delta in llm.stream(messages, schema=schema, max_tokens=max_tokens)]

    return asyncio.run(collect())


both = pytest.mark.parametrize("engine_model", ["openai.gpt-4o", "anthropic.claude-sonnet-5"])


@both
def test_an_answer_arrives_in_pieces_and_in_order(server: LLMServer, engine_model: str) -> None:
    server.script([Text("We ", "open ", "at nine.")])
    assert ask(connect(server, engine_model)) == [
        Delta(text="We "),
        Delta(text="open "),
        Delta(text="at nine."),
        Delta(stop=StopReason.END),
    ]


@both
@pytest.mark.parametrize(
    ("response", "stop"),
    [
        pytest.param(Text("We open at", stop="length"), StopReason.LENGTH, id="cut-at-the-limit"),
        pytest.param(Text(stop="refusal"), StopReason.REFUSAL, id="refused"),
        pytest.param(Text(), StopReason.END, id="an-empty-answer-is-no-error"),
    ],
)
def test_the_last_piece_says_why_the_model_stopped(
    server: LLMServer, engine_model: str, response: Response, stop: StopReason
) -> None:
    server.script([response])
    deltas = ask(connect(server, engine_model))
    assert deltas[-1] == Delta(stop=stop)
    assert all(delta.stop is None for delta in deltas[:-1])


@both
def test_the_first_piece_arrives_while_the_model_is_still_speaking(server: LLMServer, engine_model: str) -> None:
    async def first() -> str:
        async for delta in connect(server, engine_model).stream([user("Hello?")]):
            return delta.text
        return ""

    server.script([Hang(chunks=("We ",))])
    assert asyncio.run(first()) == "We "


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_openai_is_sent_the_messages_as_given_and_no_sampling_parameters(server: LLMServer) -> None:
    server.script([Text("Yes.")])
    ask(connect(server, "openai.gpt-4o"), [system("platform"), system("prompt"), assistant("Hello!"), user("Open?")])
    request = server.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "gpt-4o",
        "stream": True,
        "stream_options": {"include_usage": True},
        "messages": [
            {"role": "system", "content": "platform"},
            {"role": "system", "content": "prompt"},
            {"role": "assistant", "content": "Hello!"},
            {"role": "user", "content": "Open?"},
        ],
    }


def test_anthropic_is_sent_system_blocks_and_alternating_roles(server: LLMServer) -> None:
    server.script([Text("Yes.")])
    conversation = [assistant("Hello!"), user("Are"), user("you open?"), assistant("Yes."), user("Bye.")]
    ask(connect(server, "anthropic.claude-sonnet-5"), [system("platform"), system("prompt"), *conversation])
    request = server.requests[0]
    assert request.path == "/v1/messages"
    assert KEY in (
        request.headers.get("x-api-key", ""),
        request.headers.get("authorization", "").removeprefix("Bearer "),
    )
    assert request.body == {
        "model": "claude-sonnet-5",
        "max_tokens": 1024,
        "stream": True,
        "system": [{"type": "text", "text": "platform"}, {"type": "text", "text": "prompt"}],
        "messages": [
            {"role": "user", "content": "(The call is connected.)"},
            {"role": "assistant", "content": "Hello!"},
            {"role": "user", "content": "Are\nyou open?"},
            {"role": "assistant", "content": "Yes."},
            {"role": "user", "content": "Bye."},
        ],
    }


@pytest.mark.parametrize(
    ("engine_model", "roles"),
    [
        ("openai.gpt-4o", ["system"]),
        ("grok.grok-3", ["system"]),
        ("gemini.gemini-2.5-flash", ["system", "user"]),
        ("mistral.mistral-small", ["system", "user"]),
        ("anthropic.claude-sonnet-5", ["user"]),
    ],
)
def test_a_greeting_needs_no_caller_unless_the_provider_insists(
    server: LLMServer, engine_model: str, roles: list[str]
) -> None:
    server.script([Text("Welcome.")])
    ask(connect(server, engine_model), [system("prompt")])
    assert [message["role"] for message in server.requests[0].messages] == roles


@pytest.mark.parametrize(
    ("engine_model", "sent"),
    [
        ("openai.gpt-4o", "gpt-4o"),
        ("openai:gpt-4o", "gpt-4o"),
        ("gemini.gemini-2.5-flash", "gemini-2.5-flash"),
        ("openrouter.meta-llama/llama-3", "meta-llama/llama-3"),
        ("ollama.llama3:8b", "llama3:8b"),
        ("anthropic.claude-sonnet-5", "claude-sonnet-5"),
    ],
)
def test_the_provider_is_sent_its_own_name_of_the_model(server: LLMServer, engine_model: str, sent: str) -> None:
    server.script([Text("Yes.")])
    llm = connect(server, engine_model)
    ask(llm)
    assert server.requests[0].body["model"] == sent
    assert llm.model == engine_model.replace("openai:", "openai.")


@pytest.mark.parametrize(
    ("engine_model", "name"),
    [
        ("openai.gpt-5", "max_completion_tokens"),
        ("azure.front-desk", "max_completion_tokens"),
        ("groq.llama-3.1-8b", "max_tokens"),
        ("anthropic.claude-sonnet-5", "max_tokens"),
    ],
)
def test_a_token_limit_is_sent_under_the_name_the_provider_knows(
    server: LLMServer, engine_model: str, name: str
) -> None:
    server.script([Text("{}")])
    ask(connect(server, engine_model), max_tokens=77)
    limits = {key: value for key, value in server.requests[0].body.items() if key.startswith("max_")}
    assert limits == {name: 77}


def test_openai_is_asked_for_strict_json_of_the_schema(server: LLMServer) -> None:
    server.script([Text("{}")])
    ask(connect(server, "openai.gpt-4o"), schema=SCHEMA)
    assert server.requests[0].body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "verdict", "schema": SCHEMA.document, "strict": True},
    }


def test_anthropic_is_asked_for_json_of_the_schema(server: LLMServer) -> None:
    server.script([Text("{}")])
    ask(connect(server, "anthropic.claude-sonnet-5"), schema=SCHEMA)
    body = server.requests[0].body
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA.document}}
    assert "temperature" not in body


@pytest.mark.parametrize(
    ("engine_model", "temperature"),
    [
        ("openai.gpt-4o-2024-11-20", 0),
        ("openai.gpt-4.1", 0),
        ("openai.gpt-5-mini", None),
        ("openai.o3", None),
        ("openai.gpt-6-sol", None),
        ("azure.front-desk", None),
        ("azure.gpt-4o", 0),
        ("openrouter.openai/gpt-5", None),
        ("openrouter.meta-llama/llama-3", 0),
        ("groq.openai/gpt-oss-20b", 0),
        ("gemini.gemini-2.5-pro", 0),
    ],
)
def test_a_judge_asks_for_temperature_0_where_the_model_takes_it(
    server: LLMServer, engine_model: str, temperature: int | None
) -> None:
    server.script([Text("{}")])
    ask(connect(server, engine_model), schema=SCHEMA)
    assert server.requests[0].body.get("temperature") == temperature


def test_openais_account_settings_are_sent_to_openai_alone(server: LLMServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-1")
    server.script([Text("Yes."), Text("Yes.")])
    ask(connect(server, "openai.gpt-4o"))
    ask(connect(server, "groq.llama-3.1-8b"))
    assert server.requests[0].headers["openai-organization"] == "org-1"
    assert not {"openai-organization", "openai-project"} & set(server.requests[1].headers)


# --- what goes wrong ------------------------------------------------------------------------------------------------

VARIABLES = {"openai.gpt-4o": "OPENAI_API_KEY", "anthropic.claude-sonnet-5": "ANTHROPIC_API_KEY"}


@both
@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, ServiceRejectedError, "refused the request for model"),
        (401, ServiceRejectedError, "_API_KEY"),
        (402, ServiceRejectedError, "no credit"),
        (403, ServiceRejectedError, "_API_KEY"),
        (404, ServiceRejectedError, "there is no model"),
        (408, ServiceTimeoutError, "gave up"),
        (413, ServiceRejectedError, "refused"),
        (422, ServiceRejectedError, "refused"),
        (429, RateLimitedError, "fewer requests"),
        (500, ServiceError, "failed"),
        (503, ServiceError, "failed"),
        (529, ServiceError, "failed"),
    ],
)
def test_a_status_becomes_an_error_that_says_what_to_do(
    server: LLMServer, engine_model: str, status: int, error: type[ServiceError], words: str
) -> None:
    server.script(lambda _: Status(status, "the provider's words"))
    with pytest.raises(error) as caught:
        ask(connect(server, engine_model))
    assert type(caught.value) is error
    assert caught.value.status == status
    assert caught.value.service == engine_model.split(".")[0]
    assert words in str(caught.value)
    assert "the provider's words" in str(caught.value)
    assert caught.value.__cause__ is not None


@both
def test_a_refused_key_names_the_variable_that_holds_it(server: LLMServer, engine_model: str) -> None:
    server.script([Status(401)])
    with pytest.raises(ServiceRejectedError, match=VARIABLES[engine_model]):
        ask(connect(server, engine_model))


@both
def test_the_wait_a_provider_asks_for_is_handed_on(server: LLMServer, engine_model: str) -> None:
    server.script([Status(429, headers={"retry-after": "7"})])
    with pytest.raises(RateLimitedError) as caught:
        ask(connect(server, engine_model, timeout_s=5))
    assert caught.value.retry_after_s == 7.0
    assert len(server.requests) == 1


@both
@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}], ids=["none", "unreadable"])
def test_a_limit_without_a_readable_wait_is_not_tried_again(
    server: LLMServer, engine_model: str, headers: dict[str, str]
) -> None:
    server.script([Status(429, headers=headers), Text("Yes.")])
    with pytest.raises(RateLimitedError) as caught:
        ask(connect(server, engine_model))
    assert caught.value.retry_after_s is None


def test_an_account_without_credit_is_not_a_matter_of_waiting(server: LLMServer) -> None:
    server.script([Status(429, "You exceeded your current quota.", code="insufficient_quota")])
    with pytest.raises(ServiceRejectedError, match="no credit"):
        ask(connect(server, "openai.gpt-4o"))


@both
@pytest.mark.parametrize(
    "fault",
    [Status(500), Reset(), Status(429, headers={"retry-after": "0.01"})],
    ids=["5xx", "connection", "short-wait"],
)
def test_a_passing_fault_is_tried_again_once(server: LLMServer, engine_model: str, fault: Response) -> None:
    server.script([fault, Text("Yes.")])
    assert ask(connect(server, engine_model))[0].text == "Yes."
    assert len(server.requests) == 2


@both
def test_a_fault_that_stays_is_reported_after_the_second_try(server: LLMServer, engine_model: str) -> None:
    server.script([Status(500), Status(503), Text("Yes.")])
    with pytest.raises(ServiceError) as caught:
        ask(connect(server, engine_model))
    assert caught.value.status == 503


@both
@pytest.mark.parametrize(
    ("response", "words"),
    [
        pytest.param(Text("We open", stop=None), "broke off", id="no-finish-reason"),
        pytest.param(Reset(chunks=("We open",)), "connection broke|cannot be read", id="connection-reset"),
        pytest.param(ErrorEvent("Overloaded", chunks=("We open",)), "Overloaded", id="error-event"),
    ],
)
def test_an_answer_that_breaks_off_is_an_error_and_never_said_twice(
    server: LLMServer, engine_model: str, response: Response, words: str
) -> None:
    async def collect(heard: list[str]) -> None:
        async for delta in connect(server, engine_model).stream([user("Hello?")]):
            heard.append(delta.text)

    heard: list[str] = []
    server.script([response, Text("We open at nine.")])
    with pytest.raises(ServiceError, match=words):
        asyncio.run(collect(heard))
    assert heard == ["We open"]
    assert len(server.requests) == 1


@both
@pytest.mark.parametrize(
    "sse",
    ["event: message_start\ndata: {not json\n\n", 'data: {"choices": "none"}\n\n', "<html>gateway</html>", ""],
    ids=["bad-json", "wrong-shape", "no-events", "nothing"],
)
def test_an_unreadable_stream_is_a_service_error(server: LLMServer, engine_model: str, sse: str) -> None:
    server.script(lambda _: Raw(sse))
    with pytest.raises(ServiceError):
        ask(connect(server, engine_model))


@both
@pytest.mark.parametrize("response", [Hang(), Hang(chunks=("We ",))], ids=["no-answer", "no-end"])
def test_a_silent_provider_times_out(server: LLMServer, engine_model: str, response: Response) -> None:
    server.script(lambda _: response)
    with pytest.raises(ServiceTimeoutError):
        ask(connect(server, engine_model, timeout_s=0.3))
    assert server.gone.wait(10)


@both
def test_nobody_at_the_address_is_a_service_error_with_the_address(engine_model: str) -> None:
    with LLMServer() as server:
        llm, url = connect(server, engine_model), server.anthropic_url
    with pytest.raises(ServiceError, match=url):
        ask(llm)


@both
def test_cancelling_an_answer_closes_its_connection(server: LLMServer, engine_model: str) -> None:
    async def cancel() -> None:
        first = asyncio.Event()

        async def listen() -> None:
            async for _ in connect(server, engine_model).stream([user("Hello?")]):
                first.set()

        task = asyncio.create_task(listen())
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.gone.wait, 10)

    server.script([Hang(chunks=("We ",))])
    asyncio.run(cancel())


@both
def test_abandoning_an_answer_closes_its_connection(server: LLMServer, engine_model: str) -> None:
    async def abandon() -> None:
        async for _ in connect(server, engine_model).stream([user("Hello?")]):
            break
        gc.collect()
        assert await asyncio.to_thread(server.gone.wait, 10)

    server.script([Hang(chunks=("We ",))])
    asyncio.run(abandon())


@both
@pytest.mark.parametrize(
    "response",
    [Status(401, f"Incorrect API key provided: {KEY}"), ErrorEvent(f"bad key {KEY}", chunks=("We ",))],
    ids=["status", "event"],
)
def test_a_key_the_provider_echoes_stays_out_of_errors_and_tracebacks(
    server: LLMServer, engine_model: str, response: Response
) -> None:
    server.script([response])
    llm = connect(server, engine_model)
    with pytest.raises(ServiceError) as caught:
        ask(llm)
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(llm)


@both
def test_a_missing_package_names_its_extra_at_once(
    server: LLMServer, engine_model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = engine_model.split(".")[0]
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"voipbin-harness\[{package}\]"):
        connect(server, engine_model)


@both
def test_answers_at_the_same_time_do_not_mix(server: LLMServer, engine_model: str) -> None:
    async def main() -> list[str]:
        llm = connect(server, engine_model)

        async def one(word: str) -> str:
            return "".join([delta.text async for delta in llm.stream([user(word)])])

        return await asyncio.gather(*(one(word) for word in ("one", "two", "three")))

    server.script(lambda request: Text("about ", request.messages[-1]["content"]))
    assert asyncio.run(main()) == ["about one", "about two", "about three"]


@both
@pytest.mark.parametrize("pieces", [1, 99], ids=["abandoned", "heard to its end"])
def test_no_reader_of_an_answer_is_left_for_the_garbage_collector(
    server: LLMServer, engine_model: str, pieces: int
) -> None:
    server.script([Text("We ", "open ", "at nine.")])
    llm = connect(server, engine_model)

    async def hear() -> list[str]:
        answer = llm.stream([user("Are you open?")])
        assert isinstance(answer, AsyncGeneratorType)
        async with aclosing(answer) as deltas:
            heard = 0
            async for _ in deltas:
                heard += 1
                if heard == pieces:
                    break
        # What nobody holds any more is closed by the loop, one reader in each of its turns.
        for _ in range(50):
            await asyncio.sleep(0)
        return [each.__qualname__ for each in gc.get_objects() if isinstance(each, AsyncGeneratorType)]

    gc.collect()
    gc.disable()
    try:
        left = asyncio.run(hear())
    finally:
        gc.enable()
    assert not [name for name in left if "Stream" in name or "Response" in name]
