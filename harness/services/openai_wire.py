"""The wire form of Chat Completions: messages and tools on their way out, pieces of tool calls on their way in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from harness.interfaces import Message, ToolCall, ToolSpec
from harness.services.answering import past_arguments

_UNSIGNED = {"extra_content": {"google": {"thought_signature": "skip_thought_signature_validator"}}}
"""Google's own words for a call whose signature nobody kept."""


def wire_message(message: Message, *, signs_calls: bool = False) -> dict[str, Any]:
    """Return a message as the API takes it; with `signs_calls` for a model that wants its calls back signed."""
    wire: dict[str, Any] = {"role": message.role.value, "content": message.content}
    if message.tool_calls:
        wire["content"] = message.content or None
        wire["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(past_arguments(call), ensure_ascii=False)},
                **(_UNSIGNED if signs_calls else {}),
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id:
        wire["tool_call_id"] = message.tool_call_id
    return wire


def wire_tools(tools: Sequence[ToolSpec]) -> list[dict[str, Any]]:
    """Return the tools as the API takes them."""
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)},
        }
        for tool in tools
    ]


@dataclass(slots=True)
class _Call:
    id: str
    made_up_id: str
    name: str = ""
    arguments: str = ""


class CallPieces:
    """Puts tool calls together from their pieces, in the order they began."""

    def __init__(self) -> None:
        """Begin with no call."""
        self._begun: list[_Call] = []
        self._open: dict[int, _Call] = {}

    def add(self, index: int, *, id: str | None, name: str | None, arguments: str | None, answer_id: str) -> None:
        """Take the next piece of the answer's call number `index`."""
        call = self._open.get(index)
        # Some compatible servers count every call of an answer as the first, and some give calls no id.
        if call is None or (id and call.id and id != call.id):
            call = _Call(id=id or "", made_up_id=f"{answer_id or 'call'}-{len(self._begun)}")
            self._begun.append(call)
            self._open[index] = call
        call.name = call.name or name or ""
        call.arguments += arguments or ""

    def whole(self) -> tuple[ToolCall, ...]:
        """Return the calls; one that was cut is as long as it came."""
        return tuple(
            ToolCall(id=call.id or call.made_up_id, name=call.name, arguments=call.arguments or "{}")
            for call in self._begun
        )
