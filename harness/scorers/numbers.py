"""English number words read as figures: `two hundred and five`, `twenty first`, `double seven`, `three point five`.

Pure tables and one left-to-right reading; what the figures mean (a price, a time, an id) is left to `spoken.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# fmt: off
ONES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}
_ORDINAL_ONES = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
}
# fmt: on
REPEATS = {"double": 2, "triple": 3}
_SCALES = (("million", 1_000_000), ("thousand", 1_000))
_ORDINAL_TENS = {word[:-1] + "ieth": value for word, value in TENS.items()}
_POINT = "point"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number found in a list of words."""

    figures: str
    """Such as `205`, `21st` or `3.5`."""
    length: int
    """How many words it took."""

    @property
    def is_digits(self) -> bool:
        """Return whether the figures are digits and nothing else."""
        return self.figures.isdecimal()


def read_number(words: Sequence[str], start: int) -> Number | None:
    """Return the longest number that starts with `words[start]` and needs number words to be read."""
    return _read_repeat(words, start) or _read_ordinal(words, start) or _read_cardinal(words, start)


def starts_number(words: Sequence[str], at: int) -> bool:
    """Return whether a word, if there is one, is a figure or begins a number."""
    return at < len(words) and (words[at].isdecimal() or read_number(words, at) is not None)


def _read_repeat(words: Sequence[str], start: int) -> Number | None:
    """Read `double seven` as 77, digit by digit as ids are read out."""
    times = REPEATS.get(words[start])
    if times is None or start + 1 >= len(words):
        return None
    word = words[start + 1]
    digit = word if word.isdecimal() else str(ONES["zero" if word == "oh" else word]) if _is_one(word) else ""
    return Number(figures=digit * times, length=2) if len(digit) == 1 else None


def _is_one(word: str) -> bool:
    return word in ONES or word == "oh"


def _read_ordinal(words: Sequence[str], start: int) -> Number | None:
    word = words[start]
    if word in _ORDINAL_ONES:
        return Number(figures=_ordinal(_ORDINAL_ONES[word]), length=1)
    if word in _ORDINAL_TENS:
        return Number(figures=_ordinal(_ORDINAL_TENS[word]), length=1)
    if word in TENS and start + 1 < len(words) and _ORDINAL_ONES.get(words[start + 1], 10) < 10:
        return Number(figures=_ordinal(TENS[word] + _ORDINAL_ONES[words[start + 1]]), length=2)
    return None


def _ordinal(value: int) -> str:
    teens = 10 < value % 100 < 20
    return f"{value}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _read_cardinal(words: Sequence[str], start: int) -> Number | None:
    """Read `two hundred and five thousand and one`; plain figures only in front of a scale: `3 hundred`."""
    total, at, scaled = 0, start, False
    for scale, size in _SCALES:
        part = _read_below_thousand(words, _after_and(words, at) if scaled else at)
        if part and _word(words, part.end) == scale:
            total, at, scaled = total + part.value * size, part.end + 1, True
    part = _read_below_thousand(words, _after_and(words, at) if scaled else at)
    if part and (scaled or part.spelled):
        total, at = total + part.value, part.end
    if at == start:
        return None
    decimals = _read_decimals(words, at)
    return Number(figures=f"{total}.{decimals}" if decimals else str(total), length=at - start + _width(decimals))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    value: int
    end: int
    spelled: bool
    """Number words were needed, not figures alone."""


def _read_below_thousand(words: Sequence[str], start: int) -> _Part | None:
    small = _read_below_hundred(words, start)
    if small is None or _word(words, small.end) != "hundred":
        return small
    rest = _read_below_hundred(words, _after_and(words, small.end + 1))
    if rest and rest.spelled:
        return _Part(value=100 * small.value + rest.value, end=rest.end, spelled=True)
    return _Part(value=100 * small.value, end=small.end + 1, spelled=True)


def _read_below_hundred(words: Sequence[str], start: int) -> _Part | None:
    word = _word(words, start)
    if word in TENS:
        unit = ONES.get(_word(words, start + 1), 0)
        if 0 < unit < 10:
            return _Part(value=TENS[word] + unit, end=start + 2, spelled=True)
        return _Part(value=TENS[word], end=start + 1, spelled=True)
    if word in ONES:
        return _Part(value=ONES[word], end=start + 1, spelled=True)
    if word == "a" and _word(words, start + 1) in {"hundred", "thousand", "million"}:
        return _Part(value=1, end=start + 1, spelled=False)
    if word.isdecimal() and len(word) <= 3:
        return _Part(value=int(word), end=start + 1, spelled=False)
    return None


def _read_decimals(words: Sequence[str], at: int) -> str:
    """Return the digits after `point`, each said on its own."""
    digits = ""
    while _word(words, at) == _POINT and ONES.get(_word(words, at + 1 + len(digits)), 10) < 10:
        digits += str(ONES[words[at + 1 + len(digits)]])
    return digits


def _width(decimals: str) -> int:
    return 1 + len(decimals) if decimals else 0


def _after_and(words: Sequence[str], at: int) -> int:
    return at + 1 if _word(words, at) == "and" else at


def _word(words: Sequence[str], at: int) -> str:
    return words[at] if at < len(words) else ""
