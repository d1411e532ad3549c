"""Arms by quality and delay: whom no other beats at both is on the line; cost is written beside each."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.regression.arm_table import ArmTable, Group
from harness.regression.arm_table import Axis as Measure
from harness.regression.best import undominated
from harness.report.numbers import percent, seconds
from harness.report.pictures.axis import BOX, Anchor, Axis, Mark

HEIGHT = 240
_NEAR = 0.05
_LINE = 16.0
"""Height of a letter, in pixels."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoPoint:
    """One arm, drawn."""

    letter: str
    name: str
    share: float
    """Where it stands, 0 is left."""
    at: str
    y: float
    low_y: float
    high_y: float
    letter_dx: int
    letter_dy: float
    anchor: Anchor
    among_best: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParetoPicture:
    """Arms that have both a pass rate and a delay."""

    points: tuple[ParetoPoint, ...]
    path: str
    """Through the arms nobody beats at both, in a box that is stretched."""
    delays: tuple[Mark, ...]
    rates: tuple[tuple[float, str], ...]
    title: str
    description: str
    left_out: tuple[str, ...]
    """Arms that lack one of the two."""


def letter_of(place: int) -> str:
    """Return the letter an arm has in the picture and beside it: A, B … Z, A2 and so on."""
    turn, letter = divmod(place, len(_LETTERS))
    return f"{_LETTERS[letter]}{turn + 1 if turn else ''}"


def draw_pareto(table: ArmTable) -> ParetoPicture | None:
    """Return the picture of a table of arms; None where fewer than two have a pass rate and a delay."""
    shown = [(letter_of(place), group) for place, group in enumerate(table.groups) if _delay(group) is not None]
    measured = [(letter, group) for letter, group in shown if group.rate.interval.estimate is not None]
    if len(measured) < 2:
        return None
    delays = _delays([_delay(group) or 0.0 for _, group in measured])
    lowest = min(group.rate.interval.low for _, group in measured)
    rates = Axis(low=math.floor(max(lowest - 0.02, 0.0) * 10) / 10, high=1.0)
    points = tuple(_points(measured, delays=delays, rates=rates))
    names = [group.name for _, group in measured]
    return ParetoPicture(
        points=points,
        path=_line(points, undominated([(-point.y, -point.share) for point in points])),
        delays=delays.marks(lambda ms: f"{ms / 1000:g} s"),
        rates=tuple((_height(rate, rates), percent(rate)) for rate in (rates.low, round((rates.low + 1) / 2, 2), 1.0)),
        title=f"Pass rate and median delay of {len(points)} {table.by.value}s",
        description="; ".join(point.words for point in points) + ".",
        left_out=tuple(group.name for group in table.groups if group.name not in names),
    )


def group_words(group: Group, *, letter: str, axes: Sequence[Measure]) -> str:
    """Return an arm's numbers in words."""
    rate = group.rate.interval
    cost = f", ${group.cost_usd:.4f} a call" if group.cost_usd is not None and Measure.COST in axes else ""
    marks = [word for word, holds in (("among the best", group.among_best), ("not beaten", group.pareto)) if holds]
    return (
        f"{letter} {group.name}: {percent(rate.estimate)} [{percent(rate.low)}, {percent(rate.high)}], "
        f"{seconds(group.latency_p50_ms)}{cost}{', ' if marks else ''}{', '.join(marks)}"
    )


def _delay(group: Group) -> float | None:
    return group.latency_p50_ms


def _delays(values: Sequence[float]) -> Axis:
    low, high = min(values), max(values)
    air = max((high - low) * 0.2, high * 0.05, 1.0)
    return Axis(low=max(low - air, 0.0), high=high + air)


def _height(rate: float, axis: Axis) -> float:
    return round((1 - axis.share(rate)) * HEIGHT, 1)


def _points(measured: Sequence[tuple[str, Group]], *, delays: Axis, rates: Axis) -> Iterator[ParetoPoint]:
    placed: list[tuple[float, float]] = []
    for letter, group in measured:
        rate = group.rate.interval
        share, y = delays.share(group.latency_p50_ms or 0.0), _height(rate.estimate or 0.0, rates)
        # Letters of arms that stand at one place are written below each other.
        crowd = sum(abs(share - x) < _NEAR and abs(y - other) < _LINE for x, other in placed)
        placed.append((share, y))
        # The line rises to the right, so that a letter stands clear of it up to the left.
        at_start = share < _NEAR
        yield ParetoPoint(
            letter=letter,
            name=group.name,
            share=share,
            at=delays.place(group.latency_p50_ms or 0.0),
            y=y,
            low_y=_height(rate.low, rates),
            high_y=_height(rate.high, rates),
            letter_dx=10 if at_start else -9,
            letter_dy=round(crowd * _LINE - 7, 1),
            anchor="start" if at_start else "end",
            among_best=group.among_best,
            words=group_words(group, letter=letter, axes=tuple(Measure)),
        )


def _line(points: Sequence[ParetoPoint], unbeaten: Sequence[bool]) -> str:
    front = sorted((point.share, point.y) for point, holds in zip(points, unbeaten, strict=True) if holds)
    return "".join(f"{'L' if number else 'M'}{x * BOX:.1f} {y}" for number, (x, y) in enumerate(front))
