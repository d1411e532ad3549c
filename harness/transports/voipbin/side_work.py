"""What happens beside a call as long as it lasts: a task for each, none of which outlives it or fails unnoticed."""

import asyncio
from collections.abc import Callable, Coroutine


class SideWork:
    """The tasks of one call."""

    def __init__(self, on_failure: Callable[[Exception], None]) -> None:
        """Take who is told when one of them fails."""
        self._on_failure = on_failure
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Let something happen."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def stop(self) -> None:
        """End everything."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._on_failure(error)
