"""The activeflow: one execution of a list of actions, one after the other.

What an action does is an executor's business, handed in by type. Order, the media gate, the limit on executed actions
and what happens when the list runs out are decided here.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias, assert_never

from harness.errors import ConfigurationError
from harness.model.call import EventKind
from harness.simulator.log import EventLog
from harness.voipbin.actions import EMPTY_ID, Action, ActionType
from harness.voipbin.parameters import MAX_ACTIONS


class Step(StrEnum):
    """What an executor says when it returns."""

    DONE = "done"
    """On to the next action."""
    BLOCKED = "blocked"
    """The action goes on; `resume` will be called when it is over."""
    STOP = "stop"
    """The flow is finished, whatever follows in the list."""
    FAILED = "failed"
    """The action could not be done: the flow ends and no fallback action runs."""


class FlowEnd(StrEnum):
    """How an activeflow ended."""

    FINISHED = "finished"
    FAILED = "failed"
    LIMIT = "limit"
    """Too many actions were executed."""


Executor: TypeAlias = Callable[[Action], Awaitable[Step] | Step]


class Activeflow:
    """Runs a call's actions in order."""

    def __init__(
        self,
        actions: Sequence[Action],
        *,
        executors: Mapping[ActionType, Executor],
        log: EventLog,
        on_end: Callable[[FlowEnd], None],
    ) -> None:
        """Take the list and what to do for each type; `on_end` is told once.

        Raises:
            ConfigurationError: an action this simulator cannot execute, or a `next_id` that leads nowhere.
        """
        self._actions = tuple(actions)
        self._executors = executors
        self._log = log
        self._on_end = on_end
        self._places = {action.id: place for place, action in enumerate(self._actions) if action.id != EMPTY_ID}
        self._next = 0
        self._executed = 0
        self._is_running = True
        for place, action in enumerate(self._actions):
            self._check(action, place=place)

    async def resume(self) -> None:
        """Start, or go on after an action that blocked; runs on until one blocks or the flow ends."""
        while self._is_running:
            if self._next >= len(self._actions):
                return self._end(FlowEnd.FINISHED)
            if self._executed >= MAX_ACTIONS:
                return self._end(FlowEnd.LIMIT)
            action = self._actions[self._next]
            self._next = self._places[action.next_id] if action.next_id != EMPTY_ID else self._next + 1
            if not action.runs_in_call:
                # The platform skips what does not fit the medium without a word; it counts against no limit.
                continue
            self._executed += 1
            if await self._execute(action) is Step.BLOCKED:
                return None
        return None

    def stop(self) -> None:
        """End without a word to `on_end`: the call is over."""
        self._is_running = False

    async def _execute(self, action: Action) -> Step:
        self._log.add(EventKind.ACTION_ENTERED, data={"type": action.type.value})
        outcome = self._executors[action.type](action)
        step = outcome if isinstance(outcome, Step) else await outcome
        match step:
            case Step.DONE | Step.BLOCKED:
                pass
            case Step.STOP:
                self._end(FlowEnd.FINISHED)
            case Step.FAILED:
                self._end(FlowEnd.FAILED)
            case _:
                assert_never(step)
        return step

    def _end(self, how: FlowEnd) -> None:
        if self._is_running:
            self._is_running = False
            self._on_end(how)

    def _check(self, action: Action, *, place: int) -> None:
        if action.runs_in_call and action.type not in self._executors:
            able = ", ".join(sorted(type_.value for type_ in self._executors))
            raise ConfigurationError(
                f"actions[{place}]: the simulator cannot execute the action {action.type.value!r}; it can: {able}"
            )
        if action.next_id != EMPTY_ID and action.next_id not in self._places:
            raise ConfigurationError(f"actions[{place}]: next_id {action.next_id!r} is no action of this flow")
