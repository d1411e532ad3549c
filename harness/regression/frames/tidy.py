"""A run as pandas frames, for people who explore it in a notebook: the one door to pandas.

The harness itself gets frozen values. pandas is imported when a frame is made, never before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.tables import (
    CASES,
    COMPARISON,
    EVENTS,
    PROMPTS,
    SCORES,
    TRIALS,
    TURNS,
    AnyTable,
    Cell,
    Column,
    Kind,
)

if TYPE_CHECKING:
    import pandas as pd

_DTYPES: Final[Mapping[tuple[Kind, bool], str]] = {
    (Kind.TEXT, False): "string",
    (Kind.TEXT, True): "string",
    (Kind.INTEGER, False): "int64",
    (Kind.INTEGER, True): "Int64",
    (Kind.NUMBER, False): "float64",
    (Kind.NUMBER, True): "float64",
    (Kind.FLAG, False): "bool",
    (Kind.FLAG, True): "boolean",
}
"""What a column is to pandas, by its kind and whether cells may be empty: the same for an empty table."""


class LoadedRun:
    """A stored run, what it came to, and its tables as pandas frames.

    A frame is made when it is first asked for, and is the same one afterwards. The docs (exports.md) say what stands
    in which column.
    """

    def __init__(self, *, run: Run, decision: Decision) -> None:
        """Take a run and what it came to."""
        self.run = run
        self.decision = decision

    def __repr__(self) -> str:
        """Return which run it is and what it came to."""
        return f"<LoadedRun {self.run.id}: {self.decision.outcome.value}, {len(self.run.results)} cases>"

    @cached_property
    def cases(self) -> pd.DataFrame:
        """Return one row per case and arm."""
        return self._frame(CASES)

    @cached_property
    def trials(self) -> pd.DataFrame:
        """Return one row per call; those that are `discarded` count for nothing."""
        return self._frame(TRIALS)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Return one row per score of every call; `unscored` holds the reason where there is no value."""
        return self._frame(SCORES)

    @cached_property
    def turns(self) -> pd.DataFrame:
        """Return one row per turn of every call."""
        return self._frame(TURNS)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Return one row per event of every call."""
        return self._frame(EVENTS)

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Return one row per candidate arm and gated metric; no row where nothing was compared."""
        return self._frame(COMPARISON)

    @cached_property
    def prompts(self) -> pd.DataFrame:
        """Return one row per prompt version and role, with its text."""
        return self._frame(PROMPTS)

    def _frame(self, table: AnyTable) -> pd.DataFrame:
        import pandas as pd

        rows = list(table.rows(self.run, self.decision))
        cells = zip(*rows, strict=True) if rows else [()] * len(table.columns)
        return pd.DataFrame(
            {column.name: _series(column, values) for column, values in zip(table.columns, cells, strict=True)}
        )


def _series(column: Column[object], values: tuple[Cell, ...]) -> pd.Series:
    import pandas as pd

    return pd.Series(list(values), dtype=_DTYPES[column.kind, column.optional], name=column.name)
