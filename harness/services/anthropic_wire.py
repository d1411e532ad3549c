"""The wire form of Anthropic's Messages: turns and tools on their way out, a streamed answer on its way in."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from harness.interfaces import Delta, Message, MessageRole, StopReason, ToolCall, ToolSpec
from harness.services.answering import past_arguments

if TYPE_CHECKING:
    from anthropic.types import RawMessageStreamEvent

_STOPS = {
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSAL,
    "tool_use": StopReason.TOOL_CALLS,
}


def wire_turns(spoken: Sequence[Message]) -> list[dict[str, Any]]:
    """Return the messages after the system's in alternating roles; results of tools are the user's turn."""
    turns = groupby(spoken, key=lambda message: "assistant" if message.role is MessageRole.ASSISTANT else "user")
    return [{"role": role, "content": _content(tuple(neighbours))} for role, neighbours in turns]


def wire_tools(tools: Sequence[ToolSpec]) -> list[dict[str, Any]]:
    """Return the tools as the API takes them."""
    return [
        {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)} for tool in tools
    ]


async def read_events(events: "AsyncIterator[RawMessageStreamEvent]") -> AsyncGenerator[Delta, None]:
    """Yield a streamed answer; a tool call comes when its block ends, a cut one as far as it came."""
    call: _Call | None = None
    async for event in events:
        if event.type == "content_block_start" and event.content_block.type == "tool_use":
            call = _Call(id=event.content_block.id, name=event.content_block.name)
        if event.type == "content_block_delta":
            if event.delta.type == "text_delta" and event.delta.text:
                yield Delta(text=event.delta.text)
            if event.delta.type == "input_json_delta" and call is not None:
                call.arguments += event.delta.partial_json
        if event.type in ("content_block_stop", "message_delta") and call is not None:
            yield Delta(tool_call=ToolCall(id=call.id, name=call.name, arguments=call.arguments or "{}"))
            call = None
        if event.type == "message_delta" and event.delta.stop_reason is not None:
            yield Delta(stop=_STOPS.get(event.delta.stop_reason, StopReason.END))


@dataclass(slots=True)
class _Call:
    id: str
    name: str
    arguments: str = ""


def _content(neighbours: Sequence[Message]) -> str | list[dict[str, Any]]:
    if not any(message.tool_calls or message.tool_call_id for message in neighbours):
        return "\n".join(message.content for message in neighbours)
    blocks = [block for message in neighbours for block in _blocks(message)]
    # The API wants results before words.
    return sorted(blocks, key=lambda block: block["type"] != "tool_result")


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.tool_call_id:
        return [{"type": "tool_result", "tool_use_id": message.tool_call_id, "content": message.content}]
    text = [{"type": "text", "text": message.content}] if message.content.strip() else []
    uses = [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": past_arguments(call)}
        for call in message.tool_calls
    ]
    return [*text, *uses]
