"""What a table is: named, typed, explained columns, each with the one way to read its cell.

Notebooks, CSV, Parquet, JSON and its schema are all made from these, so that a column cannot mean two things.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

from harness.model.run import Run
from harness.regression.decision import Decision

T = TypeVar("T")

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Cell, ...]

SEPARATOR = "; "
"""Between several texts in one cell."""


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """A column of a table whose rows are made of `T`s."""

    name: str
    kind: Kind
    about: str
    """What it says, in one sentence without its full stop."""
    cell: Callable[[T], Cell]
    optional: bool = False
    """Whether a cell may be empty: not measured, not there or not applicable."""
    choices: tuple[str, ...] = ()
    """The only words that may stand in it; empty: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[T]):
    """A table of a run, before its rows are made."""

    name: str
    row: str
    """What a row is."""
    columns: tuple[Column[T], ...]
    items: Callable[[Run, Decision], Iterable[T]]
    """What its rows are made of, in order."""
    single: bool = False
    """Whether there is always exactly one row."""

    def rows(self, run: Run, decision: Decision) -> Iterator[Row]:
        """Yield its rows, a cell for every column."""
        cells = [column.cell for column in self.columns]
        for item in self.items(run, decision):
            yield tuple([cell(item) for cell in cells])


AnyTable: TypeAlias = Table[Any]
"""A table whose rows may be made of anything; whoever has its cells need not know of what."""


def text(
    name: str,
    about: str,
    cell: Callable[[T], str | None],
    *,
    optional: bool = False,
    choices: Iterable[str] = (),
) -> Column[T]:
    """Return a column of texts; `choices` is the enumeration of its words, if they are a closed set."""
    words = tuple(str(word) for word in choices)
    return Column(name=name, kind=Kind.TEXT, about=about, cell=cell, optional=optional, choices=words)


def integer(name: str, about: str, cell: Callable[[T], int | None], *, optional: bool = False) -> Column[T]:
    """Return a column of whole numbers."""
    return Column(name=name, kind=Kind.INTEGER, about=about, cell=cell, optional=optional)


def number(name: str, about: str, cell: Callable[[T], float | None], *, optional: bool = False) -> Column[T]:
    """Return a column of numbers, all of them finite."""
    return Column(name=name, kind=Kind.NUMBER, about=about, cell=cell, optional=optional)


def flag(name: str, about: str, cell: Callable[[T], bool | None], *, optional: bool = False) -> Column[T]:
    """Return a column of true and false."""
    return Column(name=name, kind=Kind.FLAG, about=about, cell=cell, optional=optional)


def finite(value: float | None) -> float | None:
    """Return a number that every format can hold; one that is none was not measured."""
    return value if value is not None and math.isfinite(value) else None


def listed(texts: Iterable[str]) -> str:
    """Return several texts as one cell."""
    return SEPARATOR.join(texts)
