"""Many trials under one concurrency limit.

A batch starts trials in the order they are asked for, keeps a given number of calls in flight, and hands back what an
earlier session of the same run has finished already. Being cancelled hangs up what is in flight, because a transport
hangs up when its context is left.
"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from harness.interfaces import RunStore
from harness.model.run import Trial, TrialResult
from harness.model.suite import Planned
from harness.runner.trial import Toolbox, run_trial


class Watcher(Protocol):
    """Is told how a batch gets on."""

    def started(self, trial: Trial) -> None:
        """Take note that a call is about to be placed; never called for a trial finished in an earlier session."""
        ...

    def finished(self, result: TrialResult) -> None:
        """Take note of a result, as soon as it is kept."""
        ...


class Batch:
    """Places the trials of one run."""

    def __init__(self, *, toolbox: Toolbox, store: RunStore, concurrency: int, watcher: Watcher | None = None) -> None:
        """Read what the run has already; `concurrency` is the number of calls in flight at once, at least 1."""
        self._toolbox = toolbox
        self._store = store
        self._finished = dict(store.finished())
        self._limit = asyncio.Semaphore(concurrency)
        self._watcher = watcher

    async def trial(self, planned: Planned, *, attempt: int) -> TrialResult:
        """Return the result of one trial, when its turn has come. Raises StoreError."""
        trial = Trial.of(planned, attempt=attempt, run_seed=self._toolbox.seed)
        result = self._finished.get(trial.id)
        if result is None:
            async with self._limit:
                if self._watcher:
                    self._watcher.started(trial)
                result = await run_trial(planned, attempt=attempt, toolbox=self._toolbox, store=self._store)
        if self._watcher:
            self._watcher.finished(result)
        return result

    async def run(self, matrix: Iterable[Planned]) -> None:
        """Run every trial of a matrix; the watcher and the store have the results.

        Raises:
            StoreError: a result could not be kept; calls in flight were hung up.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for planned in matrix:
                    for attempt in range(1, planned.case.trials + 1):
                        group.create_task(self.trial(planned, attempt=attempt))
        except BaseExceptionGroup as failed:
            # The first one ended the run; the others are the cancellations that followed.
            raise failed.exceptions[0] from failed
