"""A batch for callers that cannot await: pytest's items ask for trials from plain functions."""

import asyncio
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from harness.model.run import TrialResult
from harness.model.suite import Planned
from harness.runner.batch import Batch


class BatchThread:
    """Runs a batch on an event loop of its own, on one background thread."""

    def __init__(self, batch: Batch) -> None:
        """Start the thread; whoever made it must close it."""
        self._batch = batch
        self._ready: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._serve, name="harness calls", daemon=True)
        self._thread.start()
        self._loop = self._ready.result()

    def submit(self, planned: Planned, *, attempt: int) -> "Future[tuple[TrialResult, ...]]":
        """Ask for the calls of a trial; trials start in the order they were asked for.

        The future holds none when the run was stopped before; it raises StoreError when a result could not be kept,
        and is cancelled when the thread is closed.
        """
        return asyncio.run_coroutine_threadsafe(self._batch.trial(planned, attempt=attempt), self._loop)

    def close(self) -> None:
        """Cancel what is not finished, wait until the calls in flight have hung up, and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def __enter__(self) -> Self:
        """Return itself; leaving the context closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _serve(self) -> None:
        asyncio.run(self._until_closed())

    async def _until_closed(self) -> None:
        self._stop = asyncio.Event()
        self._ready.set_result(asyncio.get_running_loop())
        await self._stop.wait()
        going = asyncio.all_tasks() - {asyncio.current_task()}
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)
        await self._batch.close()
