"""An AI call's stored messages as those read them that look back on the call: evaluators and summarisers."""

from collections.abc import Iterable

from harness.interfaces import Message, MessageRole, ToolCall
from harness.voipbin.resources import Record

_ROLES = {"user": MessageRole.USER, "assistant": MessageRole.ASSISTANT, "tool": MessageRole.TOOL}


def conversation(stored: Iterable[Record], *, longest: int) -> tuple[Message, ...]:
    """Return what was said and which tools were used, in the order given, each message cut at `longest` characters."""
    return tuple(
        Message(
            role=_ROLES[record["role"]],
            content=record["content"][:longest],
            tool_calls=tuple(_tool_call(call) for call in record["tool_calls"] or ()),
            tool_call_id=record["tool_call_id"] or "",
        )
        for record in stored
        if record["role"] in _ROLES
    )


def _tool_call(document: Record) -> ToolCall:
    function = document["function"]
    return ToolCall(id=document["id"], name=function["name"], arguments=function["arguments"])
