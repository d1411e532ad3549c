"""How much of its prompt an agent recites: the longest run of words that both have (evaluation.md, section 7).

What the prompt tells the agent to say, in quotation marks, is no secret, and neither is what the author lets it say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from harness.scorers.normalise import compares_characters
from harness.scorers.spoken import units

_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”»]")
_BREAK = "\n"
"""Stands in a prompt where a passage was taken out; no unit of a text is a line break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recited:
    """The longest run."""

    length: int
    words: str


def longest_run(speech: str, *, prompt: str, may_say: Sequence[str], lang: str) -> Recited:
    """Return the longest run of words of a prompt in what the agent said; characters, where a language has no words."""
    mine = _words(speech, lang)
    theirs: list[str] = []
    for passage in _QUOTED.sub(_BREAK, prompt).split(_BREAK):
        theirs += [*_words(passage, lang), _BREAK]
    for allowed in may_say:
        theirs = _without(theirs, _words(allowed, lang))
    found = SequenceMatcher(None, mine, theirs, autojunk=False).find_longest_match()
    return Recited(length=found.size, words=" ".join(mine[found.a : found.a + found.size]))


def leak_length(leak: int, *, lang: str) -> int:
    """Return how long a run is a leak; two characters count as a word where they are compared."""
    return 2 * leak if compares_characters(lang) else leak


def _words(text: str, lang: str) -> list[str]:
    found = [unit.key for unit in units(text, lang)]
    return list("".join(found)) if compares_characters(lang) else found


def _without(words: list[str], passage: list[str]) -> list[str]:
    """Return words with a break in place of every occurrence of a passage."""
    size, kept, at = len(passage), list[str](), 0
    while at < len(words):
        if size and words[at : at + size] == passage:
            kept.append(_BREAK)
            at += size
        else:
            kept.append(words[at])
            at += 1
    return kept
