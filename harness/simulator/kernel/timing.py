"""Waiting for a service of the platform: with a limit, and with a watch."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar

from harness.errors import ServiceTimeoutError
from harness.interfaces import Clock

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed(Generic[Value]):
    """What a service answered and how long it took."""

    value: Value
    took_ms: float


async def timed(waiting: Awaitable[Value], *, clock: Clock, service: str, timeout_s: float) -> Timed[Value]:
    """Wait for a service.

    Raises:
        ServiceError: as the service raises it, or because `timeout_s` passed.
    """
    began = clock.now_ms()
    try:
        async with asyncio.timeout(timeout_s):
            value = await waiting
    except TimeoutError as error:
        raise ServiceTimeoutError(f"no answer within {timeout_s:g} s", service=service) from error
    return Timed(value=value, took_ms=clock.now_ms() - began)
