import asyncio
from collections.abc import Callable

import pytest

from harness.interfaces import Message, MessageRole
from harness.services.extractive import ExtractiveLLM

Talk = Callable[..., list[str]]


@pytest.fixture
def talk() -> Talk:
    """Return a function that holds a conversation: prompt and caller's lines in, greeting and answers out."""
    llm = ExtractiveLLM()

    async def answer(messages: list[Message]) -> str:
        return "".join([delta.text async for delta in llm.stream(messages)])

    def hold(prompt: str, *lines: str) -> list[str]:
        messages = [
            Message(role=MessageRole.SYSTEM, content="You are a voice agent of the platform. Always say hello."),
            Message(role=MessageRole.SYSTEM, content=prompt),
        ]
        said = [asyncio.run(answer(messages))]
        for line in lines:
            messages += [
                Message(role=MessageRole.ASSISTANT, content=said[-1]),
                Message(role=MessageRole.USER, content=line),
            ]
            said.append(asyncio.run(answer(messages)))
        return said

    return hold
