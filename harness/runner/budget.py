"""A hard cap on what a run may cost: no call is placed that could break it.

A call's cost is known when it is over, so that the highest it can come to is put aside before. Where that does not fit
while others are in flight it waits for them, since they mostly cost less than was put aside.
"""

import asyncio
from collections.abc import Mapping, Sequence

from harness.model.suite import Planned
from harness.model.usage import Usage
from harness.pricing.cost import cost_of
from harness.pricing.table import PriceTable


class Budget:
    """Keeps account of one event loop's calls."""

    def __init__(self, *, usd: float, table: PriceTable, highest: Mapping[str, float], spent: float = 0.0) -> None:
        """Open the account.

        Args:
            usd: What all calls together may cost.
            table: Prices of what they use.
            highest: The most one call can cost, by the id of its (case, arm) pair.
            spent: What calls of an earlier session of the same run have cost.
        """
        self._usd = usd
        self._table = table
        self._highest = highest
        self._spent = spent
        self._reserved = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    @property
    def spent(self) -> float:
        """Return what the calls that are over have cost, in US dollars."""
        return self._spent

    @property
    def reserved(self) -> float:
        """Return what is put aside for calls in flight."""
        return self._reserved

    async def allow(self, planned: Planned) -> str:
        """Put aside what a call may cost, and return why it must not be placed; empty: it may be.

        A call that was allowed must be settled, whatever comes of it.
        """
        highest = self._highest[planned.id]
        while self._in_flight and not self._fits(highest):
            self._settled.clear()
            await self._settled.wait()
        if not self._fits(highest):
            left = max(self._usd - self._spent, 0.0)
            return (
                f"the next call, {planned.id}, may cost up to {highest:.4f} USD, and {left:.4f} USD of the budget of "
                f"{self._usd:g} USD are left"
            )
        self._reserved += highest
        self._in_flight += 1
        return ""

    def settle(self, planned: Planned, usages: Sequence[Usage]) -> None:
        """Take note of what a call used; whatever has no price is charged with all that was put aside."""
        highest = self._highest[planned.id]
        cost = cost_of(usages, self._table)
        self._spent += max(highest, cost.priced) if cost.usd is None else cost.usd
        self._in_flight -= 1
        # Sums of floats may leave a crumb, which would be missing from the next calls' money.
        self._reserved = self._reserved - highest if self._in_flight else 0.0
        self._settled.set()

    def _fits(self, highest: float) -> bool:
        return self._spent + self._reserved + highest <= self._usd
