"""The event socket, driven by a foreign WebSocket client over loopback."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from harness.simulator.server.options import Limits, Rate, ServerOptions, SocketLimits
from harness.simulator.server.service import Service
from harness.simulator.server.sockets import EventHub, event_route
from harness.simulator.world import World
from harness.voipbin.events import Payloads
from harness.voipbin.resources import Kind, Record
from tests.simulator.server.live import WAIT_S, served
from tests.simulator.server.stage import new_platform

NOW_S = 1_700_000_000.0


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


@pytest.mark.parametrize("credential", ["key", "token", "bearer", "cookie"])
def test_an_event_arrives_in_both_shapes_under_a_broad_topic(credential: str) -> None:
    async def test(site: Site) -> None:
        query = {"key": site.key, "token": site.token}.get(credential, "")
        token = site.service.doorkeeper.admin.token
        headers = {"bearer": {"Authorization": f"Bearer {token}"}, "cookie": {"Cookie": f"token={token}"}}
        async with site.connect(query, **headers.get(credential, {})) as socket:
            await site.ask(socket, "subscribe", site.topic)
            call = site.call(status="ringing")
            wrapped, bare = await received(socket), await received(socket)
        assert wrapped == {"type": "call_created", "data": bare}
        assert bare["id"] == call["id"]
        assert bare["status"] == "ringing"
        assert bare["tm_create"] == "2026-01-01T00:00:00.000000Z"

    run(test)


@pytest.mark.parametrize(("payloads", "types"), [(Payloads.WRAPPED, [True, True]), (Payloads.BARE, [False, False])])
def test_one_shape_can_be_had_alone(payloads: Payloads, types: list[bool]) -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as socket:
            await site.ask(socket, "subscribe", site.topic)
            site.call()
            assert ["data" in await received(socket) for _ in types] == types

    run(test, payloads=payloads)


def test_a_narrow_topic_gets_each_event_once_and_nothing_else() -> None:
    async def test(site: Site) -> None:
        first, second = site.call(), site.call()
        async with site.connect(site.key) as socket:
            await site.ask(socket, "subscribe", f"{site.topic}:call:{first['id']}")
            site.world.change(second, event="call_ringing", status="ringing")
            site.world.publish("confbridge_joined", first)
            site.world.change(first, event="call_hangup", status="hangup")
            site.world.change(first, event="call_deleted")
            assert [(await received(socket))["type"] for _ in range(2)] == ["call_hangup", "call_deleted"]

    run(test)


def test_messages_arrive_on_the_topic_of_their_session() -> None:
    async def test(site: Site) -> None:
        aicall = site.world.create(Kind.AICALL)
        async with site.connect(site.key) as socket:
            await site.ask(socket, "subscribe", f"{site.topic}:aicall:{aicall['id']}")
            site.world.create(Kind.MESSAGE, event="aimessage_created", aicall_id=aicall["id"], content="Hello.")
            told = await received(socket)
        assert (told["type"], told["data"]["content"]) == ("aimessage_created", "Hello.")

    run(test)


def test_what_is_unsubscribed_no_longer_comes() -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as socket:
            await site.ask(socket, "subscribe", f"{site.topic}:call:", f"{site.topic}:recording:")
            await site.ask(socket, "unsubscribe", f"{site.topic}:call:")
            site.call()
            site.world.create(Kind.RECORDING, event="recording_started")
            assert (await received(socket))["type"] == "recording_started"

    run(test)


def test_other_customers_events_do_not_arrive() -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as socket:
            await site.ask(socket, "subscribe", site.topic)
            site.call(customer_id=site.world.new_id())
            mine = site.call()
            assert (await received(socket))["data"]["id"] == mine["id"]

    run(test)


def test_a_direct_token_hears_its_session() -> None:
    async def test(site: Site) -> None:
        ai = site.world.create(Kind.AI)
        booted = site.service.doorkeeper.boot(site.world.new_hash(Kind.AI, ai["id"]))
        assert booted is not None
        async with site.connect(f"token={booted[1]}") as socket:
            await site.ask(socket, "subscribe", f"{site.topic}:aicall:a1")
            site.world.publish("aimessage_created", {"id": "m1", "aicall_id": "a1", "content": "Hello."})
            assert (await received(socket))["data"]["content"] == "Hello."
            await socket.send(json.dumps({"type": "subscribe", "topics": [site.topic]}))
            assert await closed_with(socket) == 1008

    run(test)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param('{"type":"subscribe","topics":["customer_id:someone-else"]}', 1008, id="forbidden"),
        pytest.param('{"type":"subscribe","topics":["*"]}', 1008, id="wildcard"),
        pytest.param('{"type":"subscribe","topics":[7]}', 1008, id="number"),
        pytest.param('{"type":"subscribe","topics":"all"}', 1008, id="topics-no-list"),
        pytest.param('{"type":"subscribe"}', 1008, id="no-topics"),
        pytest.param('{"type":"publish","topics":[]}', 1008, id="unknown-type"),
        pytest.param("[]", 1008, id="no-object"),
        pytest.param("{", 1008, id="no-json"),
        pytest.param(b"\xff\xfe", 1008, id="no-text"),
        pytest.param("[" * 60_000, 1008, id="deep"),
        pytest.param('"' + "x" * 70_000 + '"', 1009, id="long"),
    ],
)
def test_a_malformed_message_closes_the_socket_and_no_other(message: str | bytes, code: int) -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as bad, site.connect(site.key) as good:
            await site.ask(good, "subscribe", f"{site.topic}:call:")
            await bad.send(message)
            assert await closed_with(bad) == code
            site.call()
            assert (await received(good))["type"] == "call_created"

    run(test)


def test_a_flood_of_subscriptions_closes_the_socket() -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as socket:
            await site.ask(socket, "subscribe", *(f"{site.topic}:call:{number}" for number in range(100)))
            await site.ask(socket, "subscribe", f"{site.topic}:call:0")
            await socket.send(json.dumps({"type": "subscribe", "topics": [f"{site.topic}:call:100"]}))
            assert await closed_with(socket) == 1008
        async with site.connect(site.key) as socket:
            await socket.send(json.dumps({"type": "subscribe", "topics": [f"{site.topic}:{'x' * 600}"]}))
            assert await closed_with(socket) == 1008

    run(test, limits=SocketLimits(topics=100))


def test_whoever_does_not_read_is_cut_off_and_the_platform_goes_on() -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as slow, site.connect(site.key) as good:
            await site.ask(slow, "subscribe", site.topic)
            await site.ask(good, "subscribe", f"{site.topic}:recording:")
            for _ in range(60):
                site.call(metadata={"much": "x" * 1000})
            site.world.create(Kind.RECORDING, event="recording_started")
            assert (await received(good))["type"] == "recording_started"
            assert await closed_with(slow) == 1013
            assert len(site.hub) == 1

    run(test, limits=SocketLimits(waiting=100))


async def shaken_hands(site: Site) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a bare connection that has opened an event socket and reads no further by itself."""
    host, port = site.address.split(":")
    reader, writer = await asyncio.open_connection(host, port, limit=1024)
    writer.write(
        f"GET /v1.0/ws?{site.key} HTTP/1.1\r\nHost: {site.address}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def test_whoever_takes_nothing_off_the_wire_is_dropped_too() -> None:
    async def test(site: Site) -> None:
        _unread, writer = await shaken_hands(site)
        topics = json.dumps({"type": "subscribe", "topics": [site.topic]}).encode()
        writer.write(bytes([0x81, 0x80 | 126]) + len(topics).to_bytes(2, "big") + bytes(4) + topics)
        async with site.connect(site.key) as good:
            await site.ask(good, "subscribe", f"{site.topic}:recording:")
            while len(site.hub) == 2:
                site.call(metadata={"much": "x" * 10_000})
                await asyncio.sleep(0)
            site.world.create(Kind.RECORDING, event="recording_started")
            assert (await received(good))["type"] == "recording_started"
        writer.transport.abort()

    run(test, limits=SocketLimits(waiting=100))


def test_a_client_that_is_gone_is_forgotten() -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key) as other:
            async with site.connect(site.key) as socket:
                await site.ask(socket, "subscribe", site.topic)
                assert len(site.hub) == 2
            await site.settled(other)
            assert len(site.hub) == 1

    run(test)


