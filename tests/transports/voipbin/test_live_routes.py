"""Cases held with sound through a served platform, over real sockets and in real time."""

import asyncio

import pytest

from harness.model.call import EndReason, Role
from harness.model.proof import Proof, Proved
from harness.testing.builders import make_case
from harness.transports.voipbin.routes import Route
from harness.voipbin.resources import Kind
from tests.transports.voipbin.live_site import held, live_site, transport_of

GREETING, ANSWER = "Hello, how may I help you?", "We are open until six."


@pytest.mark.parametrize("route", [Route.MEDIA, Route.SIP])
def test_a_case_is_held_by_telephone(route: Route) -> None:
    if route is Route.SIP:
        pytest.importorskip("baresip", reason="needs the extra [sip]")

    async def main() -> None:
        async with live_site(GREETING, ANSWER, sip=route is Route.SIP) as (platform, site):
            conversation = await held(transport_of(site, route), make_case("Are you open today?"))
            turns = conversation.turns
            assert [(turn.role, turn.spoken, turn.meant) for turn in turns] == [
                (Role.AGENT, GREETING, GREETING),
                (Role.CALLER, "Are you open today?", "Are you open today?"),
                (Role.AGENT, ANSWER, ANSWER),
            ]
            assert turns[1].heard == "yes please"
            assert 200 < (turns[2].latency_ms or 0) < 4_000
            assert conversation.end_reason is EndReason.CALLER_HANGUP
            proof = Proof.of(conversation.resources)
            assert proof is not None
            assert proof.proved is Proved.MATCHES
            assert {row["status"] for row in platform.world.records(Kind.CALL)} == {"hangup"}
            assert all(row["tm_delete"] for row in platform.world.records(Kind.AI))

    asyncio.run(main())
