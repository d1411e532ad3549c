"""Requests for calls: one call or group call a destination, each with the flow that was asked for (contract 2.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import ApiError, CallError, UnknownNameError
from harness.model.call import EndReason
from harness.simulator.calls.gates import require_balance, require_identity
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.exchange.activeflows import Activeflows
from harness.simulator.exchange.switchboard import Order, Switchboard
from harness.simulator.kernel.world import World
from harness.voipbin.actions import Action
from harness.voipbin.addresses import AddressType, address_fault, own_fields
from harness.voipbin.api_errors import Reason, api_error, untyped
from harness.voipbin.calls import CallStatus
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record
from harness.voipbin.variables import own_variables, variables_fault

ANONYMOUS: Final = ("", "yes", "no", "auto")
_PLAIN: Final = (AddressType.SIP, AddressType.TEL)
"""Destinations that are one call; every other one is a group call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What came of a request."""

    calls: tuple[Record, ...]
    groupcalls: tuple[Record, ...]


class Orders:
    """Places what requests, flows and tools ask for."""

    def __init__(self, *, world: World, legs: Legs, switchboard: Switchboard, activeflows: Activeflows) -> None:
        """Take who places single calls."""
        self._world = world
        self._legs = legs
        self._switchboard = switchboard
        self._activeflows = activeflows

    def place_request(
        self,
        *,
        source: Mapping[str, Any],
        destinations: Sequence[Mapping[str, Any]],
        flow_id: str,
        actions: Sequence[Mapping[str, Any]],
        anonymous: str,
        variables: Mapping[str, str],
    ) -> Placed:
        """Place the calls of a request.

        Raises:
            ApiError: 400 for a value the platform refuses, 402 for an account without balance (on today's platform its
                destinations fail instead), 403 for an account that may not telephone, 404 for a flow that is not
                there, and an internal error when every destination failed.
        """
        if anonymous not in ANONYMOUS:
            raise api_error(Reason.INVALID_ANONYMOUS_VALUE, f"anonymous must be yes, no or auto, not {anonymous!r}")
        fault = variables_fault(variables)
        if fault:
            raise api_error(Reason.INVALID_VARIABLES, fault)
        _check_addresses((source, *destinations))
        if self._world.mode is not Mode.CURRENT:
            require_balance(self._world, self._world.customer_id, self._switchboard.gates)
        if any(address.get("type") == AddressType.TEL for address in destinations):
            require_identity(self._world, self._world.customer_id, self._switchboard.gates)
        placed = self.place(
            source=source, destinations=destinations, flow_id=flow_id, actions=actions, variables=variables
        )
        if not placed.calls and not placed.groupcalls:
            raise untyped("no destination could be called", mode=self._world.mode)
        return placed

    def place(
        self,
        *,
        source: Mapping[str, Any],
        destinations: Sequence[Mapping[str, Any]],
        flow_id: str,
        actions: Sequence[Mapping[str, Any]],
        variables: Mapping[str, str],
        master_call_id: str | None = None,
        early: bool = False,
    ) -> Placed:
        """Place calls; a destination that fails is left out.

        Raises:
            ApiError: the flow is not there, or an action has a type the platform does not know.
        """
        flow = self._flow(flow_id, actions)
        parsed = self._activeflows.actions_of(flow["actions"])
        calls: list[Record] = []
        groupcalls: list[Record] = []
        for destination in destinations:
            order = Order(
                source=source,
                destination=destination,
                actions=parsed,
                flow=flow,
                variables=own_variables(variables),
                master_call_id=master_call_id,
                early=early,
            )
            try:
                if destination.get("type") in _PLAIN:
                    calls.append(self._switchboard.place(order).record)
                else:
                    groupcalls.append(self._group([destination], order, "ring_all", "hangup_others"))
            except CallError:
                # The platform logs a destination that fails and goes on with the next.
                continue
        return Placed(calls=tuple(calls), groupcalls=tuple(groupcalls))

    def place_groupcall(
        self,
        *,
        source: Mapping[str, Any],
        destinations: Sequence[Mapping[str, Any]],
        flow_id: str,
        actions: Sequence[Mapping[str, Any]],
        ring_method: str,
        answer_method: str,
    ) -> Record:
        """Place a group call: everybody at once; the first who answers has it.

        Raises:
            ApiError: as `place_request`.
        """
        _check_addresses((source, *destinations))
        flow = self._flow(flow_id, actions)
        order = Order(
            source=source,
            destination={},
            actions=self._activeflows.actions_of(flow["actions"]),
            flow=flow,
            variables={},
        )
        try:
            return self._group(destinations, order, ring_method or "ring_all", answer_method or "hangup_others")
        except CallError as error:
            raise untyped(str(error), mode=self._world.mode) from error

    def hang_up_groupcall(self, id: str) -> Record:
        """Hang up everybody of a group call. Raises ApiError when there is none."""
        record = self._world.require(Kind.GROUPCALL, id)
        for call_id in record["call_ids"]:
            leg = self._legs.find(call_id)
            if leg is not None:
                leg.end(EndReason.AGENT_HANGUP, by="platform")
        return record

    def _flow(self, flow_id: str, actions: Sequence[Mapping[str, Any]]) -> Record:
        if flow_id:
            return self._world.require(Kind.FLOW, flow_id)
        try:
            parsed = self._activeflows.actions_of(actions)
        except UnknownNameError as error:
            raise api_error(Reason.INVALID_ACTION_TYPE, str(error)) from error
        return self._temporary(parsed)

    def _temporary(self, actions: Sequence[Action]) -> Record:
        # The platform keeps the flow of one request beside the lasting ones, without listing it.
        flow = self._world.create(Kind.FLOW, name="tmp", actions=[action.document for action in actions])
        return self._world.delete(flow)

    def _group(
        self,
        destinations: Sequence[Mapping[str, Any]],
        order: Order,
        ring_method: str,
        answer_method: str,
    ) -> Record:
        group = self._world.create(
            Kind.GROUPCALL,
            event="groupcall_created",
            source=own_fields(order.source),
            destinations=[own_fields(destination) for destination in destinations],
            flow_id=order.flow["id"] if order.flow else None,
            ring_method=ring_method,
            answer_method=answer_method,
        )
        faults = []
        for destination in destinations:
            try:
                self._ring(group, order, destination, answer_method)
            except CallError as error:
                faults.append(str(error))
        if not group["call_ids"]:
            self._world.delete(group)
            raise CallError("; ".join(faults) or "a group call needs a destination")
        return group

    def _ring(self, group: Record, order: Order, destination: Mapping[str, Any], answer_method: str) -> None:
        try:
            member = Order(
                source=order.source,
                destination=destination,
                actions=order.actions,
                flow=order.flow,
                variables=order.variables,
                groupcall_id=group["id"],
                master_call_id=order.master_call_id,
            )
            leg = self._switchboard.place(member)
        except ApiError as error:
            raise CallError(error.message) from error
        ids = [*group["call_ids"], leg.id]
        self._world.change(group, call_ids=ids, call_count=len(ids))

        def moved(status: CallStatus, _: Mapping[str, str]) -> None:
            if status is CallStatus.PROGRESSING and not group["answer_call_id"]:
                self._world.change(group, event="groupcall_progressing", answer_call_id=leg.id)
                if answer_method == "hangup_others":
                    self._let_others_go(group, leg)
            elif status is CallStatus.HANGUP and group["status"] == "progressing":
                left = [call_id for call_id in group["call_ids"] if self._legs.find(call_id) not in (None, leg)]
                if not left:
                    self._world.change(group, event="groupcall_hangup", status="hangup", call_count=0)

        leg.phone.watch(moved)

    def _let_others_go(self, group: Record, answered: Leg) -> None:
        for call_id in group["call_ids"]:
            leg = self._legs.find(call_id)
            if leg is not None and leg is not answered:
                leg.end(EndReason.AGENT_HANGUP, by="platform")


def _check_addresses(addresses: Iterable[Mapping[str, Any]]) -> None:
    for address in addresses:
        fault = address_fault(address)
        if fault:
            raise api_error(Reason.INVALID_ARGUMENT, fault)
