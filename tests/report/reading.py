"""What a page says, also in the data its script draws from."""

import json
import re
from pathlib import Path
from typing import Any

from harness.report.blocks import unpack

_ROWS = re.compile(r'id="rows">([^<]*)<')
_BLOCK = re.compile(r'data-block="\d+">([^<]*)<')
_INLINE = re.compile(r"<(style|script)>.*?</\1>", re.DOTALL)

Record = dict[str, Any]


def page_text(path: Path) -> str:
    """Return a page's own HTML without its style and script, and a line for every text in its data."""
    page = path.read_text(encoding="utf-8")
    shell = _BLOCK.sub("><", _ROWS.sub("><", _INLINE.sub("", page)))
    return "\n".join((shell, *texts(list_columns(path)), *texts(case_records(path))))


def case_records(path: Path) -> list[Record]:
    """Return the whole cases of a page, as its script restores them: what says nothing is missing."""
    packed = _BLOCK.findall(path.read_text(encoding="utf-8"))
    return [record for block in packed for record in restored(json.loads(unpack(block)))]


def restored(block: Record) -> list[Record]:
    """Return the records of a block."""
    return _records(block["of"], block["cases"])


def list_columns(path: Path) -> Record:
    """Return the columns of a page's list; none for a page without cases."""
    packed = _ROWS.search(path.read_text(encoding="utf-8"))
    return json.loads(unpack(packed[1])) if packed else {}


def trials_of(path: Path) -> list[Record]:
    """Return the trials of all cases of a page."""
    return [trial for case in case_records(path) for trial in case.get("trials", [])]


def turns_of(path: Path) -> list[Record]:
    """Return the turns of all trials of a page."""
    return [line["turn"] for trial in trials_of(path) for line in trial.get("lines", []) if "turn" in line]


def places(path: Path) -> set[str]:
    """Return where a link may lead to on a page: what it has itself, and the calls its script draws."""
    found = set(re.findall(r' id="([^"]+)"', path.read_text(encoding="utf-8")))
    for case in case_records(path):
        found.add(case["anchor"])
        for trial in (*case.get("trials", []), *case.get("discarded", [])):
            found.add(trial["id"])
            found.update(
                f"{trial['id']}-turn-{line['turn']['number']}" for line in trial.get("lines", []) if "turn" in line
            )
    return found


def texts(value: object) -> list[str]:
    """Return every text within JSON values."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for each in value.values() for text in texts(each)]
        case list():
            return [text for each in value for text in texts(each)]
        case _:
            return []


def _records(table: Record, count: int) -> list[Record]:
    made: list[Record] = [{} for _ in range(count)]
    for field, column in table.items():
        for record, value in zip(made, _values(column, count), strict=True):
            if value not in ("", None, [], False) or (value == 0 and value is not False):
                record[field] = value
    return made


def _values(column: Any, count: int) -> list[Any]:
    if isinstance(column, list):
        assert len(column) == count
        return column
    if "=" in column:
        return [column["="]] * count
    if "sizes" in column:
        sizes = _values(column["sizes"], count)
        values = iter(_values(column["of"], sum(sizes)))
        return [[next(values) for _ in range(size)] for size in sizes]
    has = column.get("has", [1] * count)
    there = iter(_records(column["of"], sum(has)))
    return [next(there) if each else None for each in has]
