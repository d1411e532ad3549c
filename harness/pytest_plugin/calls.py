"""The calls behind a session's items: placed concurrently on a thread of their own, waited for one by one."""

from collections.abc import Sequence
from concurrent.futures import Future

from harness.model.run import CaseResult, TrialResult
from harness.model.suite import Planned
from harness.runner.batch import Batch, Referee
from harness.runner.batch_thread import BatchThread
from harness.runner.budget import Budget
from harness.runner.outcome import fold_case
from harness.runner.schedule import Slot
from harness.runner.spoiling import SpoilRule
from harness.runner.trial import Toolbox
from harness.store.folder import RunFolder


class Calls:
    """Places calls in the order asked for and hands each case its result."""

    def __init__(
        self,
        *,
        toolbox: Toolbox,
        folder: RunFolder,
        concurrency: int,
        rule: SpoilRule,
        referee: Referee | None = None,
        budget: Budget | None = None,
    ) -> None:
        """Start a thread for the calls; `close` ends it."""
        self.folder = folder
        batch = Batch(
            toolbox=toolbox,
            store=folder,
            sign=folder,
            concurrency=concurrency,
            rule=rule,
            referee=referee,
            budget=budget,
        )
        self._thread = BatchThread(batch)
        self._asked: dict[str, dict[int, Future[tuple[TrialResult, ...]]]] = {}

    def ask_all(self, slots: Sequence[Slot]) -> None:
        """Have trials placed in this order as soon as there is room; asking again changes nothing."""
        for slot in slots:
            asked = self._asked.setdefault(slot.planned.id, {})
            if slot.attempt not in asked:
                asked[slot.attempt] = self._thread.submit(slot.planned, attempt=slot.attempt)

    def ask(self, planned: Planned) -> None:
        """Have every trial of a case placed as soon as there is room; asking again changes nothing."""
        self.ask_all([Slot(planned=planned, attempt=attempt) for attempt in range(1, planned.trials + 1)])

    def wait(self) -> None:
        """Wait for everything that was asked for. Raises StoreError."""
        for planned in self._asked.values():
            for future in planned.values():
                future.result()

    def result(self, planned: Planned) -> CaseResult:
        """Wait for a case, which has fewer trials than planned, or none, when the run was stopped.

        Raises:
            StoreError: a result could not be kept.
        """
        self.ask(planned)
        return fold_case(planned, [call for future in self._asked[planned.id].values() for call in future.result()])

    def close(self) -> None:
        """Hang up whatever is in flight."""
        self._thread.close()
