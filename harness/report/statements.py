"""What a prompt says, sentence by sentence, whatever its lines and lists look like.

A rewrite moves every line of a prompt and may lose one rule on the way. A difference by line then shows everything
and says nothing; the sentences tell which rule is gone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.report.promptdiff import DiffLine, LineKind, Piece, likeness, reword

_LIST_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s+")
_HEADING = re.compile(r"#{1,6}\s")
_ENDS = ".!?"
_WIDE_ENDS = "。！？"
_REWORDED = 0.65
"""From this similarity on, a lost and a new sentence are one sentence reworded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """A sentence that both versions have in other words."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementChanges:
    """The sentences two prompts do not share; headings are no statements."""

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    reworded: tuple[Rewording, ...]

    @property
    def size(self) -> int:
        """Return how many lines `lines` has."""
        return len(self.lost) + len(self.gained) + 2 * len(self.reworded)

    @property
    def lines(self) -> tuple[DiffLine, ...]:
        """Return them as lines of a difference: lost, new, then reworded with the words marked."""
        lost = (DiffLine(kind=LineKind.REMOVED, pieces=(Piece(text=text, changed=True),)) for text in self.lost)
        gained = (DiffLine(kind=LineKind.ADDED, pieces=(Piece(text=text, changed=True),)) for text in self.gained)
        return *lost, *gained, *(line for each in self.reworded for line in reword(each.old, each.new))


def compare_statements(older: str, newer: str) -> StatementChanges:
    """Return the sentences that went, came, or were put in other words; order does not count."""
    before, after = list(statements(older)), list(statements(newer))
    kept_before, kept_after = {_key(each) for each in before}, {_key(each) for each in after}
    lost = [each for each in before if _key(each) not in kept_after]
    gained = [each for each in after if _key(each) not in kept_before]
    reworded = []
    for old in tuple(lost):
        new = max(gained, key=lambda each: likeness(old, each), default="")
        if new and likeness(old, new) >= _REWORDED:
            lost.remove(old)
            gained.remove(new)
            reworded.append(Rewording(old=old, new=new))
    return StatementChanges(lost=tuple(lost), gained=tuple(gained), reworded=tuple(reworded))


def statements(text: str) -> Iterator[str]:
    """Yield the sentences of a prompt: paragraphs are unwrapped, marks of list items dropped, headings left out."""
    paragraph: list[str] = []
    for line in [*text.splitlines(), ""]:
        bare = line.strip()
        item = _LIST_ITEM.match(bare)
        if not bare or item or _HEADING.match(bare):
            yield from _sentences(" ".join(paragraph))
            paragraph = []
        if bare and not _HEADING.match(bare):
            paragraph.append(bare[item.end() :] if item else bare)


def _sentences(paragraph: str) -> Iterator[str]:
    """Yield sentences; what stands in double quotes is never split."""
    start, quoted = 0, False
    for index, character in enumerate(paragraph):
        if character in '"“”':
            quoted = character == "“" or (character == '"' and not quoted)
        if not quoted and _ends_sentence(paragraph, index):
            yield paragraph[start : index + 1].strip()
            start = index + 1
    if paragraph[start:].strip():
        yield paragraph[start:].strip()


def _ends_sentence(paragraph: str, index: int) -> bool:
    character, rest = paragraph[index], paragraph[index + 1 :]
    if character in '"”':
        character = paragraph[index - 1] if index else ""
    if character in _WIDE_ENDS and character:
        return not rest.startswith(("”", '"'))
    following = rest.lstrip()
    starts_anew = following[:1].isupper() or not following[:1].isalpha()
    return bool(character) and character in _ENDS and rest[:1].isspace() and starts_anew


def _key(statement: str) -> str:
    return " ".join(re.findall(r"\w+", statement.casefold()))
