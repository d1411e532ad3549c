"""A call's sound over the network, both ways, in each encapsulation."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from harness.audio.framing import FRAME_BYTES
from harness.simulator.kernel.world import World
from harness.simulator.server.media import PREFILL_FRAMES, UNREAD_FRAMES, MediaStreams, media_route
from harness.simulator.server.options import ServerOptions
from harness.simulator.server.service import Service
from harness.voipbin.resources import NIL_ID, Kind, Record
from tests.simulator.server.live import WAIT_S, served
from tests.simulator.server.stage import new_platform


def frame(number: int) -> bytes:
    return bytes([number]) * FRAME_BYTES


@dataclass
class TestLeg:
    """A leg whose 20 ms pass when the test says so; says its frames' numbers and keeps what is played to it."""

    __test__ = False
    injected: list[bytes] = field(default_factory=list)
    ears: list[Callable[[bytes], None]] = field(default_factory=list)
    tapped: asyncio.Event = field(default_factory=asyncio.Event)

    def tap(self, on_frame: Callable[[bytes], None], /) -> Callable[[], None]:
        self.ears.append(on_frame)
        self.tapped.set()
        return lambda: self.ears.remove(on_frame)

    def inject(self, frame: bytes, /) -> None:
        self.injected.append(frame)

    def tick(self, *numbers: int) -> None:
        for number in numbers:
            for ear in tuple(self.ears):
                ear(frame(number))


@dataclass
class Site:
    world: World
    service: Service
    leg: TestLeg
    call: Record
    address: str

    def connect(self, encapsulation: str | None, *, id: str | None = None, query: str | None = None) -> connect:
        credential = f"accesskey={self.service.doorkeeper.admin.access_key}" if query is None else query
        wanted = "" if encapsulation is None else f"&encapsulation={encapsulation}"
        path = f"/v1.0/calls/{id or self.call['id']}/media_stream"
        return connect(f"ws://{self.address}{path}?{credential}{wanted}", proxy=None)

    @asynccontextmanager
    async def stream(self, encapsulation: str | None) -> AsyncIterator[ClientConnection]:
        """Open a stream whose media side is connected."""
        async with self.connect(encapsulation) as socket:
            await self.leg.tapped.wait()
            yield socket

    async def read_by_server(self, socket: ClientConnection) -> None:
        await (await socket.ping())
        for _ in range(10):
            await asyncio.sleep(0)


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    platform = new_platform()
    world = platform.world
    service = Service(platform, ServerOptions())
    leg, call = TestLeg(), world.create(Kind.CALL, status="progressing")
    legs = {call["id"]: leg}
    async with served([media_route(MediaStreams(world, legs.__getitem__), service)]) as address:
        yield Site(world, service, leg, call, address)


def run(test: Callable[[Site], Awaitable[None]]) -> None:
    async def main() -> None:
        async with asyncio.timeout(WAIT_S), site() as opened:
            await test(opened)

    asyncio.run(main())


def rtp(number: int, *, type: int = 96) -> bytes:
    return struct.pack(">BBHII", 0x80, type, number, 320 * number, 0)


@pytest.mark.parametrize(
    ("encapsulation", "head"),
    [
        pytest.param("sln", lambda number: b"", id="sln"),
        pytest.param("rtp", rtp, id="rtp"),
        pytest.param("audiosocket", lambda number: b"\x10\x01\x40", id="audiosocket"),
    ],
)
def test_sound_goes_both_ways_in_the_same_encapsulation(encapsulation: str, head: Callable[[int], bytes]) -> None:
    async def test(site: Site) -> None:
        async with site.stream(encapsulation) as socket:
            site.leg.tick(0, 1, 2)
            assert [await socket.recv() for _ in range(3)] == [head(number) + frame(number) for number in range(3)]
            for number in range(10, 14):
                await socket.send(head(number) + frame(number))
            await site.read_by_server(socket)
            site.leg.tick(3, 4, 5, 6, 7, 8)
            assert site.leg.injected == [frame(number) for number in range(10, 14)]

    run(test)


def test_sound_of_any_step_is_played_in_frames() -> None:
    async def test(site: Site) -> None:
        async with site.stream("sln") as socket:
            site.leg.tick(0)
            sound = b"".join(frame(number) for number in range(5))
            await socket.send(sound[:700])
            await socket.send(sound[700:])
            await site.read_by_server(socket)
            site.leg.tick(*range(10))
            assert b"".join(site.leg.injected) == sound

    run(test)


def test_what_is_sent_before_the_first_frame_is_dropped_and_text_is_ignored() -> None:
    async def test(site: Site) -> None:
        async with site.stream("sln") as socket:
            await socket.send(frame(1) * PREFILL_FRAMES)
            await site.read_by_server(socket)
            site.leg.tick(0)
            await socket.send("x" * FRAME_BYTES)
            await socket.send(frame(2) * PREFILL_FRAMES)
            await site.read_by_server(socket)
            site.leg.tick(*range(10))
            assert site.leg.injected == [frame(2)] * PREFILL_FRAMES

    run(test)


