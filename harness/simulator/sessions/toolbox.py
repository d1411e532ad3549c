"""What happens when an agent's language model calls a tool: arguments are checked, the tool acts, the model is told.

A tool a suite has mocked answers what the mock says, after the mock's delay. Whatever is not mocked does what the
platform does, to the simulated platform (contract section 4.6).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeAlias

from harness.errors import HarnessError
from harness.interfaces import ToolCall
from harness.model.call import EventKind
from harness.model.platform import ToolMock
from harness.simulator.kernel.studio import Studio
from harness.simulator.sessions.book import MessageBook
from harness.telephone.clock import Due
from harness.voipbin.parameters import TOOL_TIMEOUT_MS
from harness.voipbin.tools import (
    Tool,
    ToolArgumentError,
    ToolArguments,
    check_arguments,
    llm_result,
    split_run_llm,
    stored_result,
)

Arguments: TypeAlias = Mapping[str, Any]
OnReturned: TypeAlias = Callable[[str, bool], Awaitable[None] | None]
"""Told the content for the model, and whether the model runs again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a tool did."""

    data: object = None
    """What the model is told; any JSON."""
    message: str = ""
    """What is stored."""
    resource_type: str = ""
    resource_id: str = ""
    then: Callable[[], Awaitable[None] | None] | None = None
    """What happens once the model has been told: how a tool ends the session."""


class Workbench(Protocol):
    """Does what tools do."""

    def use(self, name: str, arguments: Arguments) -> Done:
        """Do it. Raises HarnessError when it could not be done."""
        ...


class Toolbox:
    """The tools of one session."""

    def __init__(self, *, studio: Studio, book: MessageBook, bench: Workbench, mocks: Sequence[ToolMock] = ()) -> None:
        """Take who acts, and what is mocked."""
        self._studio = studio
        self._book = book
        self._bench = bench
        self._mocks = {mock.name: mock for mock in mocks}
        self._dues: list[Due] = []
        self._used = 0
        self._is_closed = False

    async def use(self, call: ToolCall, offered: Sequence[Tool], *, on_returned: OnReturned) -> None:
        """Have a tool used; `on_returned` is told in virtual time when the result is there."""
        self._called(call)
        tool = next((tool for tool in offered if tool.name == call.name), None)
        if tool is None:
            names = ", ".join(tool.name for tool in offered) or "none"
            return await self._fail(call, f"There is no tool {call.name}; there is: {names}.", True, on_returned)
        try:
            given = split_run_llm(tool, check_arguments(tool, call.arguments))
        except ToolArgumentError as error:
            return await self._fail(call, str(error), True, on_returned)
        number = self._used
        self._used += 1
        mock = self._mocks.get(call.name)
        delay_ms = self._studio.latency.tool_ms(number) + (mock.delay_ms if mock else 0)
        if (mock is not None and mock.times_out) or delay_ms >= TOOL_TIMEOUT_MS:
            late = partial(self._fail, call, f"{call.name} did not answer within 10 s.", given.run_llm, on_returned)
            return self._later(TOOL_TIMEOUT_MS, late)
        return self._later(delay_ms, partial(self._finish, call, given, mock, on_returned))

    async def accept(self, call: ToolCall, data: object, *, on_returned: OnReturned) -> None:
        """Say that a call nobody but the session can serve was served."""
        self._called(call)
        await self._tell(call, Done(data=data, message="ok"), True, on_returned)

    async def refuse(self, call: ToolCall, error: str, *, on_returned: OnReturned) -> None:
        """Say that a call could not be served."""
        self._called(call)
        await self._fail(call, error, True, on_returned)

    def close(self) -> None:
        """Forget what has not returned: nobody waits for it any more."""
        self._is_closed = True
        for due in self._dues:
            due.cancel()

    async def _finish(
        self, call: ToolCall, given: ToolArguments, mock: ToolMock | None, on_returned: OnReturned
    ) -> None:
        if mock is not None and mock.error:
            return await self._fail(call, mock.error, given.run_llm, on_returned)
        try:
            done = self._bench.use(call.name, given.arguments) if mock is None else Done(data=mock.result, message="ok")
        except HarnessError as error:
            return await self._fail(call, str(error), given.run_llm, on_returned)
        return await self._tell(call, done, given.run_llm, on_returned)

    async def _tell(self, call: ToolCall, done: Done, run_llm: bool, on_returned: OnReturned) -> None:
        content = llm_result("ok", done.data)
        self._returned(call, content, ok=True)
        kept = stored_result(
            call.id,
            ok=True,
            message=done.message or "ok",
            resource_type=done.resource_type,
            resource_id=done.resource_id,
        )
        self._book.tool(kept, call_id=call.id)
        waiting = on_returned(content, run_llm and done.then is None)
        if waiting is not None:
            await waiting
        if done.then is not None and not self._is_closed:
            ending = done.then()
            if ending is not None:
                await ending

    async def _fail(self, call: ToolCall, error: str, run_llm: bool, on_returned: OnReturned) -> None:
        content = llm_result("error", error)
        self._returned(call, content, ok=False)
        self._book.tool(stored_result(call.id, ok=False, message=error), call_id=call.id)
        waiting = on_returned(content, run_llm)
        if waiting is not None:
            await waiting

    def _later(self, delay_ms: int, happening: Callable[[], Awaitable[None]]) -> None:
        self._dues.append(self._studio.clock.after(delay_ms, happening))

    def _called(self, call: ToolCall) -> None:
        self._studio.log.add(EventKind.TOOL_CALLED, text=call.name, data={"id": call.id, "arguments": call.arguments})

    def _returned(self, call: ToolCall, content: str, *, ok: bool) -> None:
        self._studio.log.add(EventKind.TOOL_RETURNED, text=content, data={"id": call.id, "name": call.name, "ok": ok})
