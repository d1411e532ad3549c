"""How often the platform may be asked, and when a request that failed may be sent again (contract 1.4 and 1.5)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeAlias

from harness.errors import ApiError
from harness.voipbin.api_errors import Reason
from harness.voipbin.refusals import remedy

Sleep: TypeAlias = Callable[[float], Awaitable[None]]

CUSTOMER_PER_S: Final = 16.7
"""Requests a second that a customer has."""
CUSTOMER_BURST: Final = 33
"""Requests a customer may send at once after a pause."""
MOST_TRIES: Final = 4
MOST_UNANSWERED: Final = 3
"""Tries of a request that gets no answer at all: each may take as long as the timeout."""
LONGEST_WAIT_S: Final = 60.0
"""A platform that asks for a longer wait is not waited for."""
_FIRST_WAIT_S: Final = 0.5
_LIMITED: Final = 429
_TURNED_AWAY: Final = frozenset({_LIMITED, 503})
"""The request was not carried out: even one that makes something may be sent again."""
_FAILED: Final = frozenset({500, 502, 504})
_NEARLY: Final = 1 - 1e-9
"""Waiting exactly as long as needed may leave a bucket this little short."""
_IS_TIMED: Final = ContextVar("is_timed", default=False)


@contextmanager
def timed() -> Iterator[None]:
    """Have the requests made inside go first, and fail where the platform turns them away, rather than wait in secret.

    For what the times of a call in progress hang on: a wait of ours would be measured as the agent's.
    """
    token = _IS_TIMED.set(True)
    try:
        yield
    finally:
        _IS_TIMED.reset(token)


class RateBudget:
    """A client's share of the request budget: what is timed goes first, then who asks first."""

    def __init__(self, share: float, *, now: Callable[[], float], sleep: Sleep) -> None:
        """Start with a full share."""
        self._per_s = CUSTOMER_PER_S * share
        self._burst = max(1.0, CUSTOMER_BURST * share)
        self._now = now
        self._sleep = sleep
        self._left = self._burst
        self._counted_at = now()
        self._held_until = self._counted_at
        self._turn = asyncio.Lock()

    async def take(self) -> None:
        """Wait for one's turn, and until a request fits the budget; what is timed borrows from those that wait.

        Raises:
            ApiError: it is timed, and the platform asked that nobody asks for a while.
        """
        if _IS_TIMED.get():
            self._wait_s()
            held_s = self._held_until - self._now()
            if held_s > 0:
                raise _held(held_s)
            self._left -= 1
            return
        async with self._turn:
            while (wait_s := self._wait_s()) > 0:
                await self._sleep(wait_s)
            self._left -= 1

    def hold(self, seconds: float) -> None:
        """Let nobody ask for a while: the platform said that it is too much."""
        self._held_until = max(self._held_until, self._now() + seconds)

    def _wait_s(self) -> float:
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._counted_at) * self._per_s)
        self._counted_at = now
        short_s = 0.0 if self._left >= _NEARLY else (1 - self._left) / self._per_s
        return max(short_s, self._held_until - now)


def _held(seconds: float) -> ApiError:
    known = remedy(_LIMITED, "")
    return ApiError(
        f"the platform asks for fewer requests, and for {seconds:.1f} s more for none",
        http_status=_LIMITED,
        status="RESOURCE_EXHAUSTED",
        reason=Reason.RATE_LIMIT_EXCEEDED.value,
        advice=f"Cause: {known.cause}. Fix: {known.fix}.",
    )


def wait_before_retry(tries: int, *, status: int | None, retry_after_s: float | None, harmless: bool) -> float | None:
    """Return how long to wait before a failed request is sent again; None when it is not.

    Args:
        tries: How often it was sent.
        status: The answer's HTTP code; None when none came.
        retry_after_s: The wait the platform asked for.
        harmless: Whether it does no harm when it is carried out twice.
    """
    if tries >= (MOST_UNANSWERED if status is None else MOST_TRIES):
        return None
    if _IS_TIMED.get() and (status in _TURNED_AWAY or tries > 1):
        return None
    if status not in _TURNED_AWAY and not (harmless and (status is None or status in _FAILED)):
        return None
    wait_s = _FIRST_WAIT_S * 2 ** (tries - 1) if retry_after_s is None else retry_after_s
    return wait_s if wait_s <= LONGEST_WAIT_S else None


def read_retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header; None for a date, which the platform never sends, or nonsense."""
    try:
        seconds = float(value or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
