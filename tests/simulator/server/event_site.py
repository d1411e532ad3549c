"""A platform whose event socket is served on loopback, and a foreign client for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harness.simulator.kernel.world import World
from harness.simulator.server.options import ServerOptions, SocketLimits
from harness.simulator.server.service import Service
from harness.simulator.server.sockets import EventHub, event_route
from harness.voipbin.events import Payloads
from harness.voipbin.resources import Kind, Record
from tests.simulator.server.live import WAIT_S, served
from tests.simulator.server.stage import new_platform

NOW_S: Final = 1_700_000_000.0


@dataclass
class Site:
    """A served world and how to reach its event socket."""

    world: World
    service: Service
    hub: EventHub
    address: str

    @property
    def key(self) -> str:
        return f"accesskey={self.service.doorkeeper.admin.access_key}"

    @property
    def token(self) -> str:
        return f"token={self.service.doorkeeper.admin.token}"

    @property
    def topic(self) -> str:
        return f"customer_id:{self.world.customer_id}"

    def connect(self, query: str, **headers: str) -> connect:
        return connect(f"ws://{self.address}/v1.0/ws?{query}", additional_headers=headers, proxy=None)

    async def ask(self, socket: ClientConnection, type: str, *topics: object) -> None:
        """Send a request and wait until the server has read it: messages and pings are read in order."""
        await socket.send(json.dumps({"type": type, "topics": topics}))
        await self.settled(socket)

    async def settled(self, socket: ClientConnection) -> None:
        await (await socket.ping())
        # The pong is written by the protocol; the reader behind it runs at the loop's next turns.
        for _ in range(10):
            await asyncio.sleep(0)

    def call(self, **fields: Any) -> Record:
        return self.world.create(Kind.CALL, event="call_created", **fields)


@asynccontextmanager
async def site(
    *,
    payloads: Payloads = Payloads.BOTH,
    limits: SocketLimits | None = None,
    options: ServerOptions | None = None,
    ping_interval_s: float = 10.0,
    ping_timeout_s: float = 60.0,
) -> AsyncIterator[Site]:
    platform = new_platform()
    world = platform.world
    service = Service(platform, options or ServerOptions(now=lambda: NOW_S))
    hub = EventHub(world, payloads=payloads, limits=limits)
    async with served(
        [event_route(hub, service)], ping_interval_s=ping_interval_s, ping_timeout_s=ping_timeout_s
    ) as address:
        yield Site(world, service, hub, address)


def run(test: Callable[[Site], Awaitable[None]], **how: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(WAIT_S), site(**how) as opened:
            await test(opened)

    asyncio.run(main())


async def received(socket: ClientConnection) -> Any:
    return json.loads(await socket.recv())


async def closed_with(socket: ClientConnection) -> int:
    with suppress(ConnectionClosed):
        while True:
            await socket.recv()
    assert socket.close_code is not None
    return socket.close_code
