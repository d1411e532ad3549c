"""How often the platform may be asked, and when a request that failed may be sent again (contract 1.4 and 1.5)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

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
_TURNED_AWAY: Final = frozenset({429, 503})
"""The request was not carried out: even one that makes something may be sent again."""
_FAILED: Final = frozenset({500, 502, 504})
_NEARLY: Final = 1 - 1e-9
"""Waiting exactly as long as needed may leave a bucket this little short."""


class RateBudget:
    """A client's share of the request budget: who asks first is served first."""

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
        """Wait for one's turn, and until a request fits the budget."""
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
