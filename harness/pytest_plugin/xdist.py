"""The controller's part under xdist, which never collects: it finds the cases by the ids its workers collected."""

from collections.abc import Iterator, Sequence

import pytest

from harness.pytest_plugin.collect import read_suite
from harness.pytest_plugin.items import Cell


def chosen_cells(config: pytest.Config, ids: Sequence[str]) -> list[Cell]:
    """Return the suite cells among collected node ids, in their order. Raises ConfigurationError."""
    suites = dict.fromkeys(node.partition("::")[0] for node in ids if ".suite.yaml::" in node)
    cells = {node: cell for file in suites for node, cell in _cells(config, file)}
    return [cells[node] for node in map(_without_group, ids) if node in cells]


def _cells(config: pytest.Config, file: str) -> Iterator[tuple[str, Cell]]:
    suite = read_suite(config, config.rootpath / file)
    for planned in suite.matrix():
        cell = Cell(planned=planned, suite=suite)
        yield f"{file}::{cell.name}", cell


def _without_group(node: str) -> str:
    # --dist loadgroup appends `@group`; a case's own id ends in a bracket.
    return node[: node.rindex("]") + 1] if "]" in node else node
