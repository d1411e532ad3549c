"""Where in a prompt's file its text changed: one place for each line that is new, reworded, or no longer there."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.snapshots import PromptSnapshot
from harness.report.promptdiff import DiffLine, LineKind, diff_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPlace:
    """A line of a prompt that another version has otherwise, or not at all."""

    line: int
    """In the newer version's file; for a line that is gone, the one that stands in its place."""
    removed: str = ""
    """As the older version has it; empty for a new line."""
    added: str = ""
    """As the newer version has it; empty for a line that is gone."""


def changed_places(older: PromptSnapshot, newer: PromptSnapshot) -> tuple[ChangedPlace, ...]:
    """Return what differs, in the order of the newer version's file; empty lines do not count."""
    return tuple(place for place in _places(older, newer) if place.removed or place.added)


def _places(older: PromptSnapshot, newer: PromptSnapshot) -> Iterator[ChangedPlace]:
    leading = newer.source[: len(newer.source) - len(newer.source.lstrip())]
    line = newer.line + leading.count("\n")
    last = line + max(len(newer.source.strip().splitlines()) - 1, 0)
    gone: DiffLine | None = None
    for here in diff_lines(older.source, newer.source):
        if gone is not None and here.kind is LineKind.ADDED and _is_reworded(gone):
            yield ChangedPlace(line=line, removed=gone.text.strip(), added=here.text.strip())
            gone, line = None, line + 1
            continue
        if gone is not None:
            yield ChangedPlace(line=min(line, last), removed=gone.text.strip())
        gone = here if here.kind is LineKind.REMOVED else None
        if here.kind is LineKind.ADDED:
            yield ChangedPlace(line=line, added=here.text.strip())
        line += gone is None
    if gone is not None:
        yield ChangedPlace(line=min(line, last), removed=gone.text.strip())


def _is_reworded(removed: DiffLine) -> bool:
    """Return whether the line that follows is this one put otherwise: then a part is marked as unchanged."""
    return any(not piece.changed for piece in removed.pieces)