@pytest.mark.parametrize(
    ("encapsulation", "foreign"),
    [
        pytest.param("rtp", rtp(0, type=0) + frame(9), id="another-payload-type"),
        pytest.param("rtp", b"\x80", id="no-packet"),
        pytest.param("audiosocket", b"\x01\x00\x10" + bytes(16), id="an-id"),
    ],
)
def test_what_is_no_sound_of_this_stream_is_dropped(encapsulation: str, foreign: bytes) -> None:
    async def test(site: Site) -> None:
        async with site.stream(encapsulation) as socket:
            site.leg.tick(0)
            await socket.send(foreign)
            await site.read_by_server(socket)
            site.leg.tick(*range(10))
            assert site.leg.injected == []
            assert socket.close_code is None

    run(test)


@pytest.mark.parametrize("encapsulation", [None, "", "opus", "SLN"])
@pytest.mark.parametrize("first", ["server", "client"])
def test_without_a_known_encapsulation_the_socket_opens_and_fails_on_the_first_frame(
    encapsulation: str | None, first: str
) -> None:
    async def test(site: Site) -> None:
        async with site.stream(encapsulation) as socket:
            await socket.send("text is no frame")
            await site.read_by_server(socket)
            assert socket.close_code is None
            if first == "server":
                site.leg.tick(0)
            else:
                await socket.send(frame(0))
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1011
        assert site.leg.injected == []

    run(test)


@pytest.mark.parametrize("event", ["call_terminating", "call_hangup"])
def test_the_stream_ends_with_the_call(event: str) -> None:
    async def test(site: Site) -> None:
        async with site.stream("sln") as socket:
            other = site.world.create(Kind.CALL)
            site.world.change(other, event="call_hangup", status="hangup")
            site.leg.tick(0)
            await socket.recv()
            site.world.change(site.call, event=event, status=event.removeprefix("call_"))
            # From this very moment on, the call is not touched any more.
            assert site.leg.ears == []
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 1000
        assert site.leg.ears == []

    run(test)


def test_a_client_that_goes_leaves_the_call_alone() -> None:
    async def test(site: Site) -> None:
        async with site.stream("sln") as stays:
            async with site.connect("sln") as goes:
                await site.read_by_server(goes)
                assert len(site.leg.ears) == 2
            await site.read_by_server(stays)
            assert len(site.leg.ears) == 1
            site.leg.tick(5)
            assert await stays.recv() == frame(5)

    run(test)


def test_a_client_that_does_not_listen_is_cut_off() -> None:
    async def test(site: Site) -> None:
        async with site.stream("sln") as socket:
            site.leg.tick(*[0] * (UNREAD_FRAMES + 1))
            with suppress(ConnectionClosed):
                while True:
                    await socket.recv()
            assert socket.close_code == 1013
        assert site.leg.ears == []

    run(test)


@pytest.mark.parametrize("status", ["dialing", "ringing", "terminating", "canceling", "hangup"])
def test_only_an_answered_call_has_sound(status: str) -> None:
    async def test(site: Site) -> None:
        site.world.change(site.call, status=status)
        with pytest.raises(InvalidStatus) as refused:
            await site.connect("sln")
        assert refused.value.response.status_code == 409
        assert json.loads(refused.value.response.body or b"")["error"]["reason"] == "CALL_STATE_INVALID"

    run(test)


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [
        pytest.param({"query": "x=1"}, 401, "AUTHENTICATION_REQUIRED", id="no-credential"),
        pytest.param({"id": "22222222-2222-4222-8222-222222222222"}, 404, "CALL_NOT_FOUND", id="unknown-call"),
        pytest.param({"id": "mine"}, 400, "INVALID_ID", id="no-uuid"),
        pytest.param({"id": NIL_ID}, 400, "INVALID_ID", id="nil"),
    ],
)
def test_who_may_not_listen_is_told_why(how: dict[str, Any], status: int, reason: str) -> None:
    async def test(site: Site) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await site.connect("sln", **how)
        assert refused.value.response.status_code == status
        assert json.loads(refused.value.response.body or b"")["error"]["reason"] == reason

    run(test)


def test_a_direct_token_hears_no_calls() -> None:
    async def test(site: Site) -> None:
        booted = site.service.doorkeeper.boot(site.world.new_hash(Kind.AI, site.world.create(Kind.AI)["id"]))
        assert booted is not None
        with pytest.raises(InvalidStatus) as refused:
            await site.connect("sln", query=f"token={booted[1]}")
        assert refused.value.response.status_code == 403
        assert json.loads(refused.value.response.body or b"")["error"]["reason"] == "DIRECT_ACCESS_NOT_SUPPORTED"

    run(test)
