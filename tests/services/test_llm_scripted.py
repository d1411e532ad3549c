import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, ServiceTimeoutError, UnknownNameError
from harness.interfaces import LLM, Delta, Message, MessageRole, StopReason, ToolCall
from harness.services.scripted_llm import ScriptedLLM, scripted_llm
from harness.voipbin.engine_models import parse_engine_model


def conversation(*texts: str) -> list[Message]:
    """An agent that greets, then turns about."""
    roles = (MessageRole.ASSISTANT, MessageRole.USER)
    return [Message(role=roles[place % 2], content=text) for place, text in enumerate(texts)]


def ask(llm: LLM, messages: Sequence[Message] = ()) -> list[Delta]:
    async def collect() -> list[Delta]:
        return [delta async for delta in llm.stream(messages)]

    return asyncio.run(collect())


def words(deltas: Sequence[Delta]) -> str:
    return "".join(delta.text for delta in deltas)


@pytest.mark.parametrize(
    ("before", "reply"),
    [
        ((), "Hello."),
        (("Hello.", "Hi"), "For how many?"),
        (("Hello.", "Hi", "For how many?", "Two"), "Done."),
        (("Hello.", "Hi", "For how many?", "Two", "Done.", "Bye"), "Done."),
    ],
    ids=["greeting", "second", "last", "the-last-repeats"],
)
def test_the_conversation_so_far_decides_which_reply_comes(before: tuple[str, ...], reply: str) -> None:
    llm = ScriptedLLM(["Hello.", "For how many?", "Done."])
    assert words(ask(llm, conversation(*before))) == reply


def test_a_reply_arrives_word_by_word_and_ends() -> None:
    assert ask(ScriptedLLM(["At nine sharp."])) == [
        Delta(text="At"),
        Delta(text=" nine"),
        Delta(text=" sharp."),
        Delta(stop=StopReason.END),
    ]


def test_deltas_are_given_as_they_are() -> None:
    deltas = (Delta(text="At ni"), Delta(stop=StopReason.LENGTH))
    assert ask(ScriptedLLM([deltas])) == list(deltas)


def test_an_exception_in_the_script_is_raised() -> None:
    with pytest.raises(ServiceTimeoutError):
        ask(ScriptedLLM([ServiceTimeoutError("too slow", service="scripted")]))


def test_a_script_without_replies_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least one"):
        ScriptedLLM([])


def test_echo_repeats_the_caller_and_says_nothing_first() -> None:
    llm = scripted_llm(parse_engine_model("scripted.echo"))
    assert words(ask(llm)) == ""
    assert words(ask(llm, conversation("Hello.", "A table for two"))) == "A table for two"


def test_silent_says_nothing_and_still_ends() -> None:
    assert ask(scripted_llm(parse_engine_model("scripted.silent"))) == [Delta(stop=StopReason.END)]


def test_a_file_holds_one_reply_a_line(tmp_path: Path) -> None:
    file = tmp_path / "replies.v1.txt"
    file.write_text("Welcome.\n\n  We open at nine: sharp. \n", encoding="utf-8")
    llm = scripted_llm(parse_engine_model(f"scripted.file:{file}"))
    assert words(ask(llm)) == "Welcome."
    assert words(ask(llm, conversation("Welcome.", "When do you open?"))) == "We open at nine: sharp."
    assert llm.model == f"scripted.file:{file}"


@pytest.mark.parametrize(
    ("line", "name", "arguments"),
    [
        ("tool: stop_service", "stop_service", "{}"),
        ('tool: send_message {"text": "Hi: there"}', "send_message", '{"text": "Hi: there"}'),
        ('tool: send_message {"text": ', "send_message", '{"text":'),
    ],
    ids=["no-arguments", "arguments", "broken-ones-are-passed-on"],
)
def test_a_line_of_the_file_can_call_a_tool(tmp_path: Path, line: str, name: str, arguments: str) -> None:
    file = tmp_path / "replies.txt"
    file.write_text(f"Welcome.\n{line}\n", encoding="utf-8")
    llm = scripted_llm(parse_engine_model(f"scripted.file:{file}"))
    assert ask(llm, conversation("Welcome.", "Hi")) == [
        Delta(tool_call=ToolCall(id="call_1_0", name=name, arguments=arguments)),
        Delta(stop=StopReason.TOOL_CALLS),
    ]


def test_a_tool_call_counts_as_a_reply_and_no_two_calls_share_an_id() -> None:
    wanted = Delta(tool_call=ToolCall(id="", name="stop_media", arguments="{}"))
    llm = ScriptedLLM([(wanted, wanted, Delta(stop=StopReason.TOOL_CALLS))])
    first = [delta.tool_call for delta in ask(llm) if delta.tool_call]
    called = Message(role=MessageRole.ASSISTANT, content="", tool_calls=tuple(first))
    results = [Message(role=MessageRole.TOOL, content="{}", tool_call_id=call.id) for call in first]
    second = [delta.tool_call for delta in ask(llm, [called, *results]) if delta.tool_call]
    assert len({call.id for call in first + second}) == 4


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe"], ids=["absent", "empty", "blank", "not-text"])
def test_a_file_without_replies_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "replies.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"replies\.txt"):
        scripted_llm(parse_engine_model(f"scripted.file:{file}"))


def test_an_unknown_script_gets_the_nearest_known_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'silent'"):
        scripted_llm(parse_engine_model("scripted.silence"))
