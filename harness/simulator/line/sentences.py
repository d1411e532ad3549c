"""Where one sentence of an answer ends and the next begins: what is handed to the voice piece by piece."""

import re
from dataclasses import dataclass

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)|[。！？]+|\n")
_NOT_AN_END = frozenset({"mr", "mrs", "ms", "dr", "st", "no", "vs", "etc", "e.g", "i.e", "a.m", "p.m", "u.s", "approx"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A piece of a longer text."""

    text: str
    end: int
    """Index just behind its last character in the whole text."""


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences; a point after an abbreviation, an initial or a list number does not end one."""
    sentences: list[Sentence] = []
    start = 0
    ends = [match.end() for match in _END.finditer(text) if _ends_sentence(text, match)]
    for end in (*ends, len(text)):
        piece = text[start:end]
        if piece.strip():
            sentences.append(Sentence(text=piece.strip(), end=start + len(piece.rstrip())))
            start = end
    return tuple(sentences)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match.group() != ".":
        return True
    before = text[: match.start()]
    word = before.rsplit(maxsplit=1)[-1].lower().lstrip("\"'(“‘[") if before.strip() else ""
    numbers_a_list = before.rpartition("\n")[2].strip().isdigit()
    is_initial = len(word) == 1 and word.isalpha() and word != "i"
    return not (numbers_a_list or is_initial or word in _NOT_AN_END)
