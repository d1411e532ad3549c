"""Regular expressions of a suite's author: the only door to `regex`, which can stop a search that would never end.

Speech has no capitals, so letter case does not count; `(?-i:…)` makes it count.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import regex

SEARCH_S: Final = 0.25
"""Processor time of one search: a sound pattern needs a thousandth of it for a whole call."""


class PatternError(ValueError):
    """A pattern that says nothing, or cannot be read; the text is a sentence for its author."""


class PatternTooSlowError(Exception):
    """A search took so long that it was given up."""


def check_pattern(pattern: str) -> str:
    """Return a pattern that can be searched for.

    Raises:
        PatternError: it is no regular expression, or it is found in no words at all, so that every answer has it.
    """
    try:
        found = _compiled(pattern).search("", timeout=SEARCH_S)
    except (regex.error, RecursionError, OverflowError) as error:
        raise PatternError(f"{pattern!r} is no regular expression: {error}") from error
    except TimeoutError as error:
        raise PatternError(f"{pattern!r} takes too long even where there is nothing to search") from error
    if found is not None:
        raise PatternError(f"{pattern!r} is found where nothing is said at all; add what has to be there")
    return pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a pattern was found first."""

    text: str
    start: int


class Searcher:
    """Searches the texts of one call; a pattern that was too slow once is not tried again."""

    def __init__(self) -> None:
        """Start with every pattern worth a try."""
        self._given_up: set[str] = set()

    def search(self, pattern: str, text: str) -> Found | None:
        """Return the first place of a checked pattern in a text.

        Raises:
            PatternTooSlowError: the search was given up, now or before.
        """
        if pattern in self._given_up:
            raise PatternTooSlowError(pattern)
        try:
            match = _compiled(pattern).search(text, timeout=SEARCH_S)
        except TimeoutError as error:
            self._given_up.add(pattern)
            raise PatternTooSlowError(pattern) from error
        return Found(text=match.group(), start=match.start()) if match else None


@cache
def _compiled(pattern: str) -> "regex.Pattern[str]":
    return regex.compile(pattern, regex.IGNORECASE)
