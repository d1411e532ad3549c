"""One run of the agent's language model: its whole answer and when each word of it was there."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace

from harness.errors import ServiceError, ServiceTimeoutError
from harness.interfaces import Clock, Delta, ToolCall

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer as the model wrote it."""

    text: str
    """Exactly as it was streamed, with its white space."""
    word_ends: tuple[int, ...]
    """Index just behind each word in `text`."""
    arrivals_ms: tuple[float, ...]
    """When each word was complete on the clock that was passed in, counted from the request."""
    took_ms: float
    """When the answer ended or failed, counted from the request."""
    tool_calls: tuple[ToolCall, ...] = ()
    """The tools the answer asks for, complete when the answer is."""
    failure: ServiceError | None = None


async def write(
    deltas: AsyncIterator[Delta], *, clock: Clock, service: str, timeout_s: float, idle_close_s: float | None
) -> Written:
    """Collect an answer. Never raises a ServiceError: it becomes `failure`, beside the words that came before it.

    Args:
        deltas: The streamed answer; closed in any case.
        clock: Measures arrivals.
        service: Who answers, for the error text.
        timeout_s: Longest wait for any piece; more is a failure.
        idle_close_s: Longest wait for a piece after the first, more closes the answer as it is (the platform's
            rule); None leaves it to `timeout_s`.
    """
    began = clock.now_ms()
    pieces: list[tuple[str, float]] = []
    calls: list[ToolCall] = []
    failure: ServiceError | None = None
    patience = _Patience(timeout_s=timeout_s, idle_close_s=idle_close_s)
    try:
        async with asyncio.timeout(None) as limit:
            patience.renew(limit, begun=False)
            async for delta in deltas:
                if delta.text:
                    pieces.append((delta.text, clock.now_ms() - began))
                if delta.tool_call is not None:
                    calls.append(delta.tool_call)
                patience.renew(limit, begun=bool(pieces))
    except TimeoutError:
        if not patience.closes:
            failure = ServiceTimeoutError(f"no answer within {timeout_s:g} s", service=service)
    except ServiceError as error:
        failure = error
    finally:
        if isinstance(deltas, AsyncGenerator):
            await deltas.aclose()
    written = _written(pieces, took_ms=clock.now_ms() - began, failure=failure)
    return replace(written, tool_calls=tuple(calls)) if calls else written


def _written(pieces: list[tuple[str, float]], *, took_ms: float, failure: ServiceError | None) -> Written:
    text = "".join(piece for piece, _ in pieces)
    ends = tuple(match.end() for match in _WORD.finditer(text))
    arrivals: list[float] = []
    behind = 0
    for piece, at_ms in pieces:
        behind += len(piece)
        while len(arrivals) < len(ends) and ends[len(arrivals)] <= behind:
            arrivals.append(at_ms)
    return Written(text=text, word_ends=ends, arrivals_ms=tuple(arrivals), took_ms=took_ms, failure=failure)


class _Patience:
    """How long the next piece may take.

    Renewed with every piece, but set anew only now and then: setting costs more than a piece that was there already,
    and being up to a twentieth too patient hurts nobody.
    """

    def __init__(self, *, timeout_s: float, idle_close_s: float | None) -> None:
        self._timeout_s = timeout_s
        self._idle_close_s = idle_close_s
        self._renew_at = 0.0
        self.closes = False
        """Whether running out of it closes the answer as it is, instead of failing it."""

    def renew(self, limit: asyncio.Timeout, *, begun: bool) -> None:
        now = asyncio.get_running_loop().time()
        closes = begun and self._idle_close_s is not None and self._idle_close_s < self._timeout_s
        if now < self._renew_at and closes == self.closes:
            return
        self.closes = closes
        longest_s = self._idle_close_s if closes and self._idle_close_s is not None else self._timeout_s
        slack_s = longest_s / 20
        self._renew_at = now + slack_s
        limit.reschedule(now + longest_s + slack_s)
