"""The activeflow: one execution of a list of actions, one after the other.

What an action does is an executor's business. Order, nested lists, the media gate, substitution, limits, what a
failure means and what happens when the list runs out are decided here (contract section 3.4).
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeAlias, assert_never

from harness.errors import HarnessError
from harness.simulator.kernel.world import World
from harness.voipbin.actions import EMPTY_ID, Action, ActionType, Media, identified, survives_failure
from harness.voipbin.parameters import MAX_ACTIONS, MAX_INLINE_STEPS, MAX_STACKS
from harness.voipbin.resources import Kind, Record, shown
from harness.voipbin.variables import REFERENCE_DATA, substitute_all


class Step(StrEnum):
    """What an executor says when it returns."""

    DONE = "done"
    """On to the next action."""
    BLOCKED = "blocked"
    """The action goes on; `resume` will be called when it is over."""
    STOP = "stop"
    """The flow is finished, whatever follows in the list."""
    FAILED = "failed"
    """The action could not be done."""


class FlowEnd(StrEnum):
    """How an activeflow ended."""

    FINISHED = "finished"
    FAILED = "failed"
    """An action failed that no flow survives."""
    LIMIT = "limit"
    """Too many actions were executed, or too many lists were nested."""
    STOPPED = "stopped"
    """From outside: the call is over, or somebody stopped it."""


Perform: TypeAlias = Callable[["Activeflow", Action], Awaitable[Step] | Step]
"""Does an action; may raise HarnessError, which is a failure with its reason."""
Gate: TypeAlias = Callable[[Action], bool]
"""Whether this flow executes an action, or skips it without a word."""


@dataclass(slots=True)
class _Stack:
    actions: tuple[Action, ...]
    place: int = -1
    """Index of the action that was executed last; -1 at the start."""

    def find(self, id: str) -> int | None:
        return next((place for place, action in enumerate(self.actions) if action.id == id), None)


class Activeflow:
    """Runs actions in order, until one waits or the flow ends."""

    def __init__(
        self,
        actions: Sequence[Action],
        *,
        world: World,
        record: Record,
        variables: dict[str, str],
        medium: Media,
        perform: Perform,
        on_end: Callable[[FlowEnd], None],
        gate: Gate | None = None,
    ) -> None:
        """Take the list and who does the actions; `on_end` is told once.

        Args:
            actions: The main list.
            world: Where the execution's record is kept.
            record: The activeflow as the API shows it.
            variables: What `${name}` stands for; executors may change it.
            medium: Whether this is the flow of a call.
            perform: Does an action.
            on_end: Told how the flow ended; has the record say so.
            gate: Which actions are executed; the platform's media classes when left out.
        """
        self.world = world
        self.record = record
        self.variables = variables
        self.medium = medium
        self.failure = ""
        """Why the last action failed, in words."""
        self._perform = perform
        self._on_end = on_end
        self._gate = gate or (lambda action: action.runs_in(medium))
        self._stacks = [_Stack(identified(actions, new_id=world.new_id))]
        self._forward = EMPTY_ID
        self._executed = 0
        self._is_running = True

    @property
    def id(self) -> str:
        """Return the id of the execution."""
        return str(self.record["id"])

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._is_running

    def known_to(self, asks: object) -> Mapping[str, str]:
        """Return the variables for something that may name them, with the one that is made when it is asked for."""
        if REFERENCE_DATA not in str(asks):
            return self.variables
        call = self.world.find(Kind.CALL, self.record["reference_id"])
        return {**self.variables, REFERENCE_DATA: json.dumps(shown(call) if call else {}, ensure_ascii=False)}

    async def resume(self) -> None:
        """Start, or go on after an action that waited; runs on until one waits or the flow ends."""
        steps = 0
        while self._is_running:
            action = self._next()
            steps += 1
            if action is None:
                return self._end(FlowEnd.FINISHED)
            if not self._gate(action):
                if steps >= MAX_INLINE_STEPS:
                    return self._end(FlowEnd.LIMIT)
                continue
            if self._executed >= MAX_ACTIONS or steps >= MAX_INLINE_STEPS:
                return self._end(FlowEnd.LIMIT)
            self._executed += 1
            if await self._execute(action) is Step.BLOCKED:
                return None
        return None

    def push(self, actions: Sequence[Action]) -> None:
        """Run a list before the flow goes on behind the current action."""
        if len(self._stacks) >= MAX_STACKS:
            self._end(FlowEnd.LIMIT)
        else:
            self._stacks.append(_Stack(identified(actions, new_id=self.world.new_id)))

    def forward(self, id: str) -> None:
        """Make the action with this id the next one, wherever it stands; an id that leads nowhere is ignored."""
        if id and id != EMPTY_ID and self._find(id) is not None:
            self._forward = id

    def stop(self) -> None:
        """End from outside."""
        self._end(FlowEnd.STOPPED)

    def finish(self) -> None:
        """End as if the list had run out, which hangs up the call."""
        self._end(FlowEnd.FINISHED)

    def fail(self, reason: str) -> None:
        """End because what the current action waits for could not be had."""
        self.failure = reason
        self._end(FlowEnd.FAILED)

    async def _execute(self, action: Action) -> Step:
        ready = replace(action, option=substitute_all(action.option, self.known_to(action.option)))
        self._note(ready)
        try:
            outcome = self._perform(self, ready)
            step = outcome if isinstance(outcome, Step) else await outcome
        except HarnessError as error:
            self.failure = str(error)
            step = Step.FAILED
        match step:
            case Step.DONE | Step.BLOCKED:
                return step
            case Step.STOP:
                self._end(FlowEnd.FINISHED)
            case Step.FAILED:
                if not survives_failure(action.type):
                    self._end(FlowEnd.FAILED)
            case _:
                assert_never(step)
        return Step.DONE

    def _note(self, action: Action) -> None:
        shown: dict[str, Any] = {**action.document, "tm_execute": self.world.clock.now_ms()}
        executed = [*self.record["executed_actions"], shown]
        self.world.change(self.record, event="activeflow_updated", current_action=shown, executed_actions=executed)

    def _next(self) -> Action | None:
        if self._forward != EMPTY_ID:
            id, self._forward = self._forward, EMPTY_ID
            return self._go_to(id)
        while self._stacks:
            stack = self._stacks[-1]
            current = stack.actions[stack.place] if stack.place >= 0 else None
            if current is not None and current.next_id != EMPTY_ID and self._find(current.next_id) is not None:
                return self._go_to(current.next_id)
            stack.place += 1
            if stack.place < len(stack.actions):
                return stack.actions[stack.place]
            if len(self._stacks) == 1:
                return None
            self._stacks.pop()
        return None

    def _find(self, id: str) -> tuple[int, int] | None:
        for depth in range(len(self._stacks) - 1, -1, -1):
            place = self._stacks[depth].find(id)
            if place is not None:
                return depth, place
        return None

    def _go_to(self, id: str) -> Action:
        found = self._find(id)
        assert found is not None, "whoever asks has looked"
        depth, place = found
        del self._stacks[depth + 1 :]
        self._stacks[depth].place = place
        return self._stacks[depth].actions[place]

    def _end(self, how: FlowEnd) -> None:
        if self._is_running:
            self._is_running = False
            self._on_end(how)


Executor: TypeAlias = Callable[[Activeflow, Action], Awaitable[Step] | Step]


def perform_by(executors: Mapping[ActionType, Executor]) -> Perform:
    """Return what does an action by its type; a type without an executor fails, as on the platform."""

    def perform(flow: Activeflow, action: Action) -> Awaitable[Step] | Step:
        executor = executors.get(action.type)
        if executor is None:
            flow.failure = f"the action {action.type.value!r} cannot be executed"
            return Step.FAILED
        return executor(flow, action)

    return perform
