"""Token buckets: who asked how often of late."""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from harness.simulator.server.options import Limits, Rate

_MOST_BUCKETS: Final = 10_000


class LimitedBy(StrEnum):
    """Whose requests are counted together."""

    ADDRESS = "ip"
    CUSTOMER = "customer"


class Limiter:
    """Counts the requests of addresses, customers and direct tokens."""

    def __init__(self, limits: Limits | None, *, now: Callable[[], float]) -> None:
        """Start with every bucket full."""
        self.limits = limits
        self._now = now
        self._buckets: dict[tuple[Rate, str], tuple[float, float]] = {}

    def take(self, rate: Rate, who: str) -> float:
        """Count one request and return 0, or return how many seconds to wait before it would be let through."""
        now = self._now()
        left, counted_at = self._buckets.get((rate, who), (float(rate.burst), now))
        left = min(rate.burst, left + max(0.0, now - counted_at) * rate.per_s)
        if left < 1:
            self._buckets[rate, who] = (left, now)
            return (1 - left) / rate.per_s
        if len(self._buckets) >= _MOST_BUCKETS:
            self._forget_full(now)
        self._buckets[rate, who] = (left - 1, now)
        return 0.0

    def _forget_full(self, now: float) -> None:
        self._buckets = {
            (rate, who): (left, counted_at)
            for (rate, who), (left, counted_at) in self._buckets.items()
            if left + (now - counted_at) * rate.per_s < rate.burst
        }
