"""How numbers are written, once for every page and the terminal. Values stay unrounded until they get here."""

from functools import lru_cache

from harness.regression.intervals import Interval
from harness.regression.quantiles import Quantile
from harness.regression.wording import counted, hundredths

NOT_MEASURED = "not measured"

_MOMENTS = 6000
"""Tenths of a second in ten minutes: calls are shorter, so that a page of many of them writes each moment once."""


def percent(value: float | None) -> str:
    """Return a share as a percentage; only an exact 0 or 1 prints as 0% or 100%."""
    if value is None:
        return NOT_MEASURED
    if value == round(value, 2):
        return f"{value:.0%}"
    shown = f"{value * 100:.1f}"
    if shown == "0.0":
        return "<0.1%"
    if shown == "100.0":
        return ">99.9%" if value < 1 else "100.1%"
    return f"{shown.removesuffix('.0')}%"


def seconds(ms: float | None) -> str:
    """Return a duration in seconds: two decimals below ten seconds, one from there."""
    if ms is None:
        return NOT_MEASURED
    return f"{ms / 1000:.2f} s" if abs(ms) < 9_995 else f"{ms / 1000:.1f} s"


def clock(ms: int) -> str:
    """Return a moment of a call as minutes, seconds and tenths, cut not rounded."""
    return _clock(max(0, ms) // 100)


@lru_cache(maxsize=_MOMENTS)
def _clock(tenths: int) -> str:
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def duration(ms: int) -> str:
    """Return how long a call was, for people: `17 s`, `2 min 5 s`."""
    minutes, rest = divmod(round(max(0, ms) / 1000), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def count(number: int, noun: str, *, plural: str = "") -> str:
    """Return `1 case`, `2 cases`, `1,200 words`."""
    return counted(number, noun, plural=plural)


def ratio(part: int, whole: int, noun: str, *, plural: str = "") -> str:
    """Return `7 of 8 cases`; the whole is many, even where it is one."""
    return f"{part:,} of {whole:,} {plural or noun + 's'}"


def interval(found: Interval) -> str:
    """Return an estimate and how sure it is, two decimals each: `0.93 [0.86, 0.97]`."""
    estimate = NOT_MEASURED if found.estimate is None else f"{found.estimate:.2f}"
    return f"{estimate} [{found.low:.2f}, {found.high:.2f}]"


def quantile_interval(found: Quantile | None) -> str:
    """Return the bounds of a quantile in ms, in seconds; a side without a bound is open; empty without both."""
    if found is None or (found.low is None and found.high is None):
        return ""
    low, high = ("open" if bound is None else seconds(bound) for bound in (found.low, found.high))
    return f"[{low}, {high}]"


def points(share: float) -> str:
    """Return a difference of shares in percentage points, signed: `−44`, `+3.5`; only an exact 0 prints as 0."""
    return _signed(share)


def relative(share: float) -> str:
    """Return a relative change, signed: `+12.5%`; only an exact 0 prints as 0%."""
    return f"{_signed(share)}%"


def p_value(value: float) -> str:
    """Return a probability with two digits that count; what is smaller than 0.001 prints as `<0.001`."""
    return "<0.001" if value < 0.001 else f"{value:.2g}"


def decibels(value: float, *, unit: str = "dB") -> str:
    """Return a level with one decimal: `-20.3 dB`."""
    return f"{round(value, 1) + 0.0:.1f} {unit}"


def measurement(name: str, value: float) -> str:
    """Return a score's value in the unit its name tells."""
    if name.endswith(("_wer", "_rate", "_share")):
        return percent(value)
    if name.endswith("_ms"):
        return seconds(value)
    return f"{value:,.4g}"


def _signed(share: float) -> str:
    return f"{'+' if share > 0 else ''}{hundredths(share)}"
