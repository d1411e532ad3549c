"""Events posted to the addresses customers gave for them (contract section 6.3).

Each address has its own queue, so that its events keep their order and a dead one holds up nobody else. What is posted
and to whom is decided when the event happens; how often, when it is sent.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Final, Self

from harness.simulator.kernel.world import Published, World
from harness.simulator.server.options import WebhookLimits
from harness.simulator.server.posting import Hook, Poster
from harness.voipbin.events import WEBHOOK_GAP_MS, WEBHOOK_TRIES, body, is_delivered, owner_of
from harness.voipbin.resources import Kind, Record

LOGGER: Final = logging.getLogger(__name__)

_FAREWELL_S: Final = 5.0


class Webhooks:
    """Posts what happens on a platform. Lives on the platform's own event loop, while it is entered."""

    def __init__(
        self,
        world: World,
        poster: Poster,
        *,
        limits: WebhookLimits | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Take the platform, and who posts.

        Args:
            world: The platform to watch.
            poster: Sends one request.
            limits: How much may wait.
            sleep: Waits so many seconds between two tries.
        """
        self._world = world
        self._poster = poster
        self._limits = limits or WebhookLimits()
        self._sleep = sleep
        self._places = asyncio.Semaphore(self._limits.at_once)
        self._waiting: dict[str, deque[Hook]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = False
        world.watch(self._tell)

    async def __aenter__(self) -> Self:
        """Begin to post."""
        self._is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Post what waits, as far as that goes quickly, and stop."""
        self._is_open = False
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_FAREWELL_S)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def post(self, hook: Hook) -> None:
        """Post something when its turn comes."""
        if not self._is_open:
            return
        waiting = self._waiting.get(hook.uri)
        if waiting is None:
            waiting = self._waiting[hook.uri] = deque()
            task = asyncio.create_task(self._work(hook.uri, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if len(waiting) < self._limits.waiting:
            waiting.append(hook)
        else:
            LOGGER.warning("a webhook to %s was dropped: %d wait already", hook.place, len(waiting))

    async def idle(self) -> None:
        """Wait until nothing is left to post."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _tell(self, event: Published) -> None:
        if not self._is_open or not is_delivered(event.type):
            return
        addressees = [record for record in self._addressees(event) if record["webhook_uri"]]
        if not addressees:
            return
        content = body(event.type, event.data).encode()
        for record in addressees:
            self.post(Hook(uri=record["webhook_uri"], method=record["webhook_method"] or "POST", body=content))

    def _addressees(self, event: Published) -> Iterator[Record]:
        owner = owner_of(event.type, event.data, customer_id=self._world.customer_id)
        customer = self._world.find(Kind.CUSTOMER, owner)
        if customer is not None:
            yield customer
        is_own = event.type.startswith(f"{Kind.ACTIVEFLOW}_")
        activeflow = self._world.find(Kind.ACTIVEFLOW, event.data["id"] if is_own else event.activeflow_id)
        if activeflow is not None:
            yield activeflow

    async def _work(self, uri: str, waiting: deque[Hook]) -> None:
        try:
            while waiting:
                await self._deliver(waiting.popleft())
        finally:
            del self._waiting[uri]

    async def _deliver(self, hook: Hook) -> None:
        for attempt in range(1, WEBHOOK_TRIES + 1):
            async with self._places:
                posted = await self._poster.post(hook)
            if not posted.is_worth_another_try:
                break
            if attempt < WEBHOOK_TRIES:
                await self._sleep(WEBHOOK_GAP_MS / 1000)
        if not posted.is_taken:
            LOGGER.warning("a webhook to %s was not taken: %s", hook.place, posted.reason)
