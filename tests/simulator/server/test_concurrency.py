"""Many clients at the same time: every request is answered by itself, and the state adds up."""

import asyncio
from collections import Counter

from harness.telephone.pacing import Driver, Pace
from harness.voipbin.resources import Kind
from tests.simulator.server.conftest import Client
from tests.simulator.server.stage import AI, SIP, SOURCE, WAIT, furnish

CALL = {"source": SOURCE, "destinations": [SIP], "actions": [WAIT]}


def test_a_hundred_requests_at_once_keep_the_state_sound(client: Client) -> None:
    ids = furnish(client.platform)
    eve = client.done("POST", "/auth/signup", {"email": "eve@example.com"})
    hers = {"accesskey": eve["accesskey"]["token"]}
    before = Counter({kind: sum(1 for _ in client.platform.world.records(kind)) for kind in Kind})

    async def everybody() -> list[int]:
        driver = Driver(client.platform.clock, pace=Pace.REAL_TIME)
        time = asyncio.create_task(driver.run())
        asked = [
            *(client.send("POST", "/v1.0/calls", CALL) for _ in range(20)),
            *(client.send("POST", "/v1.0/ais", {**AI, "name": str(n)}, params=hers) for n in range(20)),
            *(client.send("POST", f"/v1.0/calls/{ids['call']}/hangup") for _ in range(20)),
            *(client.send("POST", f"/v1.0/calls/{ids['other']}/talk", {"text": "Hello."}) for _ in range(20)),
            *(client.send("DELETE", f"/v1.0/flows/{ids['flow']}") for _ in range(20)),
        ]
        answers = await asyncio.gather(*asked)
        time.cancel()
        return [answer.status_code for answer in answers]

    codes = asyncio.run(everybody())
    assert codes[:40] == [200] * 40
    assert Counter(codes[40:60]) == {200: 1, 409: 19}
    assert codes[60:80] == [200] * 20
    assert Counter(codes[80:]) == {200: 1, 404: 19}
    world = client.platform.world
    after = Counter({kind: sum(1 for _ in world.records(kind)) for kind in Kind})
    assert after[Kind.CALL] - before[Kind.CALL] == 20
    assert after[Kind.FLOW] - before[Kind.FLOW] == -1
    owners = Counter(ai["customer_id"] for ai in world.records(Kind.AI))
    assert owners[eve["customer"]["id"]] == 20
    assert all(call["customer_id"] == world.customer_id for call in world.records(Kind.CALL))
