"""Executions of flows: begun for a call or on their own, followed by another when one is complete."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from harness.model.call import EndReason, EventKind
from harness.simulator.calls.leg import Leg
from harness.simulator.flows.flow import Activeflow, FlowEnd, Perform
from harness.simulator.kernel.world import World
from harness.voipbin.actions import Action, ActionType, Media, identified, parse_action
from harness.voipbin.parameters import MAX_COMPLETIONS
from harness.voipbin.resources import Kind, Record
from harness.voipbin.variables import DIGITS, activeflow_variables, call_variables

_SESSIONS = (ActionType.AI.value, ActionType.AI_TALK.value)


class Activeflows:
    """Begins and ends executions; what their actions do is handed in."""

    def __init__(
        self, *, world: World, perform: Perform, spawn: Callable[[Callable[[], Awaitable[None]]], None]
    ) -> None:
        """Take who does the actions; `spawn` has a flow begin as soon as the clock turns."""
        self._world = world
        self._perform = perform
        self._spawn = spawn
        self._running: dict[str, Activeflow] = {}
        self._completions: dict[str, int] = {}
        """How many flows have been completed one after the other before a running one."""
        self.variables: dict[str, dict[str, str]] = {}
        """What every execution knew, by its id; there is no way to ask a real platform for it."""

    def find(self, id: str | None) -> Activeflow | None:
        """Return an execution that has not ended; None when there is none."""
        return self._running.get(id or "")

    def create_for_call(
        self, leg: Leg, actions: Sequence[Action], *, flow: Record | None, variables: Mapping[str, str]
    ) -> Activeflow:
        """Make the execution of a call's flow; it begins when `begin` is called."""
        record = self._record(flow, reference_type="call", reference_id=leg.id)
        self._world.change(leg.record, activeflow_id=record["id"], flow_id=record["flow_id"])
        facts = {**activeflow_variables(record, complete_count=0), **call_variables(leg.record), **variables}
        activeflow = Activeflow(
            actions,
            world=self._world,
            record=record,
            variables=facts,
            medium=Media.CALL,
            perform=lambda flow, action: self._in_call(leg, flow, action),
            on_end=lambda how: self._call_flow_ended(leg, activeflow, how),
            gate=self._gate,
        )
        leg.flow = activeflow
        leg.add_keypad(lambda digit: None if leg.collects_digits else facts.update({DIGITS: digit.digit}))
        self._running[activeflow.id] = activeflow
        self.variables[activeflow.id] = facts
        return activeflow

    def begin(self, activeflow: Activeflow) -> None:
        """Start an execution as soon as the clock turns."""
        self._spawn(activeflow.resume)

    def start(
        self,
        actions: Sequence[Action],
        *,
        flow: Record | None = None,
        variables: Mapping[str, str],
        reference: Activeflow | None = None,
        id: str | None = None,
        completions: int = 0,
        webhook_uri: str = "",
        webhook_method: str = "",
    ) -> Activeflow:
        """Make and start an execution without a call.

        Args:
            actions: What is executed.
            flow: The stored flow, when there is one.
            variables: What it starts with.
            reference: The execution it follows from.
            id: An id of the requester's own.
            completions: How many flows have been completed one after the other before this one.
            webhook_uri: Who is told of its events, beside the customer.
            webhook_method: How.
        """
        record = self._record(
            flow,
            id=id,
            reference_type="api",
            reference_activeflow_id=reference.id if reference else None,
            webhook_uri=webhook_uri,
            webhook_method=webhook_method,
        )
        facts = {**variables, **activeflow_variables(record, complete_count=completions)}
        activeflow = Activeflow(
            actions,
            world=self._world,
            record=record,
            variables=facts,
            medium=Media.OTHER,
            perform=self._perform,
            on_end=lambda how: self._ended(activeflow),
        )
        self._running[activeflow.id] = activeflow
        self._completions[activeflow.id] = completions
        self.variables[activeflow.id] = facts
        self.begin(activeflow)
        return activeflow

    def start_stored(self, flow_id: str | None, *, variables: Mapping[str, str]) -> None:
        """Start a stored flow that something else asked for when it was done; nothing without one."""
        flow = self._world.find(Kind.FLOW, flow_id)
        if flow is not None and flow["tm_delete"] is None:
            self.start(self.actions_of(flow["actions"]), flow=flow, variables=variables)

    def stop(self, id: str) -> Record:
        """Stop an execution, and the call it belongs to; one that has ended is left as it is.

        Raises:
            ApiError: there is none.
        """
        record = self._world.require(Kind.ACTIVEFLOW, id)
        running = self._running.get(id)
        if running is not None:
            running.finish()
        return record

    def actions_of(self, documents: Sequence[Mapping[str, Any]]) -> tuple[Action, ...]:
        """Return actions from their JSON, each with an id.

        Raises:
            UnknownNameError: a type the platform does not have.
        """
        parsed = (parse_action(document, mode=self._world.mode) for document in documents)
        return identified(parsed, new_id=self._world.new_id)

    def _record(self, flow: Record | None, **fields: Any) -> Record:
        return self._world.create(
            Kind.ACTIVEFLOW,
            event="activeflow_created",
            flow_id=flow["id"] if flow else None,
            on_complete_flow_id=flow["on_complete_flow_id"] if flow else None,
            **{name: value for name, value in fields.items() if value is not None},
        )

    def _gate(self, action: Action) -> bool:
        if action.runs_in(Media.CALL):
            return True
        # The tutorial summarises in mid-call, with names the platform no longer has.
        is_seed_form = action.type is ActionType.AI_SUMMARY and "source_type" in action.option
        return is_seed_form and self._world.mode.takes_seed_forms

    def _in_call(self, leg: Leg, flow: Activeflow, action: Action) -> Any:
        leg.studio.log.add(EventKind.ACTION_ENTERED, data={"type": action.type.value, "id": action.id})
        self._world.change(leg.record, action=action.document)
        return self._perform(flow, action)

    def _call_flow_ended(self, leg: Leg, flow: Activeflow, how: FlowEnd) -> None:
        leg.flow = None
        if how is not FlowEnd.STOPPED:
            type_ = str((flow.record["current_action"] or {}).get("type", ""))
            if how in (FlowEnd.FAILED, FlowEnd.LIMIT):
                self._close(flow)
                leg.studio.log.add(EventKind.FLOW_FAILED, text=flow.failure, data={"type": type_, "how": how.value})
            never = how is FlowEnd.FAILED and type_ in _SESSIONS
            leg.end(EndReason.NEVER_STARTED if never else EndReason.AGENT_HANGUP, by="platform")
        self._ended(flow)

    def _close(self, flow: Activeflow) -> None:
        if self._running.pop(flow.id, None) is not None:
            self._world.change(flow.record, event="activeflow_updated", status="ended")

    def _ended(self, flow: Activeflow) -> None:
        self._close(flow)
        next_flow = self._world.find(Kind.FLOW, flow.record["on_complete_flow_id"])
        completions = self._completions.pop(flow.id, 0) + 1
        if next_flow is not None and next_flow["tm_delete"] is None and completions <= MAX_COMPLETIONS:
            self.start(
                self.actions_of(next_flow["actions"]),
                flow=next_flow,
                variables=flow.variables,
                reference=flow,
                completions=completions,
            )
