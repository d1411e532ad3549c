"""What the agent's tools really do to the simulated platform (contract section 4.6)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from harness.errors import CallError
from harness.simulator.exchange.orders import Orders
from harness.simulator.flows.flow import Activeflow
from harness.simulator.flows.outbox import Outbox, SentKind
from harness.simulator.kernel.world import World
from harness.simulator.sessions.talk import AITalk
from harness.simulator.sessions.toolbox import Arguments, Done
from harness.voipbin.actions import MEDIA, ActionType, parse_action
from harness.voipbin.resources import Kind, shown
from harness.voipbin.variables import own_variables

_READABLE = {
    "call": Kind.CALL,
    "activeflow": Kind.ACTIVEFLOW,
    "flow": Kind.FLOW,
    "aicall": Kind.AICALL,
    "recording": Kind.RECORDING,
    "transcribe": Kind.TRANSCRIBE,
    "summary": Kind.SUMMARY,
    "groupcall": Kind.GROUPCALL,
}
"""What `get_resource` may read."""


class SessionBench:
    """Does the tools of one session."""

    def __init__(self, *, world: World, talk: AITalk, flow: Activeflow, orders: Orders, outbox: Outbox) -> None:
        """Take the session and what its tools act on."""
        self._world = world
        self._talk = talk
        self._flow = flow
        self._orders = orders
        self._outbox = outbox

    def use(self, name: str, arguments: Arguments) -> Done:
        """Do what a tool does.

        Raises:
            CallError: it could not be done.
            ApiError: a resource is not there.
        """
        tool = self._tools.get(name)
        if tool is None:
            raise CallError(f"{name} is not simulated; mock it in the suite (tool_mocks)")
        return tool(arguments)

    @property
    def _tools(self) -> Mapping[str, Callable[[Arguments], Done]]:
        return {
            "case_create": partial(self._send, SentKind.CASE),
            "connect_call": self._connect_call,
            "create_call": self._create_call,
            "describe_action": self._describe_action,
            "get_aicall_messages": self._get_aicall_messages,
            "get_correlation": self._get_correlation,
            "get_resource": self._get_resource,
            "get_variables": self._get_variables,
            "send_email": partial(self._send, SentKind.EMAIL),
            "send_message": partial(self._send, SentKind.MESSAGE),
            "set_variables": self._set_variables,
            "stop_flow": lambda _: Done(message="flow stopped", then=self._talk.finish_flow),
            "stop_media": self._stop_media,
            "stop_service": lambda _: Done(message="service stopped", then=self._talk.stop),
        }

    def _connect_call(self, arguments: Arguments) -> Done:
        option = {
            "source": arguments.get("source") or self._talk.leg.record["destination"],
            "destinations": arguments["destinations"],
        }
        action = parse_action({"type": ActionType.CONNECT.value, "option": option})

        def connect() -> None:
            # The connection comes before whatever follows in the flow, once the AI has left.
            self._flow.push([action])
            self._talk.stop()

        return Done(message="connecting", resource_type="call", resource_id=self._talk.leg.id, then=connect)

    def _create_call(self, arguments: Arguments) -> Done:
        placed = self._orders.place_request(
            source=arguments.get("source") or {},
            destinations=arguments["destinations"],
            flow_id=str(arguments.get("flow_id") or ""),
            actions=arguments.get("actions") or [],
            anonymous=str(arguments.get("anonymous") or ""),
            variables=arguments.get("variables") or {},
        )
        made = [record["id"] for record in (*placed.calls, *placed.groupcalls)]
        return Done(data={"call_ids": made}, message="call created", resource_type="call", resource_id=made[0])

    def _get_variables(self, _: Arguments) -> Done:
        return Done(data=dict(self._flow.variables), message="variables read")

    def _set_variables(self, arguments: Arguments) -> Done:
        given = {str(name): str(value) for name, value in arguments["variables"].items()}
        self._flow.variables |= own_variables(given)
        return Done(data=given, message="variables set", resource_type="activeflow", resource_id=self._flow.id)

    def _stop_media(self, _: Arguments) -> Done:
        self._talk.leg.stop_media()
        return Done(message="media stopped")

    def _send(self, kind: SentKind, arguments: Arguments) -> Done:
        sent = self._outbox.send(kind, arguments, activeflow_id=self._flow.id)
        return Done(
            data={"id": sent.id}, message=f"{kind.value} created", resource_type=kind.value, resource_id=sent.id
        )

    def _get_aicall_messages(self, arguments: Arguments) -> Done:
        id = str(arguments["aicall_id"])
        self._world.require(Kind.AICALL, id)
        found = [
            {"role": record["role"], "content": record["content"]}
            for record in self._world.records(Kind.MESSAGE, aicall_id=id)
        ]
        return Done(data=found[::-1], message="messages read", resource_type="aicall", resource_id=id)

    def _get_resource(self, arguments: Arguments) -> Done:
        kind = _READABLE.get(str(arguments["resource_type"]))
        if kind is None:
            raise CallError(f"resource_type must be one of {', '.join(sorted(_READABLE))}")
        record = self._world.require(kind, str(arguments["resource_id"]))
        return Done(data=shown(record), message="read", resource_type=kind.value, resource_id=record["id"])

    def _get_correlation(self, _: Arguments) -> Done:
        id = self._flow.id
        data: dict[str, Any] = {
            kind.value: [record["id"] for record in self._world.records(kind, activeflow_id=id)]
            for kind in (Kind.CALL, Kind.AICALL, Kind.TRANSCRIBE, Kind.RECORDING, Kind.SUMMARY)
        }
        return Done(data=data, message="read", resource_type="activeflow", resource_id=id)

    @staticmethod
    def _describe_action(arguments: Arguments) -> Done:
        name = str(arguments["action_type"])
        if name not in tuple(ActionType):
            raise CallError(f"there is no action type {name!r}")
        return Done(data={"type": name, "media": MEDIA[ActionType(name)].value}, message="described")
