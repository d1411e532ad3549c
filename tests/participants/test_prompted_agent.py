import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType

import pytest

from harness.errors import RateLimitedError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason, ToolCall, ToolSpec
from harness.model.agent import AgentConfig
from harness.participants.prompted import PromptedAgent
from harness.voipbin.messages import platform_prompt


class ListeningLLM:
    """Keeps what it was asked."""

    model = "scripted.listening"

    def __init__(self, answer: Delta | Exception) -> None:
        self.asked: list[tuple[Sequence[Message], Schema | None, int | None]] = []
        self.offered: Sequence[ToolSpec] = ()
        self._answer = answer

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        self.offered = tools
        self.asked.append((messages, schema, max_tokens))
        if isinstance(self._answer, Exception):
            raise self._answer
        yield self._answer


def said(role: MessageRole, content: str) -> Message:
    return Message(role=role, content=content)


STOP = ToolSpec(name="stop_service", description="Ends the talk.", parameters={"type": "object"})


def reply(
    llm: ListeningLLM,
    *history: Message,
    init_prompt: str = "You are a receptionist.",
    parameter: Mapping[str, object] = MappingProxyType({}),
    tools: Sequence[ToolSpec] = (),
) -> list[Delta]:
    async def collect() -> list[Delta]:
        config = AgentConfig(engine_model=llm.model, init_prompt=init_prompt, parameter=parameter)
        return [delta async for delta in PromptedAgent(llm, config=config).reply(history, tools=tools)]

    return asyncio.run(collect())


def test_the_model_gets_platform_prompt_then_init_prompt_then_the_conversation() -> None:
    llm = ListeningLLM(Delta(stop=StopReason.END))
    history = (said(MessageRole.ASSISTANT, "Hello!"), said(MessageRole.USER, "Are you open?"))
    reply(llm, *history)
    assert llm.asked == [
        (
            (
                said(MessageRole.SYSTEM, platform_prompt()),
                said(MessageRole.SYSTEM, "You are a receptionist."),
                *history,
            ),
            None,
            None,
        )
    ]


def test_messages_without_content_are_dropped() -> None:
    llm = ListeningLLM(Delta(stop=StopReason.END))
    reply(llm, said(MessageRole.ASSISTANT, ""), said(MessageRole.USER, " \n"), init_prompt="  ")
    assert llm.asked[0][0] == (said(MessageRole.SYSTEM, platform_prompt()),)


def test_a_call_and_its_result_are_never_dropped() -> None:
    llm = ListeningLLM(Delta(stop=StopReason.END))
    call = ToolCall(id="a", name="stop_service", arguments="{}")
    history = (
        Message(role=MessageRole.ASSISTANT, content="", tool_calls=(call,)),
        Message(role=MessageRole.TOOL, content="", tool_call_id="a"),
    )
    reply(llm, *history, init_prompt="")
    assert llm.asked[0][0][1:] == history


def test_the_parameter_follows_the_prompt_as_json() -> None:
    llm = ListeningLLM(Delta(stop=StopReason.END))
    reply(llm, parameter={"plan": "gold", "city": "Köln"})
    assert [message.content for message in llm.asked[0][0]][1:] == [
        "You are a receptionist.",
        '{"plan": "gold", "city": "Köln"}',
    ]


@pytest.mark.parametrize("tools", [(), (STOP,)], ids=["none", "one"])
def test_the_model_is_offered_the_tools_of_the_turn(tools: tuple[ToolSpec, ...]) -> None:
    llm = ListeningLLM(Delta(stop=StopReason.END))
    reply(llm, tools=tools)
    assert llm.offered == tools


def test_the_answer_is_passed_on_as_it_comes() -> None:
    assert reply(ListeningLLM(Delta(text="Yes.", stop=StopReason.END))) == [Delta(text="Yes.", stop=StopReason.END)]


def test_a_failing_model_fails_the_reply() -> None:
    with pytest.raises(RateLimitedError):
        reply(ListeningLLM(RateLimitedError("too many", service="scripted")))
