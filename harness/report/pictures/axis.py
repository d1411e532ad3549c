"""One axis of a picture: which part of it is shown, whether it is logarithmic, and where its marks stand.

Places across are percentages of the picture's width, so that a picture fits a telephone and a large screen alike;
shapes drawn as one path lie in a box that is `BOX` wide and is stretched to the width.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

BOX = 1000
"""Width of the box of a path, in its own units."""

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LOG_STEPS = (1.0, 2.0, 5.0)
_FEWEST_MARKS = 3
_EDGE = 0.06
"""Marks closer to an end of the picture are written inside it."""

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A value written beside an axis."""

    at: str
    """Where it stands, as a percentage."""
    label: str
    anchor: Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A part of the numbers."""

    low: float
    high: float
    is_log: bool = False

    def share(self, value: float) -> float:
        """Return where a value lies: 0 at the low end, 1 at the high one; what lies beyond is at the end."""
        low, high, value = (self._scaled(each) for each in (self.low, self.high, value))
        return min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.5

    def place(self, value: float) -> str:
        """Return the same as a percentage."""
        return percent_place(self.share(value))

    def unit(self, value: float) -> float:
        """Return the same in the units of a path's box."""
        return round(self.share(value) * BOX, 1)

    def marks(self, label: Callable[[float], str]) -> tuple[Mark, ...]:
        """Return round values along the axis, with their words."""
        return tuple(
            Mark(at=self.place(v), label=label(v), anchor=_anchor(self.share(v))) for v in self._round_values()
        )

    def _round_values(self) -> tuple[float, ...]:
        values = tuple(_log_values(self.low, self.high)) if self.is_log else ()
        return values if len(values) >= _FEWEST_MARKS else tuple(_linear_values(self.low, self.high))

    def _scaled(self, value: float) -> float:
        return math.log(max(value, self.low, 1e-9)) if self.is_log else value


def percent_place(share: float) -> str:
    """Return a share of a picture's width, written for SVG."""
    return f"{share * 100:.2f}%"


def step_of(low: float, high: float) -> float:
    """Return a round distance of which four to eight fit between two values."""
    raw = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 0 else 1.0
    return next(power * step for step in _STEPS if power * step >= raw * (1 - 1e-9))


def _linear_values(low: float, high: float) -> Iterator[float]:
    if high <= low:
        yield low
        return
    step = step_of(low, high)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    yield from (round(number * step, 9) for number in range(first, last + 1))


def _log_values(low: float, high: float) -> Iterator[float]:
    for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1):
        values = (step * 10.0**power for step in _LOG_STEPS)
        yield from (value for value in values if low <= value <= high)


def _anchor(share: float) -> Anchor:
    if share < _EDGE:
        return "start"
    return "end" if share > 1 - _EDGE else "middle"
