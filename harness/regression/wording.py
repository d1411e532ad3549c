"""How a comparison writes its numbers. The minus is a real one, and only an exact zero is written as 0."""

from harness.regression.intervals import Interval

_MINUS = "−"


def counted(number: int, noun: str, *, plural: str = "") -> str:
    """Return `1 case`, `2 cases`, `1,200 words`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def hundredths(share: float) -> str:
    """Return a share times a hundred, for points and percentages: `33`, `−8.6`, `0.04`."""
    value = share * 100
    size = abs(value)
    # A bound that is not zero must not look like it: which side of zero it is on is the verdict.
    digits = f"{size:,.0f}" if size >= 9.95 else f"{size:.1f}" if size >= 0.05 else f"{max(size, 0.01):.2f}"
    if "." in digits:
        digits = digits.removesuffix(".0")
    if not value:
        return "0"
    return f"{_MINUS if value < 0 else ''}{digits}"


def between(interval: Interval, *, unit: str) -> str:
    """Return the bounds of an interval: `−58 to −9 points`."""
    return f"{hundredths(interval.low)} to {hundredths(interval.high)}{unit}"


def share(value: float) -> str:
    """Return a share as a percentage without needless digits: `90%`, `97.5%`."""
    return f"{round(value * 100, 2):g}%"


def design(cases: int, trials: tuple[int, int]) -> str:
    """Return how much a comparison rests on: `7 cases × 3`, `7 cases × 2 to 3`."""
    least, most = trials
    return f"{counted(cases, 'case')} × {least if least == most else f'{least} to {most}'}"
