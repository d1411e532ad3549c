"""A run as tables: which there are, what stands in their columns, and how their cells are read; pure."""

from harness.regression.tables.calls import EVENTS, TRIALS, TURNS
from harness.regression.tables.cases import CASES
from harness.regression.tables.comparison import COMPARISON
from harness.regression.tables.scores import SCORES
from harness.regression.tables.session import PROMPTS, RUN, VERDICT
from harness.regression.tables.shape import AnyTable, Cell, Column, Kind, Row, Table

TABLES: tuple[AnyTable, ...] = (RUN, VERDICT, PROMPTS, COMPARISON, CASES, TRIALS, SCORES, TURNS, EVENTS)
"""Every table, the most telling first."""

__all__ = [
    "CASES",
    "COMPARISON",
    "EVENTS",
    "PROMPTS",
    "RUN",
    "SCORES",
    "TABLES",
    "TRIALS",
    "TURNS",
    "VERDICT",
    "AnyTable",
    "Cell",
    "Column",
    "Kind",
    "Row",
    "Table",
]
