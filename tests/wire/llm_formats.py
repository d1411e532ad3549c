"""The two streamed wire formats of `llm_server`, as the events of one answer."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Stop = Literal["end", "length", "refusal", "tool_calls"]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call inside an answer, its arguments in as many pieces as given."""

    id: str
    name: str
    arguments: tuple[str, ...]


_CHUNK = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
_USAGE = {
    "prompt_tokens": 120,
    "completion_tokens": 9,
    "total_tokens": 129,
    "prompt_tokens_details": {"cached_tokens": 100},
}


class OpenAI:
    """Chat Completions, streamed."""

    def start(self, model: str) -> Iterator[str]:
        yield self._chunk({"role": "assistant", "content": ""})

    def texts(self, chunks: Sequence[str]) -> Iterator[str]:
        for chunk in chunks:
            yield self._chunk({"content": chunk})

    def calls(self, calls: Sequence[Call]) -> Iterator[str]:
        for index, call in enumerate(calls):
            head = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
            yield self._chunk({"tool_calls": [{"index": index, **head}]})
            for piece in call.arguments:
                yield self._chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})

    def stop(self, stop: Stop, *, counted: bool) -> Iterator[str]:
        if stop == "refusal":
            yield self._chunk({"refusal": "I can't help with that."})
        yield self._chunk({}, finish=stop if stop in ("length", "tool_calls") else "stop")
        if counted:
            yield f"data: {json.dumps({**_CHUNK, 'choices': [], 'usage': _USAGE})}\n\n"
        yield "data: [DONE]\n\n"

    def failure(self, message: str) -> Iterator[str]:
        yield f"data: {json.dumps({'error': {'message': message, 'type': 'server_error'}})}\n\n"

    def whole(self, model: str, text: str) -> Mapping[str, Any]:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return {"id": "c1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice]}

    def error(self, message: str, code: str | None) -> Mapping[str, Any]:
        return {"error": {"message": message, "type": "error", "param": None, "code": code}}

    def _chunk(self, delta: Mapping[str, object], *, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**_CHUNK, 'choices': [choice]})}\n\n"


class Anthropic:
    """Messages, streamed."""

    def start(self, model: str) -> Iterator[str]:
        message = {"id": "m1", "type": "message", "role": "assistant", "model": model, "content": []}
        usage = {"input_tokens": 20, "output_tokens": 1, "cache_read_input_tokens": 100}
        yield self._event("message_start", message={**message, "stop_reason": None, "usage": usage})
        yield self._event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        yield self._event("ping")

    def texts(self, chunks: Sequence[str]) -> Iterator[str]:
        for chunk in chunks:
            yield self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": chunk})

    def calls(self, calls: Sequence[Call]) -> Iterator[str]:
        for index, call in enumerate(calls, start=1):
            yield self._event("content_block_stop", index=index - 1)
            block = {"type": "tool_use", "id": call.id, "name": call.name, "input": {}}
            yield self._event("content_block_start", index=index, content_block=block)
            for piece in call.arguments:
                delta = {"type": "input_json_delta", "partial_json": piece}
                yield self._event("content_block_delta", index=index, delta=delta)

    def stop(self, stop: Stop, *, counted: bool) -> Iterator[str]:
        reasons = {"end": "end_turn", "length": "max_tokens", "refusal": "refusal", "tool_calls": "tool_use"}
        yield self._event("content_block_stop", index=0)
        delta = {"stop_reason": reasons[stop], "stop_sequence": None}
        yield self._event("message_delta", delta=delta, usage={"output_tokens": 5})
        yield self._event("message_stop")

    def failure(self, message: str) -> Iterator[str]:
        yield self._event("error", error={"type": "overloaded_error", "message": message})

    def whole(self, model: str, text: str) -> Mapping[str, Any]:
        message = {"id": "m1", "type": "message", "role": "assistant", "model": model, "stop_reason": "end_turn"}
        usage = {"input_tokens": 1, "output_tokens": 1}
        return {**message, "content": [{"type": "text", "text": text}], "stop_sequence": None, "usage": usage}

    def error(self, message: str, code: str | None) -> Mapping[str, Any]:
        return {"type": "error", "error": {"type": "error", "message": message}}

    def _event(self, kind: str, **fields: object) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"
