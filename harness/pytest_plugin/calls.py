"""The calls behind a session's items: placed concurrently on a thread of their own, waited for one by one."""

from collections.abc import Sequence
from concurrent.futures import Future

from harness.model.run import CaseResult, TrialResult
from harness.model.suite import Planned
from harness.runner.batch import Batch
from harness.runner.batch_thread import BatchThread
from harness.runner.outcome import fold_case
from harness.runner.spoiling import SpoilRule
from harness.runner.trial import Toolbox
from harness.store.folder import RunFolder


class Calls:
    """Places calls in the order asked for and hands each case its result."""

    def __init__(self, *, toolbox: Toolbox, folder: RunFolder, concurrency: int, rule: SpoilRule) -> None:
        """Start a thread for the calls; `close` ends it."""
        self.folder = folder
        batch = Batch(toolbox=toolbox, store=folder, sign=folder, concurrency=concurrency, rule=rule)
        self._thread = BatchThread(batch)
        self._asked: dict[str, Sequence[Future[tuple[TrialResult, ...]]]] = {}

    def ask(self, planned: Planned) -> None:
        """Have every trial of a case placed as soon as there is room; asking again changes nothing."""
        if planned.id not in self._asked:
            attempts = range(1, planned.case.trials + 1)
            self._asked[planned.id] = [self._thread.submit(planned, attempt=attempt) for attempt in attempts]

    def result(self, planned: Planned) -> CaseResult:
        """Wait for a case, which has fewer trials than planned, or none, when the run was stopped.

        Raises:
            StoreError: a result could not be kept.
        """
        self.ask(planned)
        return fold_case(planned, [call for future in self._asked[planned.id] for call in future.result()])

    def close(self) -> None:
        """Hang up whatever is in flight."""
        self._thread.close()
