"""A simulated platform that a module's tests share, and real clients whose time passes only in their sleep."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from harness.simulator.server import Pace, ServerOptions, build_app
from harness.simulator.server.auth import Admin
from harness.telephone.pacing import Driver
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials, Site
from tests.simulator.server.stage import furnish, new_platform

WAIT_S = 10.0
HERE = {"type": "sip", "target": "guest@127.0.0.1"}
"""A telephone that may be called without anybody's leave: it is on this machine."""
KEY = Credentials(access_key="vb_planted-key-0123456789")


@dataclass(slots=True)
class Sleeper:
    """Seconds that pass when somebody sleeps."""

    seconds: float = 100.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


def client_of(url: str, credentials: Credentials = KEY, *, time: Sleeper | None = None, **site: Any) -> VoipbinClient:
    """Return a client that never really waits."""
    time = time or Sleeper()
    return VoipbinClient(Site(api_url=url, credentials=credentials, **site), now=time.now, sleep=time.sleep, tag="test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A platform with one of each of its resources."""

    url: str
    admin: Admin
    ids: dict[str, str]

    @property
    def key(self) -> Credentials:
        return Credentials(access_key=self.admin.access_key)

    def client(self, credentials: Credentials | None = None) -> VoipbinClient:
        return client_of(self.url, credentials or self.key)


@contextmanager
def served_platform() -> Iterator[Served]:
    """Serve one on loopback, on a thread of its own, so that tests may each have their event loop."""
    platform = new_platform()
    ids = furnish(platform)
    app = build_app(platform, options=ServerOptions(limits=None))
    service = app.state.service
    # Only a socket that says it is TCP sends small answers at once.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)

    async def live() -> None:
        driver = Driver(platform.clock, pace=Pace.REAL_TIME)
        service.catch_up = driver.catch_up
        driving = asyncio.create_task(driver.run())
        await server.serve(sockets=[listener])
        driving.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    try:
        yield Served(url=f"http://127.0.0.1:{listener.getsockname()[1]}", admin=service.doorkeeper.admin, ids=ids)
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        listener.close()
        assert not thread.is_alive()
