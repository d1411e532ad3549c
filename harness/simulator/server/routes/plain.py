"""Handlers that are the same for every kind of resource."""

from harness.simulator.server.answers import Answer
from harness.simulator.server.operations import Handler
from harness.simulator.server.visit import Visit
from harness.voipbin.resources import Kind


def listing(kind: Kind) -> Handler:
    """Return the handler that lists a kind."""

    async def handle(visit: Visit) -> Answer:
        return visit.page(kind)

    return handle


def showing(kind: Kind) -> Handler:
    """Return the handler that shows the resource in the path."""

    async def handle(visit: Visit) -> Answer:
        return visit.show(visit.mine(kind))

    return handle


def deleting(kind: Kind, *, event: str = "") -> Handler:
    """Return the handler that deletes the resource in the path, and publishes an event when it is not empty."""

    async def handle(visit: Visit) -> Answer:
        return visit.show(visit.world.delete(visit.mine(kind), event=event))

    return handle
