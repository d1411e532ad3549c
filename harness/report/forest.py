"""Where an interval lies beside no change and beside the margin, as shares of a picture's width.

Every metric is measured in its own margins, so that the marks of several metrics stand below each other.
Better is to the right, whatever the metric.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from harness.regression.judgement import MetricChange

_MOST_MARGINS = 12.0
"""Beyond this many margins an interval is cut, or the margin itself could not be told from no change."""
_AIR = 0.5
"""Margins of room at both ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What part of the axis is shown, in margins."""

    least: float
    most: float

    def share(self, margins: float) -> float:
        """Return where something lies: 0 is the left end, 1 the right one; what lies beyond is at the end."""
        return min(max((margins - self.least) / (self.most - self.least), 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """An interval, its estimate and the two marks it is read by."""

    low: float
    high: float
    estimate: float | None
    margin: float
    zero: float
    cut_low: bool = False
    """It goes on to the left of the picture."""
    cut_high: bool = False


def scale_of(metrics: Iterable[MetricChange]) -> Scale:
    """Return the scale that shows all intervals, the margin on either side, and no change."""
    bounds = [
        bound / each.margin
        for each in metrics
        if each.interval is not None
        for bound in (each.interval.low, each.interval.high)
        if math.isfinite(bound)
    ]
    least = max(min([-1.0, *bounds]), -_MOST_MARGINS)
    most = min(max([1.0, *bounds]), _MOST_MARGINS)
    return Scale(least=least - _AIR, most=most + _AIR)


def forest_of(change: MetricChange, scale: Scale) -> Forest | None:
    """Return where a metric's interval lies; None where it has none."""
    found = change.interval
    if found is None or math.isnan(found.low + found.high):
        return None
    low, high = found.low / change.margin, found.high / change.margin
    return Forest(
        low=scale.share(low),
        high=scale.share(high),
        estimate=_estimate(found.estimate, margin=change.margin, scale=scale),
        margin=scale.share(-1.0),
        zero=scale.share(0.0),
        cut_low=low < scale.least,
        cut_high=high > scale.most,
    )


def _estimate(value: float | None, *, margin: float, scale: Scale) -> float | None:
    """Return where an estimate lies; None without one, or where it is beyond the picture."""
    if value is None or not scale.least <= value / margin <= scale.most:
        return None
    return scale.share(value / margin)


def draw(forest: Forest, *, width: int) -> str:
    """Return the picture as text: `├──●──┤` the interval, `┊` the margin, `│` no change."""
    cells = [" "] * width
    low, high = _column(forest.low, width), _column(forest.high, width)
    cells[low : high + 1] = "─" * (high + 1 - low)
    cells[_column(forest.zero, width)] = "│"
    cells[_column(forest.margin, width)] = "┊"
    cells[low] = "◀" if forest.cut_low else "├"
    cells[high] = "▶" if forest.cut_high else "┤"
    if forest.estimate is not None:
        cells[_column(forest.estimate, width)] = "●"
    return "".join(cells).rstrip()


def _column(share: float, width: int) -> int:
    return round(share * (width - 1))
