"""Flows, and their executions."""

from typing import Final

from harness.simulator.server.answers import Answer
from harness.simulator.server.fields import METHODS, choice, variables
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.books import book_operations
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.resources import Kind

_FLOW: Final = ("name", "detail", "actions")


async def start(visit: Visit) -> Answer:
    """Execute a flow without a call."""
    body = visit.body
    activeflow = visit.platform.start_activeflow(
        id=bodies.id_or_none(body, "id") or "",
        flow_id=bodies.id_or_none(body, "flow_id") or "",
        actions=bodies.objects(body, "actions"),
        variables=variables(body, "variables"),
        webhook_uri=bodies.text(body, "webhook_uri"),
        webhook_method=choice(body, "webhook_method", METHODS),
    )
    return visit.show(activeflow)


async def stop(visit: Visit) -> Answer:
    """Stop an execution; it may have ended already."""
    return visit.show(visit.platform.stop_activeflow(visit.mine(Kind.ACTIVEFLOW)["id"]))


async def delete_activeflow(visit: Visit) -> Answer:
    """Stop an execution and delete it."""
    activeflow = visit.mine(Kind.ACTIVEFLOW)
    if activeflow["status"] == "running":
        visit.platform.stop_activeflow(activeflow["id"])
    visit.world.delete(activeflow, event="activeflow_deleted")
    return Answer(status=204)


OPERATIONS: Final = (
    *book_operations("/flows", Kind.FLOW, book=lambda platform: platform.flows, required=_FLOW),
    Operation(method="GET", path="/activeflows", handler=listing(Kind.ACTIVEFLOW)),
    Operation(method="POST", path="/activeflows", handler=start, reads=Reads.OBJECT),
    Operation(method="GET", path="/activeflows/{id}", handler=showing(Kind.ACTIVEFLOW)),
    Operation(method="DELETE", path="/activeflows/{id}", handler=delete_activeflow),
    Operation(method="POST", path="/activeflows/{id}/stop", handler=stop),
)
