"""Access keys: made, shown once, renamed and withdrawn."""

from typing import Final

from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.fields import integer
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import deleting, listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

SHORTEST_S: Final = 86_400
"""The least time a key is good for."""
_LONGEST_S: Final = 100 * 365 * 86_400


async def create(visit: Visit) -> Answer:
    """Make a key; this answer is the only one its token stands in."""
    expire_s = integer(visit.body, "expire")
    if not SHORTEST_S <= expire_s <= _LONGEST_S:
        raise api_error(
            Reason.INVALID_ARGUMENT, f"expire is {expire_s} seconds, and must be {SHORTEST_S} to {_LONGEST_S}"
        )
    key = visit.service.doorkeeper.new_access_key(
        {
            "name": bodies.text(visit.body, "name"),
            "detail": bodies.text(visit.body, "detail"),
            "tm_expire": visit.world.clock.now_ms() + expire_s * 1000,
        },
        customer_id=visit.identity.customer_id,
    )
    return answer({**visit.public(key), "token": key["token"]})


async def rename(visit: Visit) -> Answer:
    """Set name and detail."""
    key = visit.mine(Kind.ACCESSKEY)
    name, detail = bodies.text(visit.body, "name"), bodies.text(visit.body, "detail")
    return visit.show(visit.world.change(key, name=name, detail=detail))


OPERATIONS: Final = (
    Operation(method="GET", path="/accesskeys", handler=listing(Kind.ACCESSKEY)),
    Operation(method="POST", path="/accesskeys", handler=create, reads=Reads.OBJECT),
    Operation(method="GET", path="/accesskeys/{id}", handler=showing(Kind.ACCESSKEY)),
    Operation(method="PUT", path="/accesskeys/{id}", handler=rename, reads=Reads.OBJECT),
    Operation(method="DELETE", path="/accesskeys/{id}", handler=deleting(Kind.ACCESSKEY)),
)
