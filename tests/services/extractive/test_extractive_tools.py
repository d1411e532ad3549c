import asyncio
import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.interfaces import Delta, Message, MessageRole, StopReason, ToolCall, ToolSpec
from harness.services.extractive import ExtractiveLLM
from harness.services.extractive.prompt_reader import read_prompt
from harness.services.extractive.replies import greeting

Talk = Callable[..., list[str]]

TOOLS = ("connect_call", "create_call", "get_variables", "set_variables", "stop_flow", "stop_service")
BOB = '{"destinations": [{"type": "tel", "target": "+15551111111"}]}'


def used(answer: str) -> list[str]:
    return [line.removeprefix("tool: ") for line in answer.splitlines()[1:]]


def words(answer: str) -> str:
    return answer.splitlines()[0]


@pytest.mark.parametrize(
    "rule",
    [
        f"If the caller wants to speak to a human, call connect_call with {BOB}.",
        f"If the caller wants to speak to a human, use the `connect_call` tool with these arguments: `{BOB}`",
        f"Call connect_call with {BOB} if the caller wants to speak to a human.",
        f"Humans:\n\n- If they ask for a human, invoke **connect_call** using\n```json\n{BOB}\n```\n",
        f'If the caller asks for a human, say "One moment, please." Then call connect_call with {BOB}.',
        f'If the caller asks for a human, say "One moment, please." and call the function connect_call({BOB}).',
        f'If they ask for a human, say "One moment, please."\n\nCall Connect_Call with {BOB} when they want a human.',
    ],
    ids=["plain", "code", "behind", "fenced", "then", "and", "two-rules"],
)
def test_a_rule_that_names_a_tool_is_said_shortly_and_done(talk: Talk, rule: str) -> None:
    answer = talk(f"We open at nine. {rule}", "Can I speak to a human, please?", tools=TOOLS)[1]
    assert words(answer) == "One moment, please."
    [call] = used(answer)
    name, arguments = call.split(" ", 1)
    assert name == "connect_call"
    assert json.loads(arguments) == json.loads(BOB)


@pytest.mark.parametrize(
    ("prompt", "lines", "last"),
    [
        pytest.param(
            "When the caller says goodbye, use stop_service.",
            ["Goodbye."],
            "Thank you for calling. Goodbye.\ntool: stop_service {}",
            id="goodbye",
        ),
        pytest.param(
            'When the caller says goodbye, say "Until soon." Use stop_service when the caller says goodbye.',
            ["No, that is all. Bye!"],
            "Until soon.\ntool: stop_service {}",
            id="goodbye-in-the-prompts-words",
        ),
        pytest.param(
            "To book a table, ask for the time. When the caller says goodbye, use stop_service.",
            ["I'd like to book a table.", "Never mind, goodbye."],
            "Thank you for calling. Goodbye.\ntool: stop_service {}",
            id="goodbye-in-the-middle-of-a-task",
        ),
        pytest.param(
            "If someone wants sales, transfer them with connect_call.",
            ["Sales, please."],
            "I will transfer you.\ntool: connect_call {}",
            id="words-of-the-rule-itself",
        ),
        pytest.param(
            "If you do not know the answer, call connect_call.",
            ["Do you have a swimming pool?"],
            "One moment, please.\ntool: connect_call {}",
            id="not-known",
        ),
        pytest.param(
            "If the caller is angry, apologise first and use stop_flow.",
            ["This is ridiculous!"],
            "I am sorry about that. One moment, please.\ntool: stop_flow {}",
            id="after-an-apology",
        ),
        pytest.param(
            'To book a table, ask for the time. Once the booking is confirmed, call set_variables with {"a": 1}.',
            ["A table, please.", "At eight."],
            'Thank you. Your booking is confirmed.\ntool: set_variables {"a": 1}',
            id="once-confirmed",
        ),
        pytest.param(
            "To order a taxi, ask for the name and then call create_call.",
            ["I need to order a taxi.", "Carter"],
            "Thank you. Your order is confirmed.\ntool: create_call {}",
            id="once-everything-was-asked",
        ),
        pytest.param(
            'If the caller wants a human, call connect_call with {"destinations": [.',
            ["A human, please."],
            'One moment, please.\ntool: connect_call {"destinations": [.',
            id="broken-json-is-passed-on",
        ),
    ],
)
def test_tools_are_used_at_the_moment_of_their_rule(talk: Talk, prompt: str, lines: list[str], last: str) -> None:
    answers = talk(prompt, *lines, tools=TOOLS)
    assert answers[-1] == last
    assert not any(used(answer) for answer in answers[:-1])


def test_a_tool_can_be_used_before_anything_is_said(talk: Talk) -> None:
    answer = talk("At the start of the call, use get_variables.", tools=TOOLS)[0]
    assert answer == "Hello. How can I help you?\ntool: get_variables {}"


@pytest.mark.parametrize(
    ("prompt", "line"),
    [
        ("Never use stop_flow.", "Stop the flow!"),
        ("If the caller is late, do not call stop_flow.", "I am late."),
        ("The tool stop_flow ends everything.", "What ends everything?"),
        ("After using stop_flow, say goodbye.", "Goodbye"),
        ("Use stop_flow.", "Use stop flow"),
    ],
    ids=["never", "do-not", "a-fact", "after-it", "no-moment"],
)
def test_what_is_no_order_for_a_moment_uses_nothing(talk: Talk, prompt: str, line: str) -> None:
    answer = talk(prompt, line, tools=TOOLS)[1]
    assert used(answer) == []
    assert "stop_flow" not in answer


