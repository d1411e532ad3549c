"""The pieces in which an answer is told while it is written (contract 4.3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harness.simulator.sessions.writing import Written

INTERMEDIATE_MS: Final = 200
"""At most one piece in this time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words of an answer that have not been told yet."""

    offset_ms: int
    """From the request."""
    content: str
    sequence: int

    @property
    def document(self) -> Mapping[str, object]:
        """Return what an event says of it."""
        return {"content": self.content, "sequence": self.sequence}


def intermediates(written: Written, *, offsets_ms: Sequence[int]) -> Iterator[Piece]:
    """Yield an answer in pieces: the first word at once, then whatever has gathered every `INTERMEDIATE_MS`."""
    told = sequence = 0
    next_ms = offsets_ms[0]
    for word, offset_ms in enumerate(offsets_ms):
        is_last = word == len(offsets_ms) - 1
        if offset_ms < next_ms and not is_last:
            continue
        at_ms = max(offset_ms, next_ms)
        yield Piece(offset_ms=at_ms, content=written.text[told : written.word_ends[word]], sequence=sequence)
        told = written.word_ends[word]
        sequence += 1
        next_ms = at_ms + INTERMEDIATE_MS
