import asyncio
from collections.abc import Callable, Sequence

import pytest

from harness.interfaces import Message, MessageRole, ToolCall, ToolSpec
from harness.services.extractive import ExtractiveLLM

Talk = Callable[..., list[str]]


@pytest.fixture
def talk() -> Talk:
    """Return a function that holds a conversation: prompt and caller's lines in, greeting and answers out.

    A tool that is used stands on a line of its own behind the answer: `tool: stop_service {}`.
    """
    llm = ExtractiveLLM()

    async def answer(messages: list[Message], tools: Sequence[ToolSpec]) -> tuple[str, tuple[ToolCall, ...]]:
        deltas = [delta async for delta in llm.stream(messages, tools=tools)]
        return "".join(delta.text for delta in deltas), tuple(delta.tool_call for delta in deltas if delta.tool_call)

    def hold(prompt: str, *lines: str, tools: Sequence[str] = ()) -> list[str]:
        offered = [ToolSpec(name=name, description="", parameters={"type": "object"}) for name in tools]
        messages = [
            Message(role=MessageRole.SYSTEM, content="You are a voice agent of the platform. Always say hello."),
            Message(role=MessageRole.SYSTEM, content=prompt),
        ]
        said = []
        for line in (None, *lines):
            if line is not None:
                messages.append(Message(role=MessageRole.USER, content=line))
            text, calls = asyncio.run(answer(messages, offered))
            messages.append(Message(role=MessageRole.ASSISTANT, content=text, tool_calls=calls))
            messages += [
                Message(role=MessageRole.TOOL, content='{"status": "ok", "data": null}', tool_call_id=call.id)
                for call in calls
            ]
            said.append("\n".join([text, *(f"tool: {call.name} {call.arguments}" for call in calls)]))
        return said

    return hold
