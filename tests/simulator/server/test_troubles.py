"""What goes wrong on purpose between a served platform and its clients."""

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from harness.simulator.server import Trouble
from harness.simulator.server.options import ServerOptions
from harness.simulator.server.service import Service
from harness.simulator.server.sockets import EventHub, event_route
from harness.simulator.server.troubles import STORM_S
from tests.simulator.server.conftest import ClientMaker
from tests.simulator.server.live import WAIT_S, served
from tests.simulator.server.stage import AI, new_platform


def chat(ai_id: str) -> dict[str, str]:
    return {"assistance_type": "ai", "assistance_id": ai_id, "reference_type": "", "reference_id": ""}


def test_a_storm_refuses_everything_for_a_while_once_a_chat_has_begun(serve: ClientMaker) -> None:
    client = serve(troubles=frozenset({Trouble.STORM}))
    ai = client.done("POST", "/v1.0/ais", AI)
    client.done("POST", "/v1.0/aicalls", chat(ai["id"]))
    refused = client.ask("GET", "/v1.0/ais")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "6")
    client.wall.seconds += STORM_S
    client.done("GET", "/v1.0/ais")


@pytest.mark.parametrize(
    ("method", "end"), [pytest.param("POST", "/terminate", id="terminate"), pytest.param("DELETE", "", id="delete")]
)
def test_the_first_request_to_end_something_fails_and_the_next_does_not(
    serve: ClientMaker, method: str, end: str
) -> None:
    client = serve(troubles=frozenset({Trouble.HANG_UP_FAILS}))
    ai = client.done("POST", "/v1.0/ais", AI)
    for _ in range(2):
        path = f"/v1.0/aicalls/{client.done('POST', '/v1.0/aicalls', chat(ai['id']))['id']}{end}"
        assert client.refused(method, path) == (500, "INTERNAL")
        client.done(method, path)


def test_an_ai_is_gone_once_somebody_talks_to_it(serve: ClientMaker) -> None:
    client = serve(troubles=frozenset({Trouble.AI_DELETED}))
    ai = client.done("POST", "/v1.0/ais", AI)
    client.done("POST", "/v1.0/aicalls", chat(ai["id"]))
    assert client.refused("GET", f"/v1.0/ais/{ai['id']}") == (404, "AI_NOT_FOUND")


def test_a_socket_that_is_to_be_dropped_is() -> None:
    async def main() -> None:
        service = Service(new_platform(), ServerOptions())
        hub = EventHub(service.world, lasts_s=0.05)
        key = service.doorkeeper.admin.access_key
        async with (
            asyncio.timeout(WAIT_S),
            served([event_route(hub, service)]) as address,
            connect(f"ws://{address}/v1.0/ws?accesskey={key}", proxy=None) as socket,
        ):
            with pytest.raises(ConnectionClosedError):
                await socket.recv()

    asyncio.run(main())


def test_without_troubles_sockets_last() -> None:
    service = Service(new_platform(), ServerOptions(troubles=frozenset({Trouble.MEDIA_DROPS})))
    assert service.troubles.lasts_s(Trouble.EVENTS_DROP) is None
    assert service.troubles.lasts_s(Trouble.MEDIA_DROPS) == 3.0
