"""What every hosted language model shares: how long an answer may take, when to ask again, what a status means.

The adapters translate their SDK's exceptions with `rejection`; `answer` gives each of them the same patience.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import Any, TypeAlias

from harness.errors import RateLimitedError, ServiceError, ServiceRejectedError, ServiceTimeoutError
from harness.interfaces import Delta, Message, MessageRole, ToolCall
from harness.services.providers import Endpoint
from harness.voipbin.engine_models import EngineModel

Attempt: TypeAlias = Callable[[], AsyncGenerator[Delta, None]]
"""Asks once. Raises ServiceError and its children only."""

OPENING = "(The call is connected.)"
"""Stands for the caller in a conversation the agent opens, where a provider insists on a user message first."""

_DETAIL_LENGTH = 400


async def answer(attempt: Attempt, *, timeout_s: float, service: str) -> AsyncGenerator[Delta, None]:
    """Yield an attempt's answer; try a second time, once, when the first failed in passing before its first piece.

    A broken connection and a 5xx are tried again at once; a 429 after the wait the service asked for, if that still
    fits in the time. `timeout_s` is all the waiting for one answer, second attempt included; the time the consumer
    takes between two pieces does not count.

    Raises:
        ServiceTimeoutError: the time ran out.
        ServiceError: the attempt's own, when it is not tried again.
    """
    clock = asyncio.get_running_loop()
    left_s = timeout_s
    for is_last in (False, True):
        begun = False
        try:
            async with aclosing(attempt()) as pieces:
                while True:
                    since = clock.time()
                    async with asyncio.timeout(left_s):
                        piece = await anext(pieces, None)
                    left_s -= clock.time() - since
                    if piece is None:
                        return
                    begun = True
                    yield piece
        except TimeoutError as error:
            raise ServiceTimeoutError(
                f"no whole answer within {timeout_s:g} s. Raise timeout_s, or look at the provider's status.",
                service=service,
            ) from error
        except ServiceError as error:
            wait_s = _wait_s(error)
            if is_last or begun or wait_s is None or wait_s >= left_s:
                raise
        await asyncio.sleep(wait_s)
        left_s -= wait_s


def rejection(
    *, status: int, detail: str, code: str | None, retry_after: str | None, endpoint: Endpoint, engine: EngineModel
) -> ServiceError:
    """Return the error for an HTTP status, saying what to do about it.

    Args:
        status: the HTTP status.
        detail: what the provider said, in its own words.
        code: the provider's own code for the fault, where it has one.
        retry_after: the header of that name; only a number of seconds is understood.
        endpoint: where it came from; its key is removed from `detail`.
        engine: the model that was asked for.
    """
    service = endpoint.provider.name
    said = f"{status}: {endpoint.redact(detail)[:_DETAIL_LENGTH]}".rstrip(". ")
    if status == 402 or code == "insufficient_quota":
        return ServiceRejectedError(f"the account has no credit left ({said}).", service=service, status=status)
    match status:
        case 401 | 403:
            key = endpoint.provider.key_variable or "the server's configuration"
            return ServiceRejectedError(
                f"access refused ({said}). Check {key} and what it may use.", service=service, status=status
            )
        case 404:
            return ServiceRejectedError(
                f"there is no model {engine.model!r} at {endpoint.address} ({said}). Check engine_model {engine}.",
                service=service,
                status=status,
            )
        case 408:
            return ServiceTimeoutError(f"the provider gave up waiting ({said}).", service=service, status=status)
        case 429:
            return RateLimitedError(
                f"asks for fewer requests ({said}). Lower concurrency or wait.",
                service=service,
                retry_after_s=_seconds(retry_after),
            )
        case 409:
            return ServiceError(f"was busy with a conflicting request ({said}).", service=service, status=status)
        case _ if 400 <= status < 500:
            return ServiceRejectedError(
                f"refused the request for model {engine.model!r} ({said}).", service=service, status=status
            )
        case _:
            return ServiceError(f"failed while answering ({said}).", service=service, status=status)


def opened(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return the messages with OPENING after the system messages, if no user message stands there."""
    system = tuple(message for message in messages if message.role is MessageRole.SYSTEM)
    spoken = tuple(message for message in messages if message.role is not MessageRole.SYSTEM)
    if spoken and spoken[0].role is MessageRole.USER:
        return (*system, *spoken)
    return (*system, Message(role=MessageRole.USER, content=OPENING), *spoken)


def past_arguments(call: ToolCall) -> dict[str, Any]:
    """Return the arguments of a call made earlier; none when they are no JSON object, since providers read them."""
    try:
        arguments = json.loads(call.arguments)
    except json.JSONDecodeError:
        return {}
    return arguments if isinstance(arguments, dict) else {}


def _wait_s(error: ServiceError) -> float | None:
    """Return how long to wait before a second attempt; None when it would not help."""
    match error:
        case RateLimitedError():
            return error.retry_after_s
        case ServiceTimeoutError() | ServiceRejectedError():
            return None
        case _:
            return 0.0


def _seconds(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
