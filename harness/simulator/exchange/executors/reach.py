"""Actions that reach somebody else: further calls, connections, messages out of the platform."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from harness.errors import CallError
from harness.model.call import EndReason
from harness.simulator.calls.legs import Legs
from harness.simulator.exchange.activeflows import Activeflows
from harness.simulator.exchange.connecting import Connection
from harness.simulator.exchange.orders import Orders, Placed
from harness.simulator.exchange.switchboard import Switchboard
from harness.simulator.flows.flow import Activeflow, Executor, Step
from harness.simulator.flows.outbox import Outbox, SentKind
from harness.voipbin.actions import Action, ActionType

_SENT: Mapping[ActionType, SentKind] = {
    ActionType.CASE_CREATE: SentKind.CASE,
    ActionType.CONVERSATION_SEND: SentKind.CONVERSATION,
    ActionType.EMAIL_SEND: SentKind.EMAIL,
    ActionType.MESSAGE_SEND: SentKind.MESSAGE,
    ActionType.WEBHOOK_SEND: SentKind.WEBHOOK,
}


class ReachActions:
    """The executors of this module."""

    def __init__(
        self,
        *,
        legs: Legs,
        switchboard: Switchboard,
        orders: Orders,
        activeflows: Activeflows,
        outbox: Outbox,
    ) -> None:
        """Take who places calls and who keeps what is sent."""
        self._legs = legs
        self._switchboard = switchboard
        self._orders = orders
        self._activeflows = activeflows
        self._outbox = outbox

    @property
    def executors(self) -> Mapping[ActionType, Executor]:
        """Return what they do by action type."""
        return {
            ActionType.CALL: self._call,
            ActionType.CONFERENCE_JOIN: partial(self._join, name="conference_id"),
            ActionType.CONNECT: self._connect,
            ActionType.QUEUE_JOIN: partial(self._join, name="queue_id"),
            **dict.fromkeys(_SENT, self._send),
        }

    def _connect(self, flow: Activeflow, action: Action) -> Step:
        leg = self._legs.of(flow)
        connection = Connection(
            leg,
            switchboard=self._switchboard,
            on_over=partial(_go_on, flow),
        )
        connection.dial(_addresses(action.option.get("destinations")), source=_address(action.option.get("source")))
        return Step.BLOCKED

    def _call(self, flow: Activeflow, action: Action) -> Step:
        option = action.option
        master = flow.record["reference_id"] if option.get("chained") else None
        actions = option.get("actions")
        placed = self._orders.place(
            source=_address(option.get("source")),
            destinations=_addresses(option.get("destinations")),
            flow_id=str(option.get("flow_id") or ""),
            actions=[item for item in actions if isinstance(item, Mapping)] if isinstance(actions, list) else [],
            variables={},
            master_call_id=master,
            early=bool(option.get("early_execution")),
        )
        if option.get("chained"):
            self._chain(flow, placed)
        return Step.DONE

    def _chain(self, flow: Activeflow, placed: Placed) -> None:
        """Have new calls hung up when the flow's own call is over."""
        master = self._legs.find(flow.record["reference_id"])
        if master is None:
            return
        grouped = (id for group in placed.groupcalls for id in group["call_ids"])
        ids = [*(call["id"] for call in placed.calls), *grouped]
        chained = [*master.record["chained_call_ids"], *ids]
        flow.world.change(master.record, chained_call_ids=chained)
        for leg in filter(None, map(self._legs.find, ids)):
            leg.on_end(master.on_end(partial(leg.end, EndReason.CALLER_HANGUP, by="platform")))

    @staticmethod
    def _join(flow: Activeflow, action: Action, *, name: str) -> Step:
        """Conferences and queues hold nobody here: whoever joins is alone, and the platform says there is none."""
        raise CallError(f"there is no {name.removesuffix('_id')} {str(action.option.get(name) or '')!r}")

    def _send(self, flow: Activeflow, action: Action) -> Step:
        self._outbox.send(_SENT[action.type], action.option, activeflow_id=flow.id)
        return Step.DONE


def _go_on(flow: Activeflow) -> None:
    flow.world.clock.after(0, flow.resume)


def _addresses(value: Any) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _address(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
