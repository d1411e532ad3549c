"""The flows of a platform, each dialable by its hash from the moment it is made."""

from typing import Final

from harness.simulator.kernel.world import World
from harness.simulator.records.ais import replace_hash
from harness.voipbin.api_errors import untyped
from harness.voipbin.bodies import Body
from harness.voipbin.flows import read_flow
from harness.voipbin.resources import Kind, Record

MAX_FLOWS: Final = 10_000
"""Most flows of one customer."""


class FlowBook:
    """Keeps the rules of contract section 3.1; its events are the platform's own, never delivered to a webhook."""

    def __init__(self, world: World, *, max_flows: int = MAX_FLOWS) -> None:
        """Take where the resources are kept, and how many a customer may have."""
        self._world = world
        self._max_flows = max_flows

    def create(self, body: Body, *, customer_id: str | None = None) -> Record:
        """Make a flow with a direct hash.

        Raises:
            ApiError: as `read_flow`; 500, 400 in strict mode, when the customer has as many as may be.
        """
        fields = read_flow(body, mode=self._world.mode, new_id=self._world.new_id)
        owner = customer_id or self._world.customer_id
        if sum(1 for _ in self._world.records(Kind.FLOW, customer_id=owner)) >= self._max_flows:
            raise untyped(f"the customer has {self._max_flows} flows; delete one first", mode=self._world.mode)
        flow = self._world.create(Kind.FLOW, customer_id=owner, **fields)
        flow["direct_hash"] = self._world.new_hash(Kind.FLOW, flow["id"])
        self._world.publish("flow_created", flow)
        return flow

    def replace(self, id: str, body: Body, *, customer_id: str | None = None) -> Record:
        """Set every writable field.

        Raises:
            ApiError: as `read_flow`; 404 when there is no such flow.
        """
        flow = self._world.require(Kind.FLOW, id, customer_id=customer_id)
        fields = read_flow(body, mode=self._world.mode, new_id=self._world.new_id)
        return self._world.change(flow, event="flow_updated", **fields)

    def delete(self, id: str, *, customer_id: str | None = None) -> Record:
        """Delete a flow; its hash leads nowhere from now on.

        Raises:
            ApiError: 404.
        """
        flow = self._world.require(Kind.FLOW, id, customer_id=customer_id)
        return self._world.delete(flow, event="flow_deleted")

    def regenerate_hash(self, id: str, *, customer_id: str | None = None) -> Record:
        """Give a flow a new direct hash; the old one stops resolving at once.

        Raises:
            ApiError: 404.
        """
        flow = self._world.require(Kind.FLOW, id, customer_id=customer_id)
        return replace_hash(self._world, Kind.FLOW, flow, event="flow_updated")
