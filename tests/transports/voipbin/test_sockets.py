"""Events and sound over WebSockets: from the simulated platform, and from a server that drops and refuses."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from harness.errors import ApiError, CallError, UnreachableError
from harness.simulator.server import Pace, ServerOptions, build_app
from harness.telephone.pacing import Driver
from harness.transports.voipbin.calls import hang_up
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials
from harness.transports.voipbin.sockets import event_feed, media_socket
from tests.simulator.server.live import served
from tests.simulator.server.stage import new_platform, place_call
from tests.transports.voipbin.client_site import WAIT_S, Sleeper, client_of
from tests.transports.voipbin.fault_server import answering, error, said

FRAME = b"\0" * 320


def on_the_platform(then: Callable[[VoipbinClient, str], Awaitable[None]]) -> None:
    """Do something with a platform whose time is the wall clock's, and with a call that was just answered."""
    platform = new_platform()
    call = place_call(platform)

    async def run() -> None:
        app = build_app(platform, options=ServerOptions(limits=None))
        service = app.state.service
        driver = Driver(platform.clock, pace=Pace.REAL_TIME)
        service.catch_up, service.live = driver.catch_up, driver.live
        driving = asyncio.create_task(driver.run())
        credentials = Credentials(access_key=service.doorkeeper.admin.access_key)
        async with (
            asyncio.timeout(WAIT_S),
            served(app.routes) as address,
            client_of(f"http://{address}", credentials) as client,
        ):
            await then(client, call["id"])
        driving.cancel()

    asyncio.run(run())


class TestPlatform:
    def test_a_call_is_heard_to_its_end_and_its_events_come_once(self) -> None:
        async def hold(client: VoipbinClient, id: str) -> None:
            customer = await client.customer_id()
            types: list[str] = []
            # The broad topic tells every event twice, once in each shape.
            async with event_feed(client, [f"customer_id:{customer}"]) as feed:
                await hear(client, id)
                async for event in feed:
                    types.append(event.type)
                    if event.type == "call_hangup":
                        break
                assert feed.gaps == ()
            assert [type_ for type_ in types if type_.startswith("call_")] == ["call_terminating", "call_hangup"]
            with pytest.raises(ApiError, match="409 CALL_STATE_INVALID"):
                async with media_socket(client, id):
                    pass

        async def hear(client: VoipbinClient, id: str) -> None:
            async with media_socket(client, id) as media:
                assert len(await anext(media)) == len(FRAME)
                await media.send(FRAME)
                assert media.end is None
                await hang_up(client, id)
                async for _ in media:
                    pass
                assert media.end is not None
                assert (str(media.end), media.end.is_lost) == ("1000 the call has ended", False)
                with pytest.raises(CallError, match="its socket closed"):
                    await media.send(FRAME)

        on_the_platform(hold)

    def test_a_topic_of_somebody_else_is_an_error_that_says_so(self) -> None:
        async def listen(client: VoipbinClient, _: str) -> None:
            async with event_feed(client, ["customer_id:somebody-else"]) as feed:
                with pytest.raises(CallError, match=r"1008 .*customer_id:somebody-else\. Fix: begin each with"):
                    await anext(feed)

        on_the_platform(listen)

    def test_a_refused_credential_opens_no_socket(self) -> None:
        async def listen(client: VoipbinClient, _: str) -> None:
            async with client_of(client.root) as stranger:
                with pytest.raises(ApiError, match="make a new access key") as caught:
                    async with event_feed(stranger, ["customer_id:x"]):
                        pass
                assert caught.value.http_status == 401

        on_the_platform(listen)


@dataclass(slots=True)
class Script:
    """What a server does on each socket in turn: the messages it sends, and how it closes."""

    turns: list[tuple[list[Any], int | None]]
    """With None it breaks the connection."""
    subscribed: list[Any] = field(default_factory=list)

    async def play(self, socket: ServerConnection) -> None:
        messages, code = self.turns[min(len(self.subscribed), len(self.turns) - 1)]
        if "/ws" in (socket.request.path if socket.request else ""):
            self.subscribed.append(json.loads(await socket.recv()))
        for message in messages:
            await socket.send(message if isinstance(message, bytes) else json.dumps(message))
        if code is None:
            socket.transport.abort()
        else:
            await socket.close(code)


@asynccontextmanager
async def playing(*turns: tuple[list[Any], int | None]) -> AsyncIterator[tuple[VoipbinClient, Script, Sleeper]]:
    script, time = Script(list(turns)), Sleeper()
    async with asyncio.timeout(WAIT_S), serve(script.play, "127.0.0.1", 0) as server:
        host, port = next(iter(server.sockets)).getsockname()
        async with client_of(f"http://{host}:{port}", time=time) as client:
            yield client, script, time


