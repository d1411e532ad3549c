"""How often something happened in a simulation, and how sure the simulation is of it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

_ERRORS = 3.0
"""Standard errors beyond a bound that count as beyond it: of many cells, some are 2 off by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Hits among replications."""

    hits: int
    of: int

    def __str__(self) -> str:
        """Return it in per cent."""
        return f"{100 * self.value:.1f}"

    @property
    def value(self) -> float:
        """Return the share."""
        return self.hits / self.of

    def is_below(self, floor: float) -> bool:
        """Return whether it lies below by more than the simulation's own error."""
        return self.value < floor - _ERRORS * self._error(floor)

    def is_above(self, ceiling: float) -> bool:
        """Return whether it lies above by more than the simulation's own error."""
        return self.value > ceiling + _ERRORS * self._error(ceiling)

    def _error(self, true: float) -> float:
        return math.sqrt(true * (1 - true) / self.of)


def share(flags: Iterable[bool]) -> Share:
    """Return how many of them hold."""
    counted = list(flags)
    return Share(hits=sum(counted), of=len(counted))


def row(*cells: object) -> str:
    """Return a line of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"


def header(*names: str, text: int = 1) -> tuple[str, str]:
    """Return the first lines of a Markdown table, of which the first columns hold text and the others numbers."""
    return row(*names), row(*["---"] * text, *["---:"] * (len(names) - text))
