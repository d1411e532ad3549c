"""Group calls: one destination that rings in many places."""

from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.fields import address, addresses, choice
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.resources import Kind

_GROUPCALL: Final = ("source", "destinations", "ring_method", "answer_method")


async def place(visit: Visit) -> Answer:
    """Ring all destinations together."""
    body = visit.body
    groupcall = visit.platform.orders.place_groupcall(
        source=address(body, "source"),
        destinations=addresses(body, "destinations"),
        flow_id=bodies.id_or_none(body, "flow_id") or "",
        actions=bodies.objects(body, "actions"),
        ring_method=choice(body, "ring_method", ("ring_all", "linear")) or "ring_all",
        answer_method=choice(body, "answer_method", ("hangup_others",)) or "hangup_others",
    )
    return visit.show(groupcall)


async def hang_up(visit: Visit) -> Answer:
    """Hang up every member."""
    return visit.show(visit.platform.orders.hang_up_groupcall(visit.mine(Kind.GROUPCALL)["id"]))


async def delete(visit: Visit) -> Answer:
    """Hang up every member and delete."""
    groupcall = visit.mine(Kind.GROUPCALL)
    if groupcall["status"] == "progressing":
        visit.platform.orders.hang_up_groupcall(groupcall["id"])
    return visit.show(visit.world.delete(groupcall, event="groupcall_deleted"))


OPERATIONS: Final = (
    Operation(method="GET", path="/groupcalls", handler=listing(Kind.GROUPCALL)),
    Operation(method="POST", path="/groupcalls", handler=place, reads=Reads.OBJECT, required=_GROUPCALL),
    Operation(method="GET", path="/groupcalls/{id}", handler=showing(Kind.GROUPCALL)),
    Operation(method="DELETE", path="/groupcalls/{id}", handler=delete),
    Operation(method="POST", path="/groupcalls/{id}/hangup", handler=hang_up),
)
