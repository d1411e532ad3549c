"""The agent that needs no key and no weights: a language model's seam over a prompt that is read, not understood."""

import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

from harness.errors import ServiceRejectedError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason
from harness.services.extractive.dialogue import exchanges
from harness.services.extractive.prompt_reader import read_prompt
from harness.services.extractive.replies import reply


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
        self, messages: Sequence[Message], *, schema: Schema | None = None, max_tokens: int | None = None
    ) -> AsyncIterator[Delta]:
        """Answer the history word by word.

        Args:
            messages: the last system message is the `init_prompt`; earlier ones are the platform's and are not read.
                Without a user message the answer is the greeting.
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
        reading = self._read(prompts[-1] if prompts else "")
        words = re.findall(r"\S+\s*", reply(reading, exchanges(messages)))
        for word in words[:max_tokens]:
            yield Delta(text=word)
        yield Delta(stop=StopReason.END if max_tokens is None or len(words) <= max_tokens else StopReason.LENGTH)
