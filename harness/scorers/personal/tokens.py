"""The words of a text with their places, which the readers of values lose when they rewrite it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harness.scorers.values.figures import WORD_LANGUAGES, in_figures

HAN_DIGITS: Final = "〇一二三四五六七八九"
_HAN: Final = f"零{HAN_DIGITS}"
_TOKEN = re.compile(rf"\d+|[{_HAN}]|[^\W\d_{_HAN}]+(?:['’][^\W\d_{_HAN}]+)*")
_SOFT = re.compile(r"[^\S\n]*(?:[().,;:\-–—/+…·_][^\S\n]*)*")
_MAY_BE_DIGITS = frozenset({"oh", "o", "double", "triple", "hundred", "nought", "nil", "doppel"})
"""Words that are a part of a number only beside others."""
# Danish writes 1 and 2 as `en` and `to`, which other languages are full of.
_LANGUAGES: Final = ("en", *sorted(WORD_LANGUAGES - {"da"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, or figures."""

    start: int
    end: int
    text: str
    """In lower case."""
    shown: str

    @property
    def is_letter(self) -> bool:
        """Return whether it is one letter, as in a spelled name."""
        return len(self.text) == 1 and self.text.isalpha() and self.text not in _HAN


def tokens(text: str) -> tuple[Token, ...]:
    """Return the words and figures of a text, in order."""
    return tuple(
        Token(start=match.start(), end=match.end(), text=match[0].casefold(), shown=match[0])
        for match in _TOKEN.finditer(text)
    )


def follows(text: str, left: Token, right: Token) -> bool:
    """Return whether nothing stands between two words but what also stands within a number: `555-01 99`, `(020) 7`."""
    return _SOFT.fullmatch(text, left.end, right.start) is not None


@lru_cache(maxsize=100_000)
def is_numeric(word: str) -> bool:
    """Return whether a word can be a part of a number that is read out, in any language known here."""
    return word in _MAY_BE_DIGITS or word in _HAN or bool(_figures(word))


@lru_cache(maxsize=100_000)
def digits_of(words: Sequence[str]) -> str:
    """Return the digits that number words read out; empty where there is none."""
    if all(word in _MAY_BE_DIGITS for word in words):
        return ""
    plain = tuple(str(max(HAN_DIGITS.find(word), 0)) if word in _HAN else word for word in words)
    whole = [found for lang in _LANGUAGES if (found := _read(" ".join(plain), lang))]
    # Several languages at once: each word by itself.
    return min(whole, key=len) if whole else "".join(_figures(word) for word in plain)


def _figures(word: str) -> str:
    if word.isdecimal():
        return "".join(str(unicodedata.digit(figure)) for figure in word)
    return next((found for lang in _LANGUAGES if (found := _read(word, lang))), "")


def _read(words: str, lang: str) -> str:
    """Return the digits of words of a language; empty when it doesn't know all of them."""
    figures = in_figures(words, lang)
    if lang == "en":
        figures = " ".join("0" if word in {"oh", "o"} else word for word in figures.split())
    joined = "".join(figures.split())
    return joined if joined.isdecimal() and joined.isascii() else ""
