"""A case held in writing with an agent on a served platform, over real sockets and in real time."""

import asyncio

from harness.model.call import EndReason, Role, Tier
from harness.model.proof import Proof, Proved
from harness.testing.builders import make_case
from harness.transports.voipbin.routes import Route
from harness.voipbin.resources import Kind
from tests.transports.voipbin.live_site import held, live_site, transport_of


def test_a_case_is_held_in_writing() -> None:
    async def main() -> None:
        async with live_site("We are open until six.", "Goodbye.", tier=Tier.TEXT) as (platform, site):
            case = make_case("Are you open today?", "Thank you.")
            conversation = await held(transport_of(site, Route.TEXT), case, tier=Tier.TEXT)
            turns = conversation.turns
            assert [(turn.role, turn.spoken) for turn in turns] == [
                (Role.CALLER, "Are you open today?"),
                (Role.AGENT, "We are open until six."),
                (Role.CALLER, "Thank you."),
                (Role.AGENT, "Goodbye."),
            ]
            assert [turn.meant for turn in turns] == [turn.spoken for turn in turns]
            assert [turn.heard for turn in turns if turn.role is Role.CALLER] == ["Are you open today?", "Thank you."]
            assert all(0 < (turn.latency_ms or 0) < 3_000 for turn in turns if turn.role is Role.AGENT)
            assert conversation.end_reason is EndReason.CALLER_HANGUP
            proof = Proof.of(conversation.resources)
            assert proof is not None and proof.proved is Proved.MATCHES
            assert all(row["status"] == "terminated" for row in platform.world.records(Kind.AICALL))
            assert all(row["tm_delete"] for row in platform.world.records(Kind.AI))

    asyncio.run(main())
