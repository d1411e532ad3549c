"""A served platform, and a client that asks it without a socket."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from harness.simulator.platform import Platform
from harness.simulator.server import Limits, ServerOptions, build_app
from harness.voipbin.mode import Mode
from tests.simulator.server.stage import new_platform


@dataclass(slots=True)
class WallClock:
    """The clients' time, moved by hand."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(slots=True)
class Client:
    """Asks with the first customer's access key unless told otherwise."""

    app: Starlette
    platform: Platform
    wall: WallClock
    params: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> Any:
        return self.app.state.service

    def ask(
        self, method: str, path: str, body: object = None, *, params: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """Ask; `params` replace the credentials."""
        return asyncio.run(self.send(method, path, body, params=params, **more))

    async def send(
        self, method: str, path: str, body: object = None, *, params: dict[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        if body is not None:
            more["json"] = body
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://simulator") as client:
            query = dict(httpx.QueryParams(path.partition("?")[2]))
            credentials = self.params if params is None else params
            return await client.request(method, path.partition("?")[0], params={**credentials, **query}, **more)

    def done(self, method: str, path: str, body: object = None) -> Any:
        """Ask for something that must succeed."""
        response = self.ask(method, path, body)
        assert response.is_success, response.text
        return response.json() if response.content else None

    def refused(self, method: str, path: str, body: object = None, **more: Any) -> tuple[int, str]:
        """Ask for something that must fail; return code and reason."""
        response = self.ask(method, path, body, **more)
        return response.status_code, response.json()["error"]["reason"]


ClientMaker = Callable[..., Client]


@pytest.fixture
def serve() -> ClientMaker:
    """Return what opens a platform in a mode; without rate limits unless some are given."""

    def make(mode: Mode = Mode.SEED, *, limits: Limits | None = None, **options: Any) -> Client:
        wall = WallClock()
        platform = new_platform(mode)
        app = build_app(platform, options=ServerOptions(now=wall, limits=limits, **options))
        return Client(
            app=app, platform=platform, wall=wall, params={"accesskey": app.state.service.doorkeeper.admin.access_key}
        )

    return make


@pytest.fixture
def client(serve: ClientMaker) -> Client:
    """Return a client of a platform in seed mode."""
    return serve()
