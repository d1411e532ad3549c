"""The event socket, driven by a foreign WebSocket client over loopback."""

import json
import logging

import pytest
from websockets.exceptions import InvalidStatus

from harness.simulator.server.options import Limits, Rate, ServerOptions
from harness.voipbin.events import Payloads
from harness.voipbin.resources import Kind
from tests.simulator.server.event_site import NOW_S, Site, closed_with, received, run


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
