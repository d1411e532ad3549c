"""What is examined: a VoIPBIN as one account sees it, each thing asked for once, and what calls will need of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from harness.transports.voipbin.account import numbers, show_billing_account, show_customer
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.resources import Record

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What calls are going to need, from settings and suites."""

    engine_models: tuple[str, ...] = ()
    """Of the suites' arms."""
    cases: int = 0
    """Of the suites."""
    unfit: tuple[str, ...] = ()
    """Cases that cannot be held like that, each with why and what to do."""
    sources: tuple[str, ...] = ()
    """Telephone numbers that calls are placed from."""
    dials_numbers: bool = False
    """Whether telephone numbers are to be called."""
    ai: str = ""
    """Id of the AI that is phoned as it is."""
    is_live: bool = False
    """Whether runs are set to hold real calls; otherwise they may, one day."""


class Once(Generic[T]):
    """An answer that everybody shares: who asks first asks."""

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        """Take what asks."""
        self._ask = ask
        self._asked: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        """Return the answer, or raise what asking raised."""
        if self._asked is None:
            self._asked = asyncio.ensure_future(self._ask())
        return await asyncio.shield(self._asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping:
    """That a platform is there, and what its clock said."""

    took_s: float
    theirs: str
    """Its Date header; empty for none."""
    ours: datetime
    """Half way between question and answer."""


class Subject:
    """A platform, its account and the agent to be phoned."""

    def __init__(
        self, client: VoipbinClient, needs: Needs, *, wall: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Take who asks, what calls will need, and this machine's clock."""
        self.client = client
        self.credentials = client.site.credentials
        self.needs = needs
        self.ping = Once(self._ping)
        self.customer = Once(lambda: show_customer(client))
        self.billing = Once(lambda: show_billing_account(client))
        self.numbers = Once(lambda: numbers(client))
        self.booted = Once(client.boot)
        self.ai = Once(self._ai)
        self._wall = wall

    async def _ping(self) -> Ping:
        asked, started_s = self._wall(), self.client.now()
        answer = await self.client.ping()
        took_s = self.client.now() - started_s
        return Ping(took_s=took_s, theirs=answer.headers.get("date", ""), ours=asked + (self._wall() - asked) / 2)

    async def _ai(self) -> Record | None:
        """Return the AI that is to be phoned, or the newest of the account; None where it has none."""
        if self.needs.ai:
            ai: Record = await self.client.get(path_of("ais", self.needs.ai))
            return ai
        async for newest in self.client.pages("/ais", page_size=1):
            return newest
        return None
