"""Mail addresses with their places, written or spoken."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from harness.scorers.personal.tokens import Token
from harness.scorers.values.emails import read_emails
from harness.scorers.values.reading import Email

_WRITTEN = re.compile(r"[\w.+-]+\s?@\s?[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_AT = re.compile(r"@|\b(?:at|ät|arroba|arobase|klammeraffe)\b", re.IGNORECASE)
_MOST_WORDS: Final = 30
"""An address that is spelled letter by letter with a word for each is no longer."""
_PATIENCE: Final = 4
"""So many words may add nothing before an address is over: "m as in mike"."""


def personal_addresses(text: str, words: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and address of every mail address."""
    for match in _WRITTEN.finditer(text):
        yield match.start(), match.end(), "".join(match[0].split())
    for match in _AT.finditer(text):
        before = [word for word in words if word.end <= match.start()][-_MOST_WORDS:]
        after = [word for word in words if word.start >= match.end()][:_MOST_WORDS]
        if before and after:
            yield from _spoken(text, before, after)


def _spoken(text: str, before: Sequence[Token], after: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    nearest = before[-1].start
    end = _farthest([word.end for word in after], lambda place: _address(text[nearest:place]))
    if end is None:
        return
    start = _farthest([word.start for word in reversed(before)], lambda place: _address(text[place:end]))
    if start is not None:
        yield start, end, _address(text[start:end])


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
