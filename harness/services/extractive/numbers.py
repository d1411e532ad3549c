"""Numbers as a recogniser writes them: `8`, `eight`, `4-7-1-9-2`, `four seven one nine two` and `47192` are met alike.

Leaves to `values` what a number means.
"""

import re

_ONES_TEXT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_ONES = _ONES_TEXT.split()
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS_TEXT = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_ORDINALS = _ORDINALS_TEXT.split()
_VALUES = {word: number for number, word in enumerate(_ONES)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
_ORDINAL_VALUES = {word: number for number, word in enumerate(_ORDINALS, start=1)} | {"twentieth": 20, "thirtieth": 30}

_COMPOUND = re.compile(
    rf"\b({'|'.join(_TENS)})[ -]({'|'.join(_ONES[1:10])}|{'|'.join(_ORDINALS[:9])})\b", re.IGNORECASE
)
# "First of all" and "one second" are no dates; "the first" may be.
_SINGLE = re.compile(
    rf"\b(?:(?<!the )(?:first|second|third)|({'|'.join((*_VALUES, *_ORDINAL_VALUES))}))\b", re.IGNORECASE
)
_REPEATED = re.compile(r"\b(double|triple)[ -](\d)", re.IGNORECASE)
_SPOKEN_ZERO = re.compile(r"(?<=\d)([\s,-]+)(?:oh|o)\b(?=[\s,-]+\d)", re.IGNORECASE)
_DIGIT_RUN = re.compile(r"\d(?:[\s,.-]*\d)+")


def numerals(text: str) -> str:
    """Return the text with number words written in digits: `tonight at eight` becomes `tonight at 8`."""
    text = _COMPOUND.sub(_compound, text)
    text = _SINGLE.sub(_single, text)
    text = _REPEATED.sub(lambda m: " ".join(m[2] * (2 if m[1].lower() == "double" else 3)), text)
    return _SPOKEN_ZERO.sub(r"\g<1>0", text)


def digit_runs(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, digits) of every run of digits, however spaced, in text that went through `numerals`."""
    found = [(m.start(), m.end(), re.sub(r"\D", "", m[0])) for m in _DIGIT_RUN.finditer(text)]
    return [run for run in found if len(run[2]) >= 3]


def spoken_number(number: int) -> str:
    """Return a number as a person would write it for speech: words up to twelve, digits beyond."""
    return _ONES[number] if 0 <= number <= 12 else str(number)


def spoken_digits(digits: str) -> str:
    """Return digits so that a voice reads them one by one."""
    return " ".join(digits)


def _compound(match: re.Match[str]) -> str:
    tens, unit = _VALUES[match[1].lower()], match[2].lower()
    if unit in _VALUES:
        return str(tens + _VALUES[unit])
    return ordinal(tens + _ORDINAL_VALUES[unit])


def _single(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    word = match[1].lower()
    return str(_VALUES[word]) if word in _VALUES else ordinal(_ORDINAL_VALUES[word])


def ordinal(number: int) -> str:
    """Return `12th` for 12."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
