"""In which order a run's trials are started.

Where arms are compared they are interleaved in time: the two trials of a pair stand side by side, every case is tried
once before any is tried again, and the order of the cases is shuffled, as looking at the evidence early requires
(evaluation.md, section 2.11). Everything else keeps the order of its suite, case by case.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from harness.model.suite import Planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One trial to be started."""

    planned: Planned
    attempt: int
    """From 1."""


def schedule(planned: Sequence[Planned], *, seed: int) -> tuple[Slot, ...]:
    """Return every planned trial: compared ones first, interleaved, then the others in their order.

    Args:
        planned: The (case, arm) pairs, all arms of a case together.
        seed: Of the run; the same seed gives the same order.
    """
    compared = tuple(each for each in planned if each.compared)
    others = (each for each in planned if not each.compared)
    return (
        *_interleaved(compared, attempts=range(1, max((each.trials for each in compared), default=0) + 1), seed=seed),
        *(Slot(planned=each, attempt=attempt) for each in others for attempt in range(1, each.trials + 1)),
    )


def extension(planned: Sequence[Planned], *, trials: int, seed: int) -> tuple[Slot, ...]:
    """Return the further trials of what is compared, up to a number of them, in the order a schedule has."""
    compared = tuple(each for each in planned if each.compared)
    first = min((each.trials for each in compared), default=0) + 1
    planned_before = {each.id: each.trials for each in compared}
    # From now on these trials are made whatever the pass rules need.
    longer = tuple(replace(each, at_least=max(each.at_least, trials)) for each in compared)
    slots = _interleaved(longer, attempts=range(first, trials + 1), seed=seed)
    return tuple(slot for slot in slots if slot.attempt > planned_before[slot.planned.id])


def case_order(cases: Iterable[tuple[str, str]], *, seed: int) -> tuple[tuple[str, str], ...]:
    """Return (suite, case) pairs shuffled: by the seed and their names alone, not by which suite was named first."""
    order = sorted(set(cases))
    random.Random(f"order/{seed}").shuffle(order)
    return tuple(order)


def _interleaved(compared: Sequence[Planned], *, attempts: range, seed: int) -> Iterator[Slot]:
    cases: dict[tuple[str, str], list[Planned]] = {}
    for each in compared:
        cases.setdefault((each.suite, each.case.id), []).append(each)
    for attempt in attempts:
        for place, case in enumerate(case_order(cases, seed=seed)):
            # No arm is always the first of its pair.
            arms = cases[case] if (attempt + place) % 2 else reversed(cases[case])
            yield from (Slot(planned=each, attempt=attempt) for each in arms if attempt <= each.trials)
