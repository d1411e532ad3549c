"""Actions that decide where a flow goes on, and set what later actions read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from harness.errors import CallError
from harness.simulator.exchange.activeflows import Activeflows
from harness.simulator.flows.flow import Activeflow, Executor, Step
from harness.simulator.kernel.world import World
from harness.voipbin.actions import Action, ActionType
from harness.voipbin.conditions import compare, moment_holds
from harness.voipbin.resources import EPOCH, Kind
from harness.voipbin.variables import DIGITS

Fetch: TypeAlias = Callable[[str, str, Mapping[str, Any]], Awaitable[Sequence[Mapping[str, Any]]]]
"""Asks a URL, with a method and a JSON body, for a list of actions; raises CallError."""


class ControlActions:
    """The executors of this module."""

    def __init__(self, *, world: World, activeflows: Activeflows, fetch: Fetch | None) -> None:
        """Take what they read; without `fetch` no flow can ask the network."""
        self._world = world
        self._activeflows = activeflows
        self._fetch = fetch
        self._rounds: dict[tuple[str, str], int] = {}

    @property
    def executors(self) -> Mapping[ActionType, Executor]:
        """Return what they do by action type."""
        return {
            ActionType.BLOCK: lambda *_: Step.BLOCKED,
            ActionType.BRANCH: self._branch,
            ActionType.CONDITION_CALL_DIGITS: self._condition_call_digits,
            ActionType.CONDITION_CALL_STATUS: self._condition_call_status,
            ActionType.CONDITION_DATETIME: self._condition_datetime,
            ActionType.CONDITION_VARIABLE: self._condition_variable,
            ActionType.FETCH: self._fetch_actions,
            ActionType.FETCH_FLOW: self._fetch_flow,
            ActionType.GOTO: self._goto,
            ActionType.STOP: lambda *_: Step.STOP,
            ActionType.VARIABLE_SET: self._variable_set,
        }

    @staticmethod
    def _branch(flow: Activeflow, action: Action) -> Step:
        name = str(action.option.get("variable") or DIGITS)
        value = flow.variables.get(name, "")
        flow.variables[name] = ""
        targets = action.option.get("target_ids")
        target = targets.get(value) if isinstance(targets, Mapping) else None
        flow.forward(str(target or action.option.get("default_target_id") or ""))
        return Step.DONE

    @staticmethod
    def _condition_call_digits(flow: Activeflow, action: Action) -> Step:
        digits = flow.variables.get(DIGITS, "")
        length, key = action.option.get("length"), str(action.option.get("key") or "")
        long_enough = isinstance(length, int) and length > 0 and len(digits) >= length
        return _decide(flow, action, holds=long_enough or (bool(key) and any(char in digits for char in key)))

    def _condition_call_status(self, flow: Activeflow, action: Action) -> Step:
        call = self._world.find(Kind.CALL, flow.record["reference_id"])
        return _decide(flow, action, holds=call is not None and call["status"] == action.option.get("status"))

    def _condition_datetime(self, flow: Activeflow, action: Action) -> Step:
        return _decide(flow, action, holds=moment_holds(action.option, epoch=EPOCH, now_ms=self._world.clock.now_ms()))

    @staticmethod
    def _condition_variable(flow: Activeflow, action: Action) -> Step:
        option = action.option
        kind = str(option.get("value_type") or "string")
        wanted = option.get(f"value_{kind}")
        holds = compare(str(option.get("condition") or "=="), str(option.get("variable") or ""), wanted, kind=kind)
        return _decide(flow, action, holds=holds)

    async def _fetch_actions(self, flow: Activeflow, action: Action) -> Step:
        if self._fetch is None:
            raise CallError("the action 'fetch' needs the network; use harness simulate")
        body = {"activeflow_id": flow.id, "reference_id": flow.record["reference_id"]}
        url, method = str(action.option.get("event_url") or ""), str(action.option.get("event_method") or "POST")
        flow.push(self._activeflows.actions_of(await self._fetch(url, method, body)))
        return Step.DONE

    def _fetch_flow(self, flow: Activeflow, action: Action) -> Step:
        stored = self._world.find(Kind.FLOW, str(action.option.get("flow_id") or ""))
        if stored is None or stored["tm_delete"] is not None:
            raise CallError(f"there is no flow {action.option.get('flow_id')!r}")
        flow.push(self._activeflows.actions_of(stored["actions"]))
        return Step.DONE

    def _goto(self, flow: Activeflow, action: Action) -> Step:
        place = (flow.id, action.id)
        wanted = action.option.get("loop_count")
        left = self._rounds.get(place, wanted if isinstance(wanted, int) else 0)
        if left > 0:
            self._rounds[place] = left - 1
            flow.forward(str(action.option.get("target_id") or ""))
        return Step.DONE

    @staticmethod
    def _variable_set(flow: Activeflow, action: Action) -> Step:
        name = str(action.option.get("key") or "")
        if not name:
            raise CallError("variable_set has no key")
        flow.variables[name] = str(action.option.get("value") or "")
        return Step.DONE


def _decide(flow: Activeflow, action: Action, *, holds: bool) -> Step:
    if not holds:
        flow.forward(str(action.option.get("false_target_id") or ""))
    return Step.DONE
