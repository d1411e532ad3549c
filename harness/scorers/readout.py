"""How digits and codes are read out, token by token (evaluation.md 4.5): "double oh seven", "bravo as in Bob".

Stricter than `spoken.py`, which is made for error rates: nothing here adds, and every token keeps its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.entity import EntityKind
from harness.scorers.normalise import normalize_basic
from harness.scorers.numbers import ONES, REPEATS, TENS

# fmt: off
_NATO = {
    "alpha": "a", "alfa": "a", "bravo": "b", "charlie": "c", "delta": "d", "echo": "e", "foxtrot": "f", "golf": "g",
    "hotel": "h", "india": "i", "juliett": "j", "juliet": "j", "kilo": "k", "lima": "l", "mike": "m",
    "november": "n", "oscar": "o", "papa": "p", "quebec": "q", "romeo": "r", "sierra": "s", "tango": "t",
    "uniform": "u", "victor": "v", "whiskey": "w", "whisky": "w", "xray": "x", "yankee": "y", "zulu": "z",
}
# fmt: on
_DASHES = frozenset({"dash", "hyphen", "minus"})
_ARTICLES = frozenset({"a", "i"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word of a text after reading."""

    text: str
    is_atom: bool = False
    """A string of digits or, in a code, a single letter: what a value is made of."""
    is_article: bool = False
    """The word `a` or `i`, which may stand in front of a value without being part of it."""
    width: int = 1
    """How many words it was read from."""


def read_out(text: str, *, kind: EntityKind) -> tuple[Token, ...]:
    """Return a text's tokens with number words as digits and, for codes, spelling words as letters."""
    spelled = kind is EntityKind.CODE
    words = normalize_basic(text, "en", keep_fillers=True).replace(".", " ").replace(",", " ").split()
    tokens: list[Token] = []
    at = 0
    while at < len(words):
        if spelled and tokens and _is_letter(tokens[-1]) and words[at : at + 2] == ["as", "in"] and at + 2 < len(words):
            at += 3
            continue
        if spelled and words[at] in _DASHES:
            at += 1
            continue
        times = REPEATS.get(words[at])
        if times and at + 1 < len(words):
            repeated = _read(words, at + 1, spelled=spelled)
            if repeated.is_atom:
                # "double four one nine": a recogniser writes "double 419", and only its first digit is doubled.
                first = 1 if words[at + 1].isdecimal() else len(repeated.text)
                text = repeated.text[:first] * times + repeated.text[first:]
                tokens.append(Token(text=text, is_atom=True, width=1 + repeated.width))
                at += tokens[-1].width
                continue
        tokens.append(_read(words, at, spelled=spelled))
        at += tokens[-1].width
    return tuple(tokens)


def _is_letter(token: Token) -> bool:
    return token.is_atom and token.text.isalpha()


def _read(words: Sequence[str], at: int, *, spelled: bool) -> Token:
    """Return the token that starts at a word."""
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if word == "oh":
        return Token(text="0", is_atom=True)
    if word in ONES:
        return Token(text=str(ONES[word]), is_atom=True)
    if word in TENS:
        unit = ONES.get(following, 0)
        joins = 0 < unit < 10
        return Token(text=str(TENS[word] + (unit if joins else 0)), is_atom=True, width=1 + joins)
    if word.isdecimal():
        return Token(text=word, is_atom=True)
    if spelled and (word, following) == ("x", "ray"):
        return Token(text="x", is_atom=True, width=2)
    if spelled and word in _NATO:
        return Token(text=_NATO[word], is_atom=True)
    if spelled and len(word) == 1 and word.isalpha():
        return Token(text=word, is_atom=True, is_article=word in _ARTICLES)
    return Token(text=word)
