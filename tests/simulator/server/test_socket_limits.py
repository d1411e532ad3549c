"""Event sockets that ask for the wrong thing, for too much, or do not listen: closed, and nobody else notices."""

import asyncio
import json

import pytest

from harness.simulator.server.options import SocketLimits
from harness.voipbin.resources import Kind
from tests.simulator.server.event_site import Site, closed_with, received, run


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
