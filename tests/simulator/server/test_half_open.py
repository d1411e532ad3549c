"""Clients that begin a request and never end it, or leave in the middle: nobody else notices, and nothing is done."""

import asyncio
import signal
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
import pytest

from harness.simulator.platform import Platform
from harness.simulator.server import Pace, ServerOptions, build_app, serve
from harness.voipbin.resources import Kind
from tests.simulator.server.stage import new_platform

WAIT_S = 20
CLIENTS = 60


@dataclass(frozen=True, kw_only=True)
class Site:
    """A platform served on loopback."""

    platform: Platform
    port: int
    key: str
    stack: ExitStack
    """Closes what is still open once the server has stopped."""

    def connect(self, begun: bytes) -> socket.socket:
        """Open a connection and send the beginning of a request."""
        opened = self.stack.enter_context(socket.create_connection(("127.0.0.1", self.port)))
        opened.sendall(begun)
        return opened

    async def answers(self) -> None:
        """Make sure that another client is served."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=WAIT_S) as client:
            asked = await client.get("/v1.0/flows", params={"accesskey": self.key})
            assert (asked.status_code, asked.json()["result"]) == (200, [])


def on_site(use: Callable[[Site], Awaitable[None]]) -> None:
    """Serve a platform while `use` lasts; told to, it has to stop by itself, whoever is still connected."""

    async def main() -> None:
        platform = new_platform()
        app = build_app(platform, options=ServerOptions(limits=None))
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(
            serve(app, host="127.0.0.1", port=0, pace=Pace.FAST, on_ready=lambda url: ready.set_result(url))
        )
        with ExitStack() as stack:
            async with asyncio.timeout(WAIT_S):
                port = int((await ready).rpartition(":")[2])
                key = app.state.service.doorkeeper.admin.access_key
                await use(Site(platform=platform, port=port, key=key, stack=stack))
                assert list(platform.world.records(Kind.FLOW)) == []
                signal.raise_signal(signal.SIGTERM)
                await serving

    asyncio.run(main())


def begun(key: str, how: str) -> bytes:
    """Return the beginning of a request that would make a flow."""
    body = b'{"name": "half a flow", "actions": []}'
    head = f"POST /v1.0/flows?accesskey={key} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    whole = head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    return {"nothing": b"", "half a line": whole[:12], "half a head": whole[:120], "half a body": whole[:-5]}[how]


BEGINNINGS = ("nothing", "half a line", "half a head", "half a body")


@pytest.mark.parametrize("how", BEGINNINGS)
def test_whoever_never_ends_a_request_holds_up_neither_others_nor_the_end(how: str) -> None:
    async def use(site: Site) -> None:
        for _ in range(CLIENTS):
            site.connect(begun(site.key, how))
        await site.answers()

    on_site(use)


@pytest.mark.parametrize("is_rude", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("how", BEGINNINGS)
def test_whoever_goes_in_the_middle_of_a_request_has_asked_nothing(
    how: str, is_rude: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def use(site: Site) -> None:
        for _ in range(CLIENTS):
            leaving = site.connect(begun(site.key, how))
            if is_rude:
                # Without lingering, closing a socket resets its connection.
                leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            leaving.close()
        await site.answers()

    on_site(use)
    assert caplog.records == []


def test_what_is_no_request_is_refused_and_nobody_else_notices() -> None:
    async def use(site: Site) -> None:
        for noise in (
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"HELLO\r\n\r\n",
            b"GET " + b"x" * 200_000 + b" HTTP/1.1\r\n\r\n",
        ):
            site.connect(noise)
        await site.answers()

    on_site(use)
