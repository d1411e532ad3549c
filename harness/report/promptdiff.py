"""What changed between two versions of a prompt: by line, and by word within a line that was reworded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
_REWORDED = 0.5
"""From this similarity on, a removed and an added line are shown as one line reworded."""
_CONTEXT = 2
"""Unchanged lines shown on each side of a change."""


class LineKind(StrEnum):
    """What happened to a line of the prompt."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    GAP = "gap"
    """Unchanged lines that are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Part of a line."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line of a difference."""

    kind: LineKind
    pieces: tuple[Piece, ...] = ()

    @property
    def text(self) -> str:
        """Return the line as it stands in its version of the prompt."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptDiff:
    """The difference between two versions of a prompt."""

    lines: tuple[DiffLine, ...]
    """Changes with a little context, in the order of the prompt; empty when the texts are equal."""

    @property
    def removed(self) -> tuple[str, ...]:
        """Return the lines that only the older text has."""
        return tuple(line.text.strip() for line in self.lines if line.kind is LineKind.REMOVED and line.text.strip())

    @property
    def added(self) -> tuple[str, ...]:
        """Return the lines that only the newer text has."""
        return tuple(line.text.strip() for line in self.lines if line.kind is LineKind.ADDED and line.text.strip())


def diff_prompts(older: str, newer: str) -> PromptDiff:
    """Return what turns the older text into the newer one; space at line ends does not count."""
    return PromptDiff(lines=tuple(_with_context(diff_lines(older, newer))))


def diff_lines(older: str, newer: str) -> list[DiffLine]:
    """Return every line of both texts, from the first that is not empty to the last, in the order of the newer one."""
    before = [line.rstrip() for line in older.strip().splitlines()]
    after = [line.rstrip() for line in newer.strip().splitlines()]
    lines: list[DiffLine] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines.extend(DiffLine(kind=LineKind.SAME, pieces=(Piece(text=line),)) for line in before[i:j])
        else:
            lines.extend(_changed(before[i:j], after[k:m]))
    return lines


def _changed(before: list[str], after: list[str]) -> Iterator[DiffLine]:
    """Yield removed lines each followed by its rewording, then lines that are new."""
    left = list(after)
    for old in before:
        new = max(left, key=lambda line: likeness(old, line), default=None)
        if new is None or likeness(old, new) < _REWORDED:
            yield DiffLine(kind=LineKind.REMOVED, pieces=(Piece(text=old, changed=True),))
            continue
        # Whatever stands before the rewording in the new text is new, and keeps its place.
        for line in left[: left.index(new)]:
            yield DiffLine(kind=LineKind.ADDED, pieces=(Piece(text=line, changed=True),))
        left = left[left.index(new) + 1 :]
        yield from reword(old, new)
    for line in left:
        yield DiffLine(kind=LineKind.ADDED, pieces=(Piece(text=line, changed=True),))


def likeness(old: str, new: str) -> float:
    """Return how much two lines share, 0 to 1, word by word."""
    return SequenceMatcher(None, _TOKEN.findall(old), _TOKEN.findall(new), autojunk=False).ratio()


def reword(old: str, new: str) -> Iterator[DiffLine]:
    """Yield a line and its rewording, with the words marked that differ."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    removed, added = [], []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        removed.append(Piece(text="".join(before[i:j]), changed=tag != "equal"))
        added.append(Piece(text="".join(after[k:m]), changed=tag != "equal"))
    yield DiffLine(kind=LineKind.REMOVED, pieces=tuple(piece for piece in removed if piece.text))
    yield DiffLine(kind=LineKind.ADDED, pieces=tuple(piece for piece in added if piece.text))


def _with_context(lines: list[DiffLine]) -> Iterator[DiffLine]:
    changes = [index for index, line in enumerate(lines) if line.kind is not LineKind.SAME]
    near = {index for change in changes for index in range(change - _CONTEXT, change + _CONTEXT + 1)}
    skipped = False
    for index, line in enumerate(lines):
        if index in near:
            yield line
        elif changes and not skipped:
            yield DiffLine(kind=LineKind.GAP)
        skipped = index not in near
