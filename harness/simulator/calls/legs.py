"""The calls of a platform by id, while they last and after."""

from harness.errors import CallError
from harness.simulator.calls.leg import Leg
from harness.simulator.flows.flow import Activeflow
from harness.simulator.kernel.world import World
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind


class Legs:
    """Finds what runs behind a call's record."""

    def __init__(self, world: World) -> None:
        """Begin without calls."""
        self._world = world
        self._legs: dict[str, Leg] = {}

    def add(self, leg: Leg) -> None:
        """Keep a call until it is over."""
        self._legs[leg.id] = leg

    def drop(self, leg: Leg) -> None:
        """Forget a call that is over; its record stays."""
        self._legs.pop(leg.id, None)

    def find(self, id: str | None) -> Leg | None:
        """Return a call that is not over; None when there is none."""
        return self._legs.get(id or "")

    def of(self, flow: Activeflow) -> Leg:
        """Return the call a flow belongs to.

        Raises:
            CallError: it has none, or the call is over.
        """
        leg = self.find(flow.record["reference_id"])
        if leg is None:
            raise CallError("the flow has no call that is still going on")
        return leg

    def require(self, id: str) -> Leg:
        """Return a call for a request.

        Raises:
            ApiError: 404 without such a call; 409 when it is over or deleted.
        """
        self._world.require(Kind.CALL, id)
        leg = self._legs.get(id)
        if leg is None or leg.is_over:
            raise api_error(Reason.CALL_ALREADY_HANGUP, f"the call {id!r} is over")
        return leg

    def require_talking(self, id: str) -> Leg:
        """Return a call that is answered, for a request that needs someone on the line.

        Raises:
            ApiError: as `require`; 409 when it is not answered.
        """
        leg = self.require(id)
        if not leg.is_talking:
            status = leg.phone.status.value
            raise api_error(Reason.CALL_STATE_INVALID, f"the call {id!r} is {status}, not progressing")
        return leg
