"""Language models, and the agent that is one: what they are asked, and what they answer."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from harness.model.agent import AgentConfig


class MessageRole(StrEnum):
    """Who a message to a language model is from."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    """The result of a tool call."""


JsonSchema: TypeAlias = Mapping[str, Any]
"""A JSON Schema document; the one place where a bare `Any` crosses a seam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool offered to a language model."""

    name: str
    description: str
    parameters: JsonSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A model's wish to have a tool used."""

    id: str
    name: str
    arguments: str
    """JSON text as the model wrote it, possibly broken: whoever executes the call checks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation with a language model."""

    role: MessageRole
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant message: the tools it called, beside or instead of its words."""
    tool_call_id: str = ""
    """Of a tool message: the call it is the result of."""


class StopReason(StrEnum):
    """Why a model stopped."""

    END = "end"
    LENGTH = "length"
    """The answer was cut at the token limit."""
    REFUSAL = "refusal"
    TOOL_CALLS = "tool_calls"
    """The answer called tools, and waits for their results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A piece of a streamed answer; the last one carries the stop reason."""

    text: str = ""
    tool_call: ToolCall | None = None
    """A complete call, given once its arguments are whole."""
    stop: StopReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Asks a model for JSON of a shape (structured output)."""

    name: str
    document: JsonSchema


class LLM(Protocol):
    """A language model."""

    @property
    def model(self) -> str:
        """Return the engine_model, `<provider>.<model>`."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer, piece by piece. The last delta carries `stop`. Raises ServiceError and its children only."""
        ...


class Agent(Protocol):
    """The side under test, when it is simulated."""

    def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        """Answer the conversation so far: everything but system messages; empty when the agent is to greet."""
        ...


AgentFactory: TypeAlias = Callable[[AgentConfig], Agent]