def test_a_half_open_socket_is_dropped_for_want_of_a_pong() -> None:
    async def test(site: Site) -> None:
        reader, writer = await shaken_hands(site)
        # Nothing is answered from here on: the server pings, waits, closes, and the stream ends.
        assert (await reader.read()).startswith(b"\x89\x04")
        writer.close()

    run(test, ping_interval_s=0.01, ping_timeout_s=0.02)


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        pytest.param("", 401, "AUTHENTICATION_REQUIRED", id="none"),
        pytest.param("accesskey=vb_wrong", 401, "INVALID_CREDENTIALS", id="wrong-key"),
        pytest.param("token=wrong", 401, "INVALID_CREDENTIALS", id="wrong-token"),
    ],
)
def test_without_a_good_credential_no_socket_opens(query: str, status: int, reason: str) -> None:
    async def test(site: Site) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await site.connect(query, **{"X-Request-Id": "mine"})
        response = refused.value.response
        assert response.status_code == status
        error = json.loads(response.body or b"")["error"]
        assert (error["reason"], error["request_id"]) == (reason, "mine")

    run(test)


def test_too_many_sockets_at_once_are_told_to_wait() -> None:
    async def test(site: Site) -> None:
        async with site.connect(site.key):
            with pytest.raises(InvalidStatus) as refused:
                await site.connect(site.key)
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "1"

    run(test, options=ServerOptions(now=lambda: NOW_S, limits=Limits(customer=Rate(per_s=1, burst=1))))


def test_the_log_never_shows_a_credential(caplog: pytest.LogCaptureFixture) -> None:
    async def test(site: Site) -> None:
        for query in (site.key, site.token, f"a=1&%61ccesskey={site.service.doorkeeper.admin.access_key}&b=2"):
            async with site.connect(query) as socket:
                await site.settled(socket)
        logged = caplog.text
        assert "/v1.0/ws?accesskey=***" in logged
        assert "a=1&%61ccesskey=***&b=2" in logged
        assert site.service.doorkeeper.admin.access_key not in logged
        assert site.service.doorkeeper.admin.token not in logged

    with caplog.at_level(logging.INFO):
        run(test)
