"""An event loop whose time passes only where everybody waits for it: real-time code, tested exactly and at once."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
_TICK_S = 1e-6
"""More than time is off by when it is added up."""


class _Selector(selectors.SelectSelector):
    """Does not wait for time to pass, but lets it."""

    passed_s = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.passed_s += timeout + _TICK_S
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs tasks, timers and nothing that happens outside of this process."""

    def __init__(self) -> None:
        self._time = _Selector()
        super().__init__(self._time)

    def time(self) -> float:
        return self._time.passed_s


def now() -> float:
    """The running loop's time, in seconds."""
    return asyncio.get_running_loop().time()


def run_at_once(main: Coroutine[Any, Any, Result]) -> Result:
    """Run something that takes time, without taking any."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
