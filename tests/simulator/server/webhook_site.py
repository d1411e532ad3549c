"""A world whose webhooks are on, and a customer's real HTTP server on loopback that takes them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.simulator.kernel.world import World
from harness.simulator.server.options import WebhookLimits
from harness.simulator.server.posting import HttpPoster
from harness.simulator.server.webhooks import Webhooks
from harness.voipbin.resources import Kind, Record
from tests.simulator.server.live import WAIT_S, new_world, served

METHODS: Final = ["POST", "GET", "PUT", "DELETE"]


@dataclass
class Received:
    """One request at the receiver."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return str(json.loads(self.body)["type"])


@dataclass
class Receiver:
    """A customer's server: answers with the scripted statuses, then 200; "hang" never answers."""

    requests: list[Received] = field(default_factory=list)
    script: list[int | str] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        self.requests.append(Received(request.method, request.url.path, dict(request.headers), await request.body()))
        answer = self.script.pop(0) if self.script else 200
        if answer == "hang":
            await asyncio.Event().wait()
        assert isinstance(answer, int)
        return Response(status_code=answer, headers={"Location": "/moved"} if answer == 302 else None)

    @property
    def types(self) -> list[str]:
        return [request.type for request in self.requests]


@dataclass
class Site:
    world: World
    webhooks: Webhooks
    receiver: Receiver
    address: str
    slept: list[float]

    @property
    def customer(self) -> Record:
        return self.world.require(Kind.CUSTOMER, self.world.customer_id)

    def hook(self, path: str = "/hook", method: str = "POST") -> None:
        self.world.change(self.customer, webhook_uri=f"http://{self.address}{path}", webhook_method=method)


@asynccontextmanager
async def site(
    *,
    allow_loopback: bool = True,
    secret: str = "",
    timeout_s: float = WAIT_S,
    limits: WebhookLimits | None = None,
) -> AsyncIterator[Site]:
    world, receiver, slept = new_world(), Receiver(), list[float]()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with (
        served([Route("/{path:path}", receiver.take, methods=METHODS)]) as address,
        HttpPoster(allow_loopback=allow_loopback, secret=secret, timeout_s=timeout_s) as poster,
        Webhooks(world, poster, limits=limits, sleep=sleep) as webhooks,
    ):
        yield Site(world, webhooks, receiver, address, slept)


def run(test: Callable[[Site], Awaitable[None]], **how: Any) -> None:
    async def main() -> None:
        async with asyncio.timeout(WAIT_S), site(**how) as opened:
            await test(opened)

    asyncio.run(main())
