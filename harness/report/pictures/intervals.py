"""Intervals around a difference as pictures: the forest of a comparison's metrics, and pairs of arms on one axis."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.regression.arm_table import Pair
from harness.report.forest import Forest
from harness.report.numbers import points
from harness.report.pictures.axis import Axis, Mark, percent_place

_AIR = 0.06
_LEAST_SPAN = 0.1
"""Points, as a share, that are shown on each side of no difference at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalPlot:
    """An interval and the marks it is read by; places are percentages of the picture's width."""

    low: str
    high: str
    estimate: str
    """Empty without one."""
    margin: str
    """Empty where nothing is gated."""
    zero: str
    cut_low: bool
    cut_high: bool
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Intervals below each other on one axis."""

    plots: tuple[IntervalPlot | None, ...]
    """In the order they were given; None where there is no interval."""
    axis: tuple[Mark, ...]


def draw_change(forest: Forest, *, title: str, description: str) -> IntervalPlot:
    """Return a metric's interval beside its margin."""
    return IntervalPlot(
        low=percent_place(forest.low),
        high=percent_place(forest.high),
        estimate="" if forest.estimate is None else percent_place(forest.estimate),
        margin=percent_place(forest.margin),
        zero=percent_place(forest.zero),
        cut_low=forest.cut_low,
        cut_high=forest.cut_high,
        title=title,
        description=description,
    )


def draw_differences(pairs: Sequence[Pair], *, said: Sequence[str]) -> Rows:
    """Return the differences of pass rates of several pairs on one axis, in points.

    Args:
        pairs: Each a group beside the reference.
        said: The words for each of them.
    """
    known = [pair.difference for pair in pairs if pair.difference.estimate is not None]
    reach = max([_LEAST_SPAN, *(abs(bound) for each in known for bound in (each.low, each.high))]) * (1 + _AIR)
    axis = Axis(low=-reach, high=reach)
    return Rows(
        plots=tuple(_plot(pair, axis=axis, said=words) for pair, words in zip(pairs, said, strict=True)),
        axis=axis.marks(points) if known else (),
    )


def _plot(pair: Pair, *, axis: Axis, said: str) -> IntervalPlot | None:
    found = pair.difference
    if found.estimate is None or math.isnan(found.low + found.high):
        return None
    return IntervalPlot(
        low=axis.place(found.low),
        high=axis.place(found.high),
        estimate=axis.place(found.estimate),
        margin="",
        zero=axis.place(0.0),
        cut_low=False,
        cut_high=False,
        title=f"{pair.group} beside {pair.reference}",
        description=said,
    )
