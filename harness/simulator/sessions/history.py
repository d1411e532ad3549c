"""The conversation as a language model may be shown it: each result of a tool stands right behind its call.

Results come when they come, and people speak meanwhile. Providers refuse a history in which anything stands between a
call and its result, or in which a call has none.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from typing import Final

from harness.interfaces import Message, MessageRole
from harness.voipbin.tools import llm_result

STILL_RUNNING: Final = llm_result("error", "still running")
"""What the model reads of a tool that has not returned yet."""


def in_order(history: Sequence[Message]) -> tuple[Message, ...]:
    """Return the history with every result moved behind its call, in the order of the calls; none is left open."""
    return tuple(_in_order(history))


def _in_order(history: Sequence[Message]) -> Iterator[Message]:
    # Some models number their calls anew in every answer: of one id, the first call has the first result.
    results: dict[str, deque[Message]] = defaultdict(deque)
    for message in history:
        if message.role is MessageRole.TOOL:
            results[message.tool_call_id].append(message)
    for message in history:
        if message.role is MessageRole.TOOL:
            continue
        yield message
        for call in message.tool_calls:
            returned = results[call.id]
            running = Message(role=MessageRole.TOOL, content=STILL_RUNNING, tool_call_id=call.id)
            yield returned.popleft() if returned else running
