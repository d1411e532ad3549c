"""Names: those that are known, also misheard a little or spelled out, and those somebody introduces themselves with."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from harness.scorers.claim_words import NO_NAMES, OPENERS
from harness.scorers.personal.known import Known
from harness.scorers.personal.tokens import Token, follows

_ALIKE: Final = 0.8
"""A recogniser writes Maier for Meier."""
_FEWEST_ALIKE: Final = 5
_FEWEST_SPELLED: Final = 3
_MOST_NAMES: Final = 3
_TOLD = re.compile(
    r"\b(?:my (?:full |first |last |sur)?name is|my (?:full |first |last |sur)?name's|under the name(?: of)?|"
    r"the name is|the name's|mein name ist|ich heiße|je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|"
    r"mijn naam is|(?:name|nom|nombre|nome|naam):)\s+",
    re.IGNORECASE,
)
"""What a name follows however it is written."""
_TITLED = re.compile(r"\b(?:(?:this is|i am|i'm|speaking with|talking to) |(?:mr|mrs|ms|miss|dr|herr|frau)\.? )", re.I)
"""What a name may follow where it has a capital letter."""
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "dr", "herr", "frau"})
_NAME_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NO_NAMES_AFTER = """
and from calling here i but the a an please speaking with on to it its it's that this is not my your for at just so
very by or in of und aus et de y e en sorry ready afraid looking trying going happy glad sure required needed correct
right
"""
_NO_NAME = NO_NAMES | OPENERS | frozenset(_NO_NAMES_AFTER.split())


def known_names(text: str, words: Sequence[Token], *, known: Known) -> Iterator[tuple[int, int]]:
    """Yield where a known name stands, whole, a little misheard, or spelled letter by letter."""
    if not known.names:
        return
    for at, word in enumerate(words):
        if is_like(_bare(word), known.names):
            yield words[_first_name(text, words, at)].start, word.end
    for first, last, spelled in _spelled(text, words):
        if any(name in spelled or (len(spelled) >= _FEWEST_SPELLED and spelled in name) for name in known.names):
            yield words[first].start, words[last].end


def _first_name(text: str, words: Sequence[Token], at: int) -> int:
    """Return the index of the first of the words with capital letters in front of a name: of Anna in Anna Meier."""
    first = at
    while first > 0 and words[at].shown[0].isupper() and _may_be_name(words[first - 1]):
        if text[words[first - 1].end : words[first].start] != " ":
            break
        first -= 1
    return first


def _may_be_name(word: Token) -> bool:
    return word.shown[0].isupper() and len(word.text) > 1 and word.text not in _NO_NAME | _TITLES


def _bare(word: Token) -> str:
    return word.text.replace("’", "'").removesuffix("'s")


def told_names(text: str) -> Iterator[str]:
    """Yield every word of the names that somebody gives as somebody's: "my name is Anna Meier"."""
    for match in _TOLD.finditer(text.replace("’", "'")):
        yield from _following(text, match.end(), capitals=False)
    for match in _TITLED.finditer(text.replace("’", "'")):
        yield from _following(text, match.end(), capitals=True)


@lru_cache(maxsize=100_000)
def is_like(word: str, names: frozenset[str]) -> bool:
    """Return whether a word is one of the names, or sounds so much like one that it was meant."""
    if word in names:
        return True
    if len(word) < _FEWEST_ALIKE:
        return False
    alike = (name for name in names if len(name) >= _FEWEST_ALIKE and name[0] == word[0])
    return any(SequenceMatcher(None, word, name).ratio() >= _ALIKE for name in alike)


def _following(text: str, at: int, *, capitals: bool) -> Iterator[str]:
    for _ in range(_MOST_NAMES):
        match = _NAME_WORD.match(text, at)
        if match is None or match[0].casefold() in _NO_NAME or (capitals and not match[0][0].isupper()):
            return
        if len(match[0]) >= _FEWEST_SPELLED or not match[0].isascii():
            yield from (part for part in match[0].casefold().split("-") if len(part) > 1)
        at = match.end()
        if text[at : at + 1] != " ":
            return
        at += 1


def _spelled(text: str, words: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Yield first and last index of letters that are said one after the other, and what they spell."""
    at = 0
    while at < len(words):
        last, spelled, place = at, "", at
        while place < len(words) and words[place].is_letter and (place == at or _goes_on(text, words, last, place)):
            spelled += words[place].text
            last = _after_word(words, place)
            place = last + 1
        if len(spelled) >= _FEWEST_SPELLED:
            yield at, last, spelled
        at = max(place, at + 1)


def _goes_on(text: str, words: Sequence[Token], last: int, place: int) -> bool:
    return follows(text, words[last], words[place])


def _after_word(words: Sequence[Token], place: int) -> int:
    """Return the index of the last token that tells a letter: of `mike` in "m as in mike"."""
    rest = [word.text for word in words[place + 1 : place + 4]]
    if rest[:2] == ["as", "in"] and len(rest) > 2 and rest[2].startswith(words[place].text):
        return place + 3
    if rest[:1] in (["for"], ["like"], ["wie"], ["comme"]) and len(rest) > 1 and rest[1].startswith(words[place].text):
        return place + 2
    return place
