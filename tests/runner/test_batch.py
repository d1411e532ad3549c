import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from threading import Event as Signal
from typing import Any

import pytest

from harness.errors import CallError, StoreError
from harness.interfaces import Line
from harness.model.call import CallRequest
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import Trial, TrialResult, trial_id
from harness.model.suite import Planned
from harness.runner.batch import Batch
from harness.runner.batch_thread import BatchThread
from harness.runner.schedule import Slot, schedule
from harness.runner.trial import Toolbox
from harness.testing.builders import make_arm, make_case, make_result
from harness.testing.store import MemoryStore

Maker = Callable[..., Toolbox]
MATRIX = [
    Planned(
        suite="desk",
        case=make_case(id=f"case{number}", pass_rule=PassRule(required=1, of=2)),
        arm=make_arm(),
        at_least=2,
    )
    for number in range(4)
]
SLOTS = schedule(MATRIX, seed=1)


class Congestion:
    """A transport on which calls wait for each other: counts how many are in flight, and what became of them."""

    name = "congested"

    def __init__(self, *, holds: int = 1) -> None:
        """Let a call through once `holds` are in flight, or, with more than ever come, never."""
        self._holds = holds
        self._in_flight = 0
        self.most = 0
        self.placed: list[str] = []
        self.hung_up: list[str] = []
        self.busy = Signal()
        self.closed_after: list[int] = []
        """How many calls had hung up when what they share was given back."""

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator[Line]:
        self.placed.append(request.trial_id)
        self._in_flight += 1
        self.most = max(self.most, self._in_flight)
        self.busy.set()
        try:
            while self.most < self._holds:
                await asyncio.sleep(0)
            # Give every other trial that may start the time to do so.
            for _ in range(20):
                await asyncio.sleep(0)
            raise CallError("busy")
            yield
        finally:
            self._in_flight -= 1
            self.hung_up.append(request.trial_id)

    async def close(self) -> None:
        self.closed_after.append(len(self.hung_up))


class Notes:
    def __init__(self) -> None:
        self.begun: list[str] = []
        self.spoiled: list[str] = []
        self.ended: list[str] = []
        self.needless: list[str] = []

    def started(self, trial: Trial) -> None:
        self.begun.append(trial.id)

    def discarded(self, result: TrialResult) -> None:
        self.spoiled.append(result.trial.id)

    def left_out(self, slot: Slot) -> None:
        self.needless.append(trial_id(slot.planned.id, attempt=slot.attempt))

    def finished(self, result: TrialResult) -> None:
        self.ended.append(result.trial.id)


def batch(toolbox: Toolbox, store: MemoryStore, **parts: Any) -> Batch:
    values: dict[str, Any] = {"toolbox": toolbox, "store": store, "sign": store, "concurrency": 2}
    return Batch(**(values | parts))


def ids(matrix: list[Planned]) -> list[str]:
    return [f"{planned.id}#{attempt}" for planned in matrix for attempt in (1, 2)]


@pytest.mark.parametrize("limit", [1, 3])
def test_calls_start_in_order_and_never_more_than_the_limit_are_in_flight(make_toolbox: Maker, limit: int) -> None:
    line, store = Congestion(holds=limit), MemoryStore()
    asyncio.run(batch(make_toolbox(transport=line), store, concurrency=limit).run(SLOTS))
    assert line.most == limit
    assert line.placed == ids(MATRIX)
    assert sorted(store.results) == sorted(ids(MATRIX))


def test_finished_trials_are_handed_back_and_not_placed_again(make_toolbox: Maker) -> None:
    kept = make_result(Outcome.PASSED, planned=MATRIX[0], attempt=2)
    line, notes = Congestion(), Notes()
    asyncio.run(batch(make_toolbox(transport=line), MemoryStore(kept), watcher=notes).run(SLOTS))
    assert kept.trial.id not in line.placed
    assert sorted(notes.begun) == sorted(set(ids(MATRIX)) - {kept.trial.id})
    assert sorted(notes.ended) == sorted(ids(MATRIX))


def test_a_store_that_is_full_ends_the_batch_and_hangs_up(make_toolbox: Maker) -> None:
    line = Congestion()
    with pytest.raises(StoreError, match="No space left"):
        asyncio.run(batch(make_toolbox(transport=line), MemoryStore(full=True)).run(SLOTS))
    assert len(line.placed) < len(ids(MATRIX))
    assert sorted(line.hung_up) == sorted(line.placed)
    assert line.closed_after == [len(line.placed)]


def test_a_thread_gives_each_asker_its_own_result(make_toolbox: Maker) -> None:
    store = MemoryStore()
    with BatchThread(batch(make_toolbox(), store)) as thread:
        futures = {planned.id: thread.submit(planned, attempt=1) for planned in MATRIX}
        results = {name: future.result(timeout=30)[-1] for name, future in futures.items()}
    assert {result.trial.planned for result in results.values()} == results.keys()
    assert all(results[result.trial.planned] is result for result in store.results.values())


def test_closing_a_thread_hangs_up_what_is_in_flight_and_cancels_the_rest(make_toolbox: Maker) -> None:
    line = Congestion(holds=99)
    thread = BatchThread(batch(make_toolbox(transport=line), MemoryStore()))
    futures = [thread.submit(planned, attempt=1) for planned in MATRIX]
    assert line.busy.wait(timeout=30)
    thread.close()
    assert line.hung_up == line.placed
    assert line.closed_after == [len(line.placed)]
    assert len(line.placed) <= 2
    for future in futures:
        with pytest.raises(CancelledError):
            future.result(timeout=30)


def test_closing_a_thread_twice_is_harmless(make_toolbox: Maker) -> None:
    thread = BatchThread(batch(make_toolbox(), MemoryStore()))
    thread.close()
    thread.close()
