"""The agent that needs no key and no weights: a language model's seam over a prompt that is read, not understood."""

import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache
from itertools import takewhile

from harness.errors import ServiceRejectedError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason, ToolCall, ToolSpec
from harness.services.extractive.dialogue import exchanges
from harness.services.extractive.prompt_reader import read_prompt
from harness.services.extractive.replies import Answer, reply
from harness.services.extractive.results import result_answer


class ExtractiveLLM:
    """Answers only from its `init_prompt`: same prompt and same history, same words, on any machine."""

    def __init__(self) -> None:
        """Keep the prompts read last, since every turn of every call brings its prompt again."""
        self._read = lru_cache(maxsize=32)(read_prompt)

    @property
    def model(self) -> str:
        """Return `embedded.extractive`."""
        return "embedded.extractive"

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer the history word by word, then use the tools that the prompt wants used now.

        Args:
            messages: the last system message is the `init_prompt`; earlier ones are the platform's and are not read.
                Without a user message the answer is the greeting; after a tool message it is told from the result.
            tools: those the prompt may name; what it says about any other is read like the rest of the prompt.
            schema: not supported.
            max_tokens: most words to say; a longer answer ends with `StopReason.LENGTH`.

        Raises:
            ServiceRejectedError: a schema was asked for.
        """
        if schema is not None:
            raise ServiceRejectedError(
                "embedded.extractive cannot answer in a schema; name a model of a provider that can, such as "
                "openai.gpt-4o",
                service=self.model,
            )
        prompts = [message.content for message in messages if message.role is MessageRole.SYSTEM]
        reading = self._read(prompts[-1] if prompts else "", tuple(tool.name for tool in tools))
        results = _results(messages)
        answer = Answer(text=result_answer(results, asked=_asked(messages))) if results else None
        answer = answer or reply(reading, exchanges(messages))
        words = re.findall(r"\S+\s*", answer.text)
        for word in words[:max_tokens]:
            yield Delta(text=word)
        if max_tokens is not None and len(words) > max_tokens:
            yield Delta(stop=StopReason.LENGTH)
            return
        earlier = sum(len(message.tool_calls) for message in messages)
        for number, use in enumerate(answer.uses, start=earlier + 1):
            yield Delta(tool_call=ToolCall(id=f"call_{number}", name=use.name, arguments=use.arguments))
        yield Delta(stop=StopReason.TOOL_CALLS if answer.uses else StopReason.END)


def _results(messages: Sequence[Message]) -> list[str]:
    """Return the results that nothing has been said about yet."""
    latest = takewhile(lambda message: message.role is MessageRole.TOOL, reversed(messages))
    return [message.content for message in latest][::-1]


def _asked(messages: Sequence[Message]) -> str:
    return next((message.content for message in reversed(messages) if message.role is MessageRole.USER), "")
