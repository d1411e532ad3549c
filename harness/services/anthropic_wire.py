"""The wire form of what is sent to Anthropic's Messages: alternating turns with tool calls and results, and tools."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from harness.interfaces import Message, MessageRole, ToolSpec
from harness.services.answering import past_arguments


def wire_turns(spoken: Sequence[Message]) -> list[dict[str, Any]]:
    """Return the messages after the system's in alternating roles; results of tools are the user's turn."""
    turns = groupby(spoken, key=lambda message: "assistant" if message.role is MessageRole.ASSISTANT else "user")
    return [{"role": role, "content": _content(tuple(neighbours))} for role, neighbours in turns]


def wire_tools(tools: Sequence[ToolSpec]) -> list[dict[str, Any]]:
    """Return the tools as the API takes them."""
    return [
        {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)} for tool in tools
    ]


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
