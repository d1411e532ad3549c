"""Whether words hold a phrase, letter case and punctuation aside: how a caller listens for what an agent says."""

import re
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, casefolded, without punctuation."""
    return tuple(match.group().casefold().replace("’", "'") for match in _WORD.finditer(text))


def end_of_phrase(words: Sequence[str], phrase: str) -> int | None:
    """Return how many of the words have been said once the phrase has; None when it is not among them."""
    wanted = words_of(phrase)
    for start in range(len(words) - len(wanted) + 1):
        if wanted and tuple(words[start : start + len(wanted)]) == wanted:
            return start + len(wanted)
    return None


def says_any(text: str, phrases: Iterable[str]) -> bool:
    """Return whether a text holds any of the phrases, word by word."""
    words = words_of(text)
    return any(end_of_phrase(words, phrase) is not None for phrase in phrases)
