"""The wire form of Chat Completions: messages and tools on their way out, a streamed answer on its way in."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.interfaces import Delta, Message, StopReason, ToolCall, ToolSpec
from harness.services.answering import past_arguments

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletionChunk
    from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

_STOPS = {"length": StopReason.LENGTH, "content_filter": StopReason.REFUSAL, "tool_calls": StopReason.TOOL_CALLS}


def wire_message(message: Message) -> dict[str, Any]:
    """Return a message as the API takes it."""
    wire: dict[str, Any] = {"role": message.role.value, "content": message.content}
    if message.tool_calls:
        wire["content"] = message.content or None
        wire["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": json.dumps(past_arguments(call), ensure_ascii=False)},
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


async def read_chunks(chunks: "AsyncIterator[ChatCompletionChunk]") -> AsyncGenerator[Delta, None]:
    """Yield a streamed answer; tool calls come together before the last delta, cut ones as far as they came."""
    refused = False
    calls = _Calls()
    async for chunk in chunks:
        for choice in chunk.choices or ():
            refused = refused or bool(choice.delta.refusal)
            text = (choice.delta.content or "") + (choice.delta.refusal or "")
            if text:
                yield Delta(text=text)
            for piece in choice.delta.tool_calls or ():
                calls.add(piece, answer_id=chunk.id)
            if choice.finish_reason:
                called = calls.whole()
                for call in called:
                    yield Delta(tool_call=call)
                # Some compatible servers end an answer that calls tools with a plain "stop".
                end = StopReason.TOOL_CALLS if called else StopReason.END
                yield Delta(stop=StopReason.REFUSAL if refused else _STOPS.get(choice.finish_reason, end))


@dataclass(slots=True)
class _Call:
    id: str
    made_up_id: str
    name: str = ""
    arguments: str = ""


class _Calls:
    """Puts tool calls together from their pieces, in the order they began."""

    def __init__(self) -> None:
        self._begun: list[_Call] = []
        self._open: dict[int, _Call] = {}

    def add(self, piece: "ChoiceDeltaToolCall", *, answer_id: str) -> None:
        call = self._open.get(piece.index)
        # Some compatible servers count every call of an answer as the first, and some give calls no id.
        if call is None or (piece.id and call.id and piece.id != call.id):
            call = _Call(id=piece.id or "", made_up_id=f"{answer_id or 'call'}-{len(self._begun)}")
            self._begun.append(call)
            self._open[piece.index] = call
        if piece.function:
            call.name = call.name or piece.function.name or ""
            call.arguments += piece.function.arguments or ""

    def whole(self) -> tuple[ToolCall, ...]:
        return tuple(
            ToolCall(id=call.id or call.made_up_id, name=call.name, arguments=call.arguments or "{}")
            for call in self._begun
        )
