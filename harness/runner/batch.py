"""Many trials under one concurrency limit.

A batch starts trials in the order they are asked for, keeps a given number of calls in flight, makes those again that
our own caller spoiled, leaves out those nobody needs any more, and hands back what an earlier session of the same run
has finished already. Being cancelled hangs up what is in flight, because a transport hangs up when its context is left.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

from harness.interfaces import RunStore, StopSign
from harness.model.run import Trial, TrialResult
from harness.model.stop import Stop, StopKind
from harness.model.suite import ArmRole, Planned
from harness.runner.budget import Budget
from harness.runner.outcome import needs_another
from harness.runner.schedule import Slot
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

    def left_out(self, slot: Slot) -> None:
        """Take note of a trial that is not made: nothing hangs on it any more, or no further call may be placed."""
        ...


class Referee(Protocol):
    """Watches a comparison while it is going on."""

    def look(self, finished: Mapping[str, TrialResult]) -> Stop | None:
        """Return why the comparison is decided already; None while it is open. Asked after every result.

        Args:
            finished: Every call kept so far by the trial's id.
        """
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
        referee: Referee | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Read what the run has already.

        Args:
            toolbox: Who speaks, listens and scores.
            store: Keeps the results.
            sign: Tells all workers of the run when to place no further call.
            concurrency: Number of calls in flight at once, at least 1.
            rule: What is done about spoiled calls.
            watcher: Is told how it gets on.
            referee: Says when the comparison of the arms is decided; None: not before its end.
            budget: What all calls together may cost; None: there is none.

        Raises:
            StoreError: the run cannot be read.
        """
        self._toolbox = toolbox
        self._store = store
        self._sign = sign
        self._rule = rule or SpoilRule()
        self._finished = dict(store.finished())
        self._watch = SpoilWatch(rule=self._rule, store=store, sign=sign, finished=self._finished.values())
        self._limit = asyncio.Semaphore(concurrency)
        self._watcher = watcher
        self._referee = referee
        self._budget = budget
        self._settled: dict[tuple[str, int], asyncio.Event] = {}

    async def trial(self, planned: Planned, *, attempt: int) -> tuple[TrialResult, ...]:
        """Return the calls of one attempt when its turn has come: the last one counts, the others are discarded.

        None at all when nothing hangs on the attempt any more; fewer than the rule asks for, and perhaps none, when the
        run was stopped. Attempts of one case are asked for in their order. Raises StoreError.
        """
        done = self._settled.setdefault((planned.id, attempt), asyncio.Event())
        try:
            calls = calls_of(self._finished, planned.id, attempt=attempt)
            if not is_settled(calls, rule=self._rule):
                await self._wait_for_earlier(planned, attempt=attempt)
                async with self._limit:
                    await self._place(planned, attempt=attempt, calls=calls)
        finally:
            done.set()
        if self._watcher and calls:
            self._watcher.finished(calls[-1])
        elif self._watcher:
            self._watcher.left_out(Slot(planned=planned, attempt=attempt))
        return tuple(calls)

    async def run(self, slots: Iterable[Slot]) -> None:
        """Run trials; the watcher and the store have the results.

        Raises:
            StoreError: a result could not be kept; calls in flight were hung up.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for slot in slots:
                    group.create_task(self.trial(slot.planned, attempt=slot.attempt))
        except BaseExceptionGroup as failed:
            # The first one ended the run; the others are the cancellations that followed.
            raise failed.exceptions[0] from failed
        finally:
            await self.close()

    async def close(self) -> None:
        """Give back what the calls shared, once none is in flight; `run` does it by itself."""
        await self._toolbox.transport.close()

    async def _wait_for_earlier(self, planned: Planned, *, attempt: int) -> None:
        """Wait where the attempts before may make this one needless: what is left out depends on no timing then."""
        if attempt > planned.at_least:
            for earlier in range(1, attempt):
                if (event := self._settled.get((planned.id, earlier))) is not None:
                    await event.wait()

    async def _place(self, planned: Planned, *, attempt: int, calls: list[TrialResult]) -> None:
        """Add calls to an attempt until one can be used, or no further one is needed or may be placed."""
        while not is_settled(calls, rule=self._rule) and self._may_place(planned, attempt=attempt):
            repeat = len(calls)
            if self._budget and (reason := await self._budget.allow(planned)):
                self._sign.stop(Stop(kind=StopKind.BUDGET, reason=f"stopped by the budget: {reason}"))
                return
            if self._budget and not self._may_place(planned, attempt=attempt):
                # The money was waited for, and what it was for was decided meanwhile.
                self._budget.settle(planned, ())
                return
            if self._watcher and calls:
                self._watcher.discarded(calls[-1])
            if self._watcher:
                self._watcher.started(Trial.of(planned, attempt=attempt, repeat=repeat, run_seed=self._toolbox.seed))
            call = await run_trial(planned, attempt=attempt, repeat=repeat, toolbox=self._toolbox, store=self._store)
            calls.append(call)
            self._keep(planned, call)

    def _keep(self, planned: Planned, call: TrialResult) -> None:
        self._finished[call.trial.id] = call
        if self._budget:
            self._budget.settle(planned, call.usage)
        self._watch.notice(call)
        if self._referee and planned.compared and (stop := self._referee.look(self._finished)):
            self._sign.stop(stop)

    def _may_place(self, planned: Planned, *, attempt: int) -> bool:
        stop = self._watch.stopped()
        if stop is not None and not stop.kind.proved:
            return False
        if planned.compared and stop is not None:
            # The comparison is decided. What a pass rule needs still counts, unless the candidate has failed for good.
            return (
                stop.kind is StopKind.NON_INFERIOR
                and planned.arm.role is ArmRole.CANDIDATE
                and planned.case.required
                and self._is_open(planned, attempt=attempt)
            )
        return attempt <= planned.at_least or self._is_open(planned, attempt=attempt)

    def _is_open(self, planned: Planned, *, attempt: int) -> bool:
        """Return whether the pass rule needs this attempt after those before it."""
        before = (calls_of(self._finished, planned.id, attempt=earlier) for earlier in range(1, attempt))
        settled = [calls[-1] for calls in before if calls]
        return attempt <= planned.case.pass_rule.of and needs_another(planned, settled)