def event(number: int) -> dict[str, Any]:
    return {"type": "call_updated", "data": {"id": f"c{number}"}}


class TestFaults:
    def test_a_socket_that_drops_is_opened_again_and_the_gap_is_told(self) -> None:
        async def run() -> None:
            async with (
                playing(([event(1)], None), ([event(1), event(2)], 1001), ([event(3)], None)) as (
                    client,
                    script,
                    time,
                ),
                event_feed(client, ["customer_id:me"]) as feed,
            ):
                events = [await anext(feed) for _ in range(3)]
                assert [each.data["id"] for each in events] == ["c1", "c2", "c3"]
                assert script.subscribed == [{"type": "subscribe", "topics": ["customer_id:me"]}] * 3
                assert time.slept == [0.5, 0.5]
                assert [gap.to_s - gap.from_s for gap in feed.gaps] == [0.5, 0.5]

        asyncio.run(run())

    @pytest.mark.parametrize("code", [None, 1000, 1011])
    def test_one_that_closes_again_and_again_is_given_up(self, code: int | None) -> None:
        async def run() -> None:
            async with playing(([], code)) as (client, script, _):
                async with event_feed(client, ["customer_id:me"]) as feed:
                    with pytest.raises(CallError, match="closes again and again"):
                        await anext(feed)
                assert len(script.subscribed) == 4

        asyncio.run(run())

    def test_one_that_breaks_for_ever_is_given_up_too(self) -> None:
        async def run() -> None:
            async with playing(([event(1)], None)) as (client, script, _):
                async with event_feed(client, ["customer_id:me"]) as feed:
                    await anext(feed)
                    with pytest.raises(CallError, match="closes again and again"):
                        await anext(feed)
                assert len(script.subscribed) == 21

        asyncio.run(run())

    def test_sound_that_breaks_off_is_lost_and_not_over(self) -> None:
        async def run() -> None:
            async with (
                playing(([{"text": "is no sound"}, FRAME, FRAME], None)) as (client, _, _),
                media_socket(client, "c1") as media,
            ):
                assert [message async for message in media] == [FRAME, FRAME]
                assert media.end is not None
                assert media.end.is_lost

        asyncio.run(run())

    def test_a_busy_platform_is_asked_again_for_a_socket(self) -> None:
        async def run() -> None:
            time = Sleeper()
            busy = error(429, "RATE_LIMIT_EXCEEDED", retry_after="2")
            async with (
                answering(busy, busy, error(404, "CALL_NOT_FOUND")) as server,
                client_of(server.url, time=time) as client,
            ):
                with pytest.raises(ApiError, match="CALL_NOT_FOUND"):
                    async with media_socket(client, "c1"):
                        pass
            assert time.slept == [2.0, 2.0]
            assert len({request.headers["x-request-id"] for request in server.asked}) == 3

        asyncio.run(run())

    def test_a_login_that_expired_is_renewed_for_a_socket(self) -> None:
        async def run() -> None:
            login = Credentials(username="ann", password="planted-word")
            replies = [
                said({"token": "first"}),
                error(401, "INVALID_CREDENTIALS"),
                said({"token": "second"}),
                error(404, "CALL_NOT_FOUND"),
            ]
            async with answering(*replies) as server, client_of(server.url, login) as client:
                with pytest.raises(ApiError, match="CALL_NOT_FOUND"):
                    async with media_socket(client, "c1"):
                        pass
            assert [request.query.get("token") for request in server.asked] == [None, "first", None, "second"]

        asyncio.run(run())

    def test_a_socket_is_never_taken_to_another_host(self) -> None:
        async def run() -> None:
            async with answering(said({})) as other:
                away = said({}, status=307, location=f"{other.url}/v1.0/ws?accesskey=mine")
                async with answering(away) as server, client_of(server.url) as client:
                    with pytest.raises(ApiError):
                        async with event_feed(client, ["customer_id:me"]):
                            pass
                assert other.asked == []

        asyncio.run(run())

    def test_where_nobody_listens_that_is_said(self) -> None:
        async def run() -> None:
            async with answering() as server:
                url = server.url
            async with client_of(url) as client:
                with pytest.raises(UnreachableError, match="nothing listens at that host and port"):
                    async with event_feed(client, ["customer_id:me"]):
                        pass

        asyncio.run(run())
