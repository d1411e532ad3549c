"""A simulated platform served on loopback at full speed, and a client of the real kind that asks it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from harness.model.call import CallRequest, Tier
from harness.model.case import Case
from harness.model.platform import PlatformSetup
from harness.model.prompt import Prompt
from harness.model.suite import Arm
from harness.simulator.platform import Platform
from harness.simulator.server import Pace, ServerOptions, build_app, serve
from harness.testing.builders import make_case
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials, Site
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record
from tests.simulator.server.stage import new_platform

WAIT_S: Final = 60.0
NOW: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
EXPIRES: Final = NOW + timedelta(hours=6)
PROMPT: Final = "You are the desk of the hotel Lakeside. Greet the caller."
RUN: Final = "20261126-120000-abcd"


@dataclass
class Desk:
    """A served platform, as the harness knows it."""

    platform: Platform
    app: Starlette
    site: Site
    client: VoipbinClient
    told: list[str] = field(default_factory=list)
    """What a user would have been told."""
    asked: list[str] = field(default_factory=list)
    """Every request, as `METHOD path`."""
    broken: dict[str, int] = field(default_factory=dict)
    """HTTP codes that are answered in place of the platform's, by `METHOD path` up to the id."""

    def left(self, kind: Kind) -> list[Record]:
        """Return what is on the platform and not deleted."""
        return [each for each in self.platform.world.records(kind) if each["tm_delete"] is None]

    def by_hash(self, hash: str) -> VoipbinClient:
        """Return the client of somebody who knows nothing but a hash."""
        return VoipbinClient(replace(self.site, credentials=Credentials(direct_hash=hash)), sleep=_at_once)


@asynccontextmanager
async def desk(mode: Mode = Mode.CURRENT, *, pace: Pace = Pace.FAST) -> AsyncIterator[Desk]:
    """Serve a platform whose agents say hello."""
    platform = new_platform(mode)
    app = build_app(platform, options=ServerOptions(limits=None))
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    key = app.state.service.doorkeeper.admin.access_key
    made: list[Desk] = []

    async def watched(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        path = request.url.path.removeprefix("/v1.0")
        for each in made:
            each.asked.append(f"{request.method} {path}")
            code = each.broken.get(f"{request.method} /{path.split('/')[1]}")
            if code is not None:
                return JSONResponse({}, status_code=code)
        return await call_next(request)

    app.add_middleware(BaseHTTPMiddleware, dispatch=watched)
    serving = asyncio.create_task(serve(app, host="127.0.0.1", port=0, pace=pace, on_ready=ready.set_result))
    try:
        async with asyncio.timeout(WAIT_S):
            site = Site(api_url=await ready, credentials=Credentials(access_key=key), rate_share=1.0)
            async with VoipbinClient(site, sleep=_at_once) as client:
                made.append(Desk(platform=platform, app=app, site=site, client=client))
                yield made[0]
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def run(test: Callable[[Desk], Awaitable[None]], mode: Mode = Mode.CURRENT, *, pace: Pace = Pace.FAST) -> None:
    """Run a test against a desk of its own."""

    async def main() -> None:
        async with desk(mode, pace=pace) as opened:
            await test(opened)

    asyncio.run(main())


def arm_of(text: str = PROMPT, *, engine_model: str = "openai.gpt-4o", **more: Any) -> Arm:
    prompt = Prompt(name="desk", version="v1", text=text, source=text)
    return Arm(prompt=prompt, engine_model=engine_model, **more)


def request_of(case: Case | None = None, *, arm: Arm | None = None) -> CallRequest:
    return CallRequest(trial_id="t#1", case=case or make_case(), arm=arm or arm_of(), seed=1, tier=Tier.TEXT)


def flow_case(*actions: dict[str, Any], **setup: Any) -> Case:
    return replace(make_case(), platform=PlatformSetup(flow=tuple(actions), **setup))


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)
