"""Many trials under one concurrency limit.

A batch starts trials in the order they are asked for, keeps a given number of calls in flight, makes those again that
our own caller spoiled, and hands back what an earlier session of the same run has finished already. Being cancelled
hangs up what is in flight, because a transport hangs up when its context is left.
"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from harness.interfaces import RunStore, StopSign
from harness.model.run import Trial, TrialResult
from harness.model.suite import Planned
from harness.runner.spoiling import SpoilRule, SpoilWatch, calls_of, is_settled
from harness.runner.trial import Toolbox, run_trial


class Watcher(Protocol):
    """Is told how a batch gets on."""

    def started(self, trial: Trial) -> None:
        """Take note that a call is about to be placed; never called for a trial finished in an earlier session."""
        ...

    def discarded(self, result: TrialResult) -> None:
        """Take note of a call that our own caller spoiled and that is made again at once."""
        ...

    def finished(self, result: TrialResult) -> None:
        """Take note of a result that counts, as soon as it is kept."""
        ...


class Batch:
    """Places the trials of one run."""

    def __init__(
        self,
        *,
        toolbox: Toolbox,
        store: RunStore,
        sign: StopSign,
        concurrency: int,
        rule: SpoilRule | None = None,
        watcher: Watcher | None = None,
    ) -> None:
        """Read what the run has already.

        Args:
            toolbox: Who speaks, listens and scores.
            store: Keeps the results.
            sign: Tells all workers of the run when to place no further call.
            concurrency: Number of calls in flight at once, at least 1.
            rule: What is done about spoiled calls.
            watcher: Is told how it gets on.

        Raises:
            StoreError: the run cannot be read.
        """
        self._toolbox = toolbox
        self._store = store
        self._rule = rule or SpoilRule()
        self._finished = dict(store.finished())
        self._watch = SpoilWatch(rule=self._rule, store=store, sign=sign, finished=self._finished.values())
        self._limit = asyncio.Semaphore(concurrency)
        self._watcher = watcher

    async def trial(self, planned: Planned, *, attempt: int) -> tuple[TrialResult, ...]:
        """Return the calls of one attempt when its turn has come: the last one counts, the others are discarded.

        Fewer than the rule asks for, and perhaps none at all, when the run was stopped. Raises StoreError.
        """
        calls = calls_of(self._finished, planned.id, attempt=attempt)
        if not is_settled(calls, rule=self._rule):
            async with self._limit:
                await self._place(planned, attempt=attempt, calls=calls)
        if self._watcher and calls:
            self._watcher.finished(calls[-1])
        return tuple(calls)

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

    async def _place(self, planned: Planned, *, attempt: int, calls: list[TrialResult]) -> None:
        """Add calls to an attempt until one can be used, or no further one may be placed."""
        while not is_settled(calls, rule=self._rule) and not self._watch.stopped():
            repeat = len(calls)
            if self._watcher and calls:
                self._watcher.discarded(calls[-1])
            if self._watcher:
                self._watcher.started(Trial.of(planned, attempt=attempt, repeat=repeat, run_seed=self._toolbox.seed))
            call = await run_trial(planned, attempt=attempt, repeat=repeat, toolbox=self._toolbox, store=self._store)
            calls.append(call)
            self._watch.notice(call)
