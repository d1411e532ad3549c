"""Mail addresses with their places, written or spoken."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from harness.scorers.personal.tokens import Token, is_numeric
from harness.scorers.values.emails import read_emails
from harness.scorers.values.reading import Email

_WRITTEN = re.compile(r"[\w.+-]+\s?@\s?[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_AT = re.compile(r"@|\b(?:at|ät|arroba|arobase|klammeraffe)\b", re.IGNORECASE)
_DOT = re.compile(r"\.[^\W\d_]{2}|\b(?:dot|point|punkt|punto|period)\b", re.IGNORECASE)
_DOT_WITHIN: Final = 8
"""So many words after an @ its dot is said, or it is no address."""
_SIGNS = frozenset(
    ["dot", "point", "punkt", "punto", "underscore", "unterstrich", "dash", "hyphen", "minus", "bindestrich", "plus"]
)
_MOST_WORDS: Final = 30
"""An address that is spelled letter by letter with a word for each is no longer."""
_PATIENCE: Final = 4
"""So many words may add nothing before an address is over: "m as in mike"."""


def personal_addresses(text: str, words: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and address of every mail address."""
    for match in _WRITTEN.finditer(text):
        yield match.start(), match.end(), "".join(match[0].split())
    starts, ends = [word.start for word in words], [word.end for word in words]
    for match in _AT.finditer(text):
        last, first = bisect_right(ends, match.start()), bisect_left(starts, match.end())
        before, after = words[max(last - _MOST_WORDS, 0) : last], words[first : first + _MOST_WORDS]
        if before and after and _DOT.search(text, match.end(), after[: _DOT_WITHIN + 1][-1].end):
            yield from _spoken(text, before, after)


def _spoken(text: str, before: Sequence[Token], after: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    nearest = before[-1].start
    end = _farthest([word.end for word in after], lambda place: _address(text[nearest:place]))
    if end is None:
        return
    start = _farthest([word.start for word in reversed(before)], lambda place: _address(text[place:end]))
    if start is not None:
        first = next(at for at, word in enumerate(before) if word.start == start)
        start = before[_earlier(before, first)].start
        yield start, end, _address(text[start:end])


def _earlier(before: Sequence[Token], first: int) -> int:
    """Return where a name begins that goes on with figures or after a sign: `anna underscore meier nine two`."""
    while first > 0 and (before[first - 1].text in _SIGNS or is_numeric(before[first].text)):
        first -= 2 if before[first - 1].text in _SIGNS and first > 1 else 1
    return first


def _farthest(places: Sequence[int], read: Callable[[int], str]) -> int | None:
    """Return the last place at which what is read still grew."""
    longest, best, idle = 0, None, 0
    for place in places:
        found = len(read(place))
        if found > longest:
            longest, best, idle = found, place, 0
        elif best is not None:
            idle += 1
            if idle > _PATIENCE:
                break
    return best


def _address(text: str) -> str:
    found = [reading.value for reading in read_emails(text, lang="en") if isinstance(reading.value, Email)]
    return found[-1].address if found else ""
