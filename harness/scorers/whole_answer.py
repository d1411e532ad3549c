"""The answer of a language model that judges, taken whole, and what keeps it from being one (evaluation.md 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from harness.interfaces import LLM, Message, Schema, StopReason
from harness.interfaces.metering import asked_by
from harness.model.usage import Side

MAX_TOKENS: Final = 4_000
"""Room for one answer, the thinking of reasoning models included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said."""

    text: str
    stop: StopReason | None

    @property
    def fault(self) -> str:
        """Return why it cannot be read; empty for an answer that came to its end."""
        match self.stop:
            case StopReason.END:
                return ""
            case StopReason.REFUSAL:
                return "the judge refused to answer"
            case StopReason.LENGTH:
                return "the judge's answer was cut at its length limit; answer more briefly"
            case StopReason.TOOL_CALLS:
                return "the judge called a tool, and there is none"
            case None:
                return "the judge's answer broke off"
            case _:
                assert_never(self.stop)


async def ask(llm: LLM, messages: Sequence[Message], *, schema: Schema) -> Answer:
    """Ask for JSON of a shape. Raises ServiceError and its children."""
    text: list[str] = []
    stop: StopReason | None = None
    with asked_by(Side.JUDGE):
        async for delta in llm.stream(messages, schema=schema, max_tokens=MAX_TOKENS):
            text.append(delta.text)
            stop = delta.stop or stop
    return Answer(text="".join(text), stop=stop)