def test_nothing_changes_for_tools_that_are_not_offered(talk: Talk) -> None:
    prompt = (
        f"If the caller wants a human, call connect_call with {BOB}. When the caller says goodbye, use stop_service."
    )
    lines = ("A human, please.", "Goodbye.")
    assert talk(prompt, *lines, tools=["get_variables"]) == talk(prompt, *lines)


SENTENCES = (
    "You are Mia of Bella and may use stop_flow.",
    f"If the caller wants a human, call connect_call with {BOB}.",
    'If the caller is late, say "No problem." and use set_variables with {"variables": {"late": "yes"}}.',
    "To book a table, ask for the time and the name.",
    "Once the booking is confirmed, call create_call.",
    "When the caller says goodbye, use stop_service.",
    "The get_variables tool knows the caller's plan.",
    "stop_flow: use it if the caller is angry.",
)
LINES = (
    "A human, please.",
    "I am late.",
    "A table at eight.",
    "Carter",
    "Goodbye.",
    "What is my plan?",
    "I am angry!",
    "",
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sentences=st.lists(st.sampled_from(SENTENCES), max_size=8, unique=True),
    lines=st.lists(st.sampled_from(LINES), max_size=5),
)
def test_no_name_of_a_tool_and_no_json_is_ever_said(talk: Talk, sentences: list[str], lines: list[str]) -> None:
    for answer in talk(" ".join(sentences), *lines, tools=TOOLS):
        assert words(answer).strip()
        assert not any(name in words(answer) for name in TOOLS)
        assert not set("{}[]\x05\x06") & set(words(answer))


@settings(max_examples=100)
@given(st.text(alphabet='stop_flow use{}[]":,.\n`\x05\x0601if', max_size=200))
def test_no_prompt_stops_it_from_being_read(prompt: str) -> None:
    assert greeting(read_prompt(prompt, TOOLS)).text


# --- the wire -------------------------------------------------------------------------------------------------------


def message(role: MessageRole, content: str) -> Message:
    return Message(role=role, content=content)


PROMPT = message(MessageRole.SYSTEM, "We open at nine. When the caller says goodbye, use stop_service.")
GOODBYE = message(MessageRole.USER, "Goodbye")


def deltas(*messages: Message, max_tokens: int | None = None) -> list[Delta]:
    tools = [ToolSpec(name="stop_service", description="", parameters={"type": "object"})]

    async def collect() -> list[Delta]:
        return [delta async for delta in ExtractiveLLM().stream(messages, tools=tools, max_tokens=max_tokens)]

    return asyncio.run(collect())


def called(id: str) -> Message:
    call = ToolCall(id=id, name="stop_service", arguments="{}")
    return Message(role=MessageRole.ASSISTANT, content="Goodbye.", tool_calls=(call,))


def result(content: str) -> Message:
    return Message(role=MessageRole.TOOL, content=content, tool_call_id="call_1")


def test_the_call_follows_the_words_and_the_stop_reason_tells_of_it() -> None:
    assert deltas(PROMPT, GOODBYE)[-3:] == [
        Delta(text="Goodbye."),
        Delta(tool_call=ToolCall(id="call_1", name="stop_service", arguments="{}")),
        Delta(stop=StopReason.TOOL_CALLS),
    ]


def test_calls_of_one_conversation_have_different_ids() -> None:
    history = (PROMPT, GOODBYE, called("call_1"), result("{}"), GOODBYE)
    assert [delta.tool_call.id for delta in deltas(*history) if delta.tool_call] == ["call_2"]


def test_an_answer_cut_at_the_limit_never_gets_to_its_call() -> None:
    assert deltas(PROMPT, GOODBYE, max_tokens=2)[1:] == [Delta(text="you "), Delta(stop=StopReason.LENGTH)]


@pytest.mark.parametrize(
    ("asked", "content", "said"),
    [
        (
            "Where is it?",
            '{"status": "ok", "data": {"order_status": "shipped", "order_id": "77"}}',
            "The order status is shipped.",
        ),
        ("Which colours?", '{"status": "ok", "data": {"size": 9, "colours": "red"}}', "The colours are red."),
        (
            "Can I park?",
            '{"status": "ok", "data": ["We open at nine. There is free parking."]}',
            "There is free parking.",
        ),
        (
            "Hm?",
            '{"status": "ok", "data": {"id": "0b2d7e9c-1111-4222-8333-0123456789ab", "done": true}}',
            "That is done.",
        ),
        ("Hm?", '{"status": "ok", "data": null}', "That is done."),
        ("Hm?", '{"status": "error", "error": "rabbit timeout"}', "I am sorry, that did not work."),
        ("Hm?", "It ships on Monday. It is blue.", "It ships on Monday."),
        ("Hm?", "word " * 40, " ".join(["word"] * 30) + "."),
    ],
    ids=["value", "plural", "best-sentence", "nothing-to-say", "no-data", "error", "plain-text", "too-long"],
)
def test_a_result_is_told_in_one_sentence(asked: str, content: str, said: str) -> None:
    history = (PROMPT, message(MessageRole.USER, asked), called("call_1"), result(content))
    assert "".join(delta.text for delta in deltas(*history)) == said
    assert deltas(*history)[-1] == Delta(stop=StopReason.END)


def test_a_result_is_told_once_and_then_the_caller_is_answered() -> None:
    history = (
        PROMPT,
        GOODBYE,
        called("call_1"),
        result('{"status": "ok"}'),
        message(MessageRole.USER, "When do you open?"),
    )
    assert "".join(delta.text for delta in deltas(*history)) == "We open at nine."
