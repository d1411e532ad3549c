"""How long agents took to answer: a distribution per arm, one below the other on one axis."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from harness.regression.quantiles import Quantile, quantile
from harness.report.numbers import count, quantile_interval, seconds
from harness.report.pictures.axis import Axis, Mark

HEIGHT = 40
_MOST_STRIPES = 40
"""With fewer answers each is drawn; more are counted in bars."""
_BARS = 48
_LOG_FROM = 8
"""A logarithmic axis is used where the longest wait is so many times the shortest: else one slow answer would press
all the others together."""
_SHORTEST_MS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileMark:
    """A quantile with its interval."""

    name: str
    value: str
    interval: str
    """`[0.71 s, 0.93 s]`; a side that is not known is open; empty where neither is."""
    at: str
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyRow:
    """One arm."""

    arm: str
    path: str
    is_bars: bool
    """The path holds bars; otherwise a stripe for each answer."""
    marks: tuple[QuantileMark, ...]
    answers: str
    longest: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyPicture:
    """All arms on one axis."""

    rows: tuple[LatencyRow, ...]
    axis: tuple[Mark, ...]
    is_log: bool
    unmeasured: tuple[str, ...]
    """Arms without an answer that has a latency."""

    @property
    def reading(self) -> str:
        """Return how to read it."""
        scale = "logarithmic" if self.is_log else "linear"
        return (
            f"From the end of the caller's speech to the start of the answer, {scale} scale. Solid line: the median; "
            "dashed: 95% of answers came sooner; the bars beside them are their 95% intervals."
        )


def draw_latency(arms: Mapping[str, Sequence[float]]) -> LatencyPicture | None:
    """Return the distributions of arms, in ms; None where nobody was timed.

    Args:
        arms: The latencies of every answer, by the arm's name.
    """
    measured = {name: sorted(values) for name, values in arms.items() if values}
    if not measured:
        return None
    axis = _axis([values[0] for values in measured.values()], [values[-1] for values in measured.values()])
    return LatencyPicture(
        rows=tuple(_row(name, values, axis=axis) for name, values in measured.items()),
        axis=axis.marks(_short),
        is_log=axis.is_log,
        unmeasured=tuple(name for name in arms if name not in measured),
    )


def _axis(shortest: Sequence[float], longest: Sequence[float]) -> Axis:
    low, high = max(min(shortest), _SHORTEST_MS), max(*longest, _SHORTEST_MS)
    if high > low * _LOG_FROM:
        return Axis(low=low * 0.9, high=high * 1.1, is_log=True)
    return Axis(low=0.0, high=high * 1.05)


def _row(arm: str, values: Sequence[float], *, axis: Axis) -> LatencyRow:
    marks = tuple(_mark(name, quantile(values, q=q), axis=axis) for name, q in (("median", 0.5), ("95%", 0.95)))
    is_bars = len(values) > _MOST_STRIPES
    answers, longest = count(len(values), "answer"), seconds(values[-1])
    said = ", ".join(f"{mark.name} {mark.value} {mark.interval}".rstrip() for mark in marks)
    return LatencyRow(
        arm=arm,
        path="".join(_bars(values, axis=axis) if is_bars else _stripes(values, axis=axis)),
        is_bars=is_bars,
        marks=marks,
        answers=answers,
        longest=longest,
        title=f"How long {arm} took to answer",
        description=f"{said}, shortest {seconds(values[0])}, longest {longest}, {answers}.",
    )


def _mark(name: str, found: Quantile | None, *, axis: Axis) -> QuantileMark:
    assert found is not None, "an arm is only drawn where it was timed"
    return QuantileMark(
        name=name,
        value=seconds(found.estimate),
        interval=quantile_interval(found),
        at=axis.place(found.estimate),
        low=axis.place(axis.low if found.low is None else found.low),
        high=axis.place(axis.high if found.high is None else found.high),
    )


def _stripes(values: Sequence[float], *, axis: Axis) -> Iterator[str]:
    yield from (f"M{axis.unit(value)} 12V{HEIGHT - 4}" for value in values)


def _bars(values: Sequence[float], *, axis: Axis) -> Iterator[str]:
    counts = [0] * _BARS
    for value, times in Counter(values).items():
        counts[min(int(axis.share(value) * _BARS), _BARS - 1)] += times
    most, width = max(counts), 1000 / _BARS
    for place, number in enumerate(counts):
        if number:
            height = max(number / most * (HEIGHT - 6), 1)
            yield f"M{place * width:.1f} {HEIGHT}v-{height:.1f}h{width:.1f}v{height:.1f}z"


def _short(ms: float) -> str:
    return f"{ms / 1000:g} s"
