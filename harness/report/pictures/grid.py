"""What every trial of every case came to; with many cases summed up in bands that say each number."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.report.numbers import count, percent
from harness.report.pictures.axis import percent_place

MOST_CASES = 200
"""More cases are summed up."""
CELL = 18
"""Width of a cell, in pixels."""
_GAP = 2
_MOST_CELLS = 12
"""Further trials of a case are summed up in its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCase:
    """One case: what its trials came to."""

    title: str
    anchor: str
    """Empty among more cases than are named."""
    outcome: Outcome
    trials: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The trials of a case that came to one outcome."""

    outcome: Outcome
    path: str
    xs: str
    """The middle of each cell, for the symbols."""
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """One case, drawn."""

    title: str
    anchor: str
    outcome: Outcome
    width: int
    cells: tuple[Cells, ...]
    description: str
    """What each trial came to, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a band."""

    name: str
    tone: str
    number: int
    share: str
    at: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A whole, and its parts."""

    title: str
    parts: tuple[Part, ...]
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeGrid:
    """All cases of a version."""

    cases: int
    rows: tuple[GridRow, ...]
    """Empty where there are too many cases to name each."""
    bands: tuple[Band, ...]


def draw_grid(cases: Sequence[GridCase]) -> OutcomeGrid | None:
    """Return what every trial came to; None without a case."""
    if not cases:
        return None
    return OutcomeGrid(
        cases=len(cases),
        rows=tuple(_row(case) for case in cases) if len(cases) <= MOST_CASES else (),
        bands=tuple(_bands(cases)),
    )


def _row(case: GridCase) -> GridRow:
    shown = case.trials[:_MOST_CELLS]
    cells = []
    for outcome in Outcome:
        places = [place * CELL for place, each in enumerate(shown) if each is outcome]
        if places:
            size = CELL - _GAP
            cells.append(
                Cells(
                    outcome=outcome,
                    path="".join(f"M{x} 1h{size}v{size}h-{size}z" for x in places),
                    xs=" ".join(str(x + size // 2) for x in places),
                    number=len(places),
                )
            )
    words = ", ".join(f"trial {number} {each.value}" for number, each in enumerate(shown, start=1))
    more = len(case.trials) - len(shown)
    return GridRow(
        title=case.title,
        anchor=case.anchor,
        outcome=case.outcome,
        width=max(len(shown), 1) * CELL,
        cells=tuple(cells),
        description=f"{words}, {count(more, 'more trial')}" if more else words or "not tried",
    )


def _bands(cases: Sequence[GridCase]) -> Iterator[Band]:
    outcomes = Counter(case.outcome for case in cases)
    yield _band("Cases", [(each.value, each.value, outcomes[each]) for each in Outcome])
    trials = Counter(outcome for case in cases for outcome in case.trials)
    yield _band("Trials", [(each.value, each.value, trials[each]) for each in Outcome])
    if any(len(case.trials) > 1 for case in cases):
        kinds = Counter(_steadiness(case) for case in cases)
        names = (("every trial passed", "passed"), ("some passed", "mixed"), ("no trial passed", "failed"))
        yield _band("Steadiness", [(name, tone, kinds[name]) for name, tone in names])


def _steadiness(case: GridCase) -> str:
    passed = sum(outcome is Outcome.PASSED for outcome in case.trials)
    if passed and passed == len(case.trials):
        return "every trial passed"
    return "some passed" if passed else "no trial passed"


def _band(title: str, parts: Sequence[tuple[str, str, int]]) -> Band:
    whole = sum(number for _, _, number in parts)
    drawn, start = [], 0
    for name, tone, number in parts:
        if number:
            drawn.append(
                Part(
                    name=name,
                    tone=tone,
                    number=number,
                    share=percent(number / whole),
                    at=percent_place(start / whole),
                    width=percent_place(number / whole),
                )
            )
        start += number
    said = ", ".join(f"{part.number:,} {part.name} ({part.share})" for part in drawn)
    return Band(title=title, parts=tuple(drawn), description=said or "none")
