"""Numbers in a row of words, read out digit by digit, in words or in figures: `five five five oh one` is 55501."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.scorers.numbers import read_number

FEWEST_DIGITS_OF_A_CODE = 5
"""So many digits are an order or a telephone number, and count nothing."""
_FIGURES = re.compile(r"\d+(?:\.\d+)?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word, or a number whatever it was written in."""

    word: str
    """As it was written."""
    figures: str = ""
    """Empty for a word."""
    ordinal: bool = False
    spelled: bool = False
    """Written in words."""


def read_pieces(words: Sequence[str]) -> list[Piece]:
    """Return words with every number among them as figures."""
    pieces: list[Piece] = []
    at = 0
    while at < len(words):
        word = words[at].replace(",", "")
        number = read_number(words, at) if word.isalpha() else None
        ordinal = _ORDINAL.fullmatch(number.figures if number else word)
        if number is not None:
            figures = ordinal[1] if ordinal else number.figures
            shown = " ".join(words[at : at + number.length])
            pieces.append(Piece(word=shown, figures=figures, ordinal=bool(ordinal), spelled=True))
            at += number.length
            continue
        if word == "oh" and pieces and pieces[-1].figures:
            pieces.append(Piece(word=word, figures="0", spelled=True))
        elif ordinal:
            pieces.append(Piece(word=word, figures=ordinal[1], ordinal=True))
        elif _FIGURES.fullmatch(word) or ":" in word or any(map(str.isdecimal, word)):
            pieces.append(Piece(word=word, figures=word))
        else:
            pieces.append(Piece(word=word))
        at += 1
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Join digits that are read out one by one, and the groups of a long number."""
    found: list[Piece] = []
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and pieces[end].figures.isdecimal() and not pieces[end].ordinal:
            end += 1
        run = pieces[at:end]
        digits = "".join(piece.figures for piece in run)
        if len(run) > 2 or (len(run) == 2 and len(digits) >= FEWEST_DIGITS_OF_A_CODE):
            found.append(Piece(word=" ".join(piece.word for piece in run), figures=digits))
            at = end
        else:
            found.append(pieces[at])
            at += 1
    return found
