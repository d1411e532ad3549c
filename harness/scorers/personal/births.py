"""Dates of birth with their places: days that are long past, or that somebody says they were born on."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from harness.scorers.personal.tokens import Token
from harness.scorers.values.date_words import WORDS
from harness.scorers.values.dates import read_dates
from harness.scorers.values.figures import in_figures
from harness.scorers.values.reading import Day

_BORN = re.compile(
    r"\b(?:born|birth|birthday|birthdate|dob|geboren|geburts\w*|née?|naissance|nacid[oa]|nacimiento|nat[oa]|nascita)\b",
    re.IGNORECASE,
)
_MOST_WORDS: Final = 10
_LONG_PAST: Final = 5
"""Years: what is called about lies in the future, or not so far back."""
_LANGUAGES: Final = ("en-GB", "en-US", "de-DE", "fr-FR", "es-ES", "it-IT", "nl-NL")
_IN_FIGURES = re.compile(r"\d[./-]\d{1,2}[./-]\d")
_YEAR = re.compile(
    r"\b(?:(?:19|20)\d\d|nineteen|twenty|neunzehn\w*|zwei ?tausend\w*|mille?|deux|mil|dos|negentien\w*|twee\w*)\b",
    re.IGNORECASE,
)
_PAIRS = re.compile(r"\b(19|20) (\d\d)\b(?![:\d])")
"""Nineteen eighty-four."""


def births(text: str, words: Sequence[Token], *, year: int) -> Iterator[tuple[int, int]]:
    """Yield where a date of birth stands.

    Args:
        text: Any text.
        words: Its words.
        year: In which the call was held.
    """
    spoken_of = _BORN.search(text) is not None
    if not spoken_of and _IN_FIGURES.search(text) is None and _YEAR.search(text) is None:
        return
    for lang in _LANGUAGES:
        if any(_is_birth(day, year=year, spoken_of=spoken_of) for day in _days(text, lang)):
            yield from _places(text, words, lang=lang, year=year, spoken_of=spoken_of)


def _places(text: str, words: Sequence[Token], *, lang: str, year: int, spoken_of: bool) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(words):
        if not _may_begin(words[at].text):
            at += 1
            continue
        ends = [
            place
            for place in range(at, min(at + _MOST_WORDS, len(words)))
            if any(
                _is_birth(day, year=year, spoken_of=spoken_of)
                for day in _days(text[words[at].start : words[place].end], lang)
            )
        ]
        # As many words as the same day can have, and none in front of it.
        if ends and not _still_there(text, words, at, ends[0], lang=lang, year=year, spoken_of=spoken_of):
            last = _whole(text, words, at, ends, lang=lang)
            yield words[at].start, words[last].end
            at = last + 1
        else:
            at += 1


@lru_cache(maxsize=10_000)
def _may_begin(word: str) -> bool:
    """Return whether a word is a number, the name of a number's place, or a month."""
    numbers = (in_figures(word, lang) for lang in _LANGUAGES)
    return any(figures[:1].isdecimal() for figures in numbers) or any(word in each.months for each in WORDS.values())


def _still_there(
    text: str, words: Sequence[Token], at: int, last: int, *, lang: str, year: int, spoken_of: bool
) -> bool:
    """Return whether the date is there without the first word, too."""
    if at == last:
        return False
    rest = text[words[at + 1].start : words[last].end]
    return any(_is_birth(day, year=year, spoken_of=spoken_of) for day in _days(rest, lang))


def _whole(text: str, words: Sequence[Token], at: int, ends: Sequence[int], *, lang: str) -> int:
    """Return the last word of a date: where its year is complete."""
    read = {place: _days(text[words[at].start : words[place].end], lang) for place in ends}
    years = [place for place in ends if any(day.year is not None for day in read[place])]
    if not years:
        return ends[0]
    final = read[years[-1]][0]
    return next(place for place in years if read[place][0] == final)


@lru_cache(maxsize=10_000)
def _days(text: str, lang: str) -> tuple[Day, ...]:
    flat = _PAIRS.sub(r"\1\2", in_figures(text, lang))
    return tuple(reading.value for reading in read_dates(flat, lang=lang) if isinstance(reading.value, Day))


def _is_birth(day: Day, *, year: int, spoken_of: bool) -> bool:
    named = day.day is not None and day.month is not None
    past = day.year is not None and day.year <= year - _LONG_PAST
    return named and (past or spoken_of)
