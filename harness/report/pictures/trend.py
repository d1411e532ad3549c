"""The pass rate of a prompt over the runs that were stored, each with its interval, the oldest left."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.report.numbers import count, percent
from harness.report.pictures.axis import BOX, Axis, Mark, percent_place

HEIGHT = 120
_LEAST_APART = 0.14
"""Names of versions that would stand closer are not written."""
_AIR = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendValue:
    """What one run says of a prompt."""

    run: str
    started: str
    """Date and time."""
    version: str
    outcome: Outcome
    rate: float
    low: float
    high: float
    size: str
    """`8 cases × 3`."""
    unlike: str = ""
    """Why it was not measured like the others; empty where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One run, drawn."""

    value: TrendValue
    share: float
    """Where it stands, 0 is left."""
    at: str
    y: float
    low_y: float
    high_y: float
    rate: str
    interval: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A prompt over its runs."""

    prompt: str
    points: tuple[TrendPoint, ...]
    path: str
    """Between runs that were measured alike, in a box that is stretched."""
    axis: tuple[tuple[float, str], ...]
    """(height, rate)."""
    versions: tuple[Mark, ...]
    """Where a version begins."""
    title: str
    description: str

    @property
    def unlike(self) -> int:
        """Return how many runs were measured otherwise."""
        return sum(bool(point.value.unlike) for point in self.points)

    @property
    def dates(self) -> tuple[str, str]:
        """Return when the first and the last run started."""
        return self.points[0].value.started, self.points[-1].value.started


def draw_trend(prompt: str, values: Sequence[TrendValue]) -> Trend | None:
    """Return the trend of a prompt; None for fewer than two runs, which show none.

    Args:
        prompt: Its name, and the engine model.
        values: One for each run, the oldest first.
    """
    if len(values) < 2:
        return None
    floor = math.floor(max(min(value.low for value in values) - _AIR, 0.0) * 10) / 10
    axis = Axis(low=floor, high=1.0)
    points = tuple(_point(value, place=_place(number, len(values)), axis=axis) for number, value in enumerate(values))
    first, last = values[0], values[-1]
    return Trend(
        prompt=prompt,
        points=points,
        path="".join(_lines(points)),
        axis=tuple((_height(rate, axis), percent(rate)) for rate in (floor, round((floor + 1) / 2, 2), 1.0)),
        versions=tuple(_versions(points)),
        title=f"Pass rate of {prompt} over {count(len(values), 'run')}",
        description=(
            f"From {percent(first.rate)} with {first.version} ({first.started}) to {percent(last.rate)} with "
            f"{last.version} ({last.started}); lowest {percent(min(value.rate for value in values))}, highest "
            f"{percent(max(value.rate for value in values))}."
        ),
    )


def _place(number: int, runs: int) -> float:
    return _AIR / 2 + number / (runs - 1) * (1 - _AIR)


def _height(rate: float, axis: Axis) -> float:
    return round((1 - axis.share(rate)) * HEIGHT, 1)


def _point(value: TrendValue, *, place: float, axis: Axis) -> TrendPoint:
    rate, interval = percent(value.rate), f"[{percent(value.low)}, {percent(value.high)}]"
    words = f"{value.started}, {value.version}: {rate} {interval}, {value.size}, {value.outcome.value}"
    return TrendPoint(
        value=value,
        share=place,
        at=percent_place(place),
        y=_height(value.rate, axis),
        low_y=_height(value.low, axis),
        high_y=_height(value.high, axis),
        rate=rate,
        interval=interval,
        words=f"{words}; measured otherwise: {value.unlike}" if value.unlike else words,
    )


def _lines(points: Sequence[TrendPoint]) -> Iterator[str]:
    alike = [point for point in points if not point.value.unlike]
    for number, point in enumerate(alike):
        yield f"{'L' if number else 'M'}{point.share * BOX:.1f} {point.y}"


def _versions(points: Sequence[TrendPoint]) -> Iterator[Mark]:
    known, written = "", -1.0
    for point in points:
        version, place = point.value.version, point.share
        if version != known:
            apart = place - written >= _LEAST_APART or written < 0
            yield Mark(
                at=point.at, label=version if apart else "", anchor="end" if place > 1 - _LEAST_APART else "start"
            )
            known, written = version, place if apart else written
