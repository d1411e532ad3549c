"""The cases of a page as compressed data: a table of all of them, and blocks of whole cases that are read when needed.

A page stays small and opens at once however many cases it has: the browser unpacks the table to draw its list, and a
block when one of its cases is opened. Everything is raw deflate, five characters for four bytes (base64 takes five and
a third), which a page can hold as text and which cannot end the element it stands in, whatever a transcript says.
`reports/templates/js/20-data.js` unpacks it.
"""

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from harness.report.case_rows import CaseRow
from harness.report.encode import json_text, table
from harness.report.view_case import CaseView

_BLOCK_LENGTH = 256 * 1024
"""Transcripts of one block, in characters: read in a few milliseconds, and long enough to compress well."""

_LEVEL = 3
"""Of zlib: 6 makes a page 7% smaller in four times the time."""

_ALPHABET = np.array([code for code in range(33, 126) if chr(code) not in "\"&'<>\\`}"], np.uint8)
"""85 characters that mean nothing to HTML, in the order of their codes."""
_LAST = chr(_ALPHABET[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PageData:
    """Everything the script of a page reads."""

    cases: int
    rows: str
    """The table of all cases, packed."""
    blocks: tuple[str, ...]
    """Whole cases, packed, in the table's order."""


def page_data(cases: Iterable[tuple[CaseView, CaseRow]]) -> PageData:
    """Return the cases of a page, packed; each is let go as soon as its block is."""
    packed: list[Future[str]] = []
    places: list[tuple[int, int]] = []
    rows: list[CaseRow] = []
    # zlib lets go of the interpreter: while it packs a block, the next one's views are made.
    with ThreadPoolExecutor(max_workers=1) as packer:
        for together in _blocks(cases):
            rows.extend(row for _, row in together)
            places.extend((len(packed), at) for at in range(len(together)))
            text = json_text({"cases": len(together), "of": table([case for case, _ in together])})
            packed.append(packer.submit(pack, text))
    listed = {
        "columns": {name: [row[place] for row in rows] for place, name in enumerate(CaseRow._fields)},
        "cases": len(rows),
        "block": [block for block, _ in places],
        "at": [at for _, at in places],
    }
    return PageData(cases=len(rows), rows=pack(json_text(listed)), blocks=tuple(each.result() for each in packed))


def pack(text: str, *, level: int = _LEVEL) -> str:
    """Return a text compressed and as base64; equal texts give equal ones."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    # A transcript may hold half of a surrogate pair, which UTF-8 cannot.
    packed = packer.compress(text.encode("utf-8", "replace")) + packer.flush()
    short = -len(packed) % 4
    numbers = np.frombuffer(packed + bytes(short), ">u4").astype(np.uint32)
    digits = np.empty((len(numbers), 5), np.uint8)
    for place in reversed(range(5)):
        numbers, digits[:, place] = np.divmod(numbers, 85)
    return _ALPHABET[digits].tobytes()[: digits.size - short].decode("ascii")


def unpack(packed: str) -> str:
    """Return the text that was packed."""
    short = -len(packed) % 5
    characters = np.frombuffer((packed + _LAST * short).encode("ascii"), np.uint8)
    digits = np.searchsorted(_ALPHABET, characters).reshape(-1, 5).astype(np.uint64)
    numbers = digits @ (np.uint64(85) ** np.arange(4, -1, -1, dtype=np.uint64))
    data = numbers.astype(">u4").tobytes()
    return zlib.decompress(data[: len(data) - short], -zlib.MAX_WBITS).decode("utf-8")


def _blocks(cases: Iterable[tuple[CaseView, CaseRow]]) -> Iterator[list[tuple[CaseView, CaseRow]]]:
    """Yield cases together until their transcripts and embedded recordings are long enough for a block."""
    block: list[tuple[CaseView, CaseRow]] = []
    size = 0
    for case, row in cases:
        block.append((case, row))
        size += _length(case) + (_length(case.before) if case.before else 0)
        if size >= _BLOCK_LENGTH:
            yield block
            block, size = [], 0
    if block:
        yield block


def _length(case: CaseView) -> int:
    trials = (*case.trials, *case.discarded)
    lines = (line for trial in trials for line in trial.lines)
    return sum(len(trial.audio_href) for trial in trials) + sum(
        len(line.turn.text.head) + len(line.turn.text.tail) for line in lines if line.turn
    )
