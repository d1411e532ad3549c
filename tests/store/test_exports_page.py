"""docs/exports.md says what stands in every column of every table."""

import re
from pathlib import Path

from harness.regression.tables import TABLES, AnyTable
from tests.loaded_runs import loaded
from tests.planted_runs import planted_case, planted_run

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


def documented() -> dict[str, list[tuple[str, ...]]]:
    """Return the rows of the page's tables by the heading above them."""
    tables = {}
    for section in PAGE.partition("## The tables")[2].split("\n### ")[1:]:
        heading, _, text = section.partition("\n")
        tables[heading] = re.findall(r"^\| `(\w+)` \| ([\w ,]+) \| (.+) \|$", text, flags=re.M)
    return tables


def columns(table: AnyTable) -> list[tuple[str, ...]]:
    return [
        (each.name, f"{each.kind}{', may be empty' if each.optional else ''}", each.about) for each in table.columns
    ]


def test_the_page_has_every_column_with_its_kind_and_meaning() -> None:
    assert documented() == {table.name: columns(table) for table in TABLES}


def test_the_frames_have_the_columns_of_the_page() -> None:
    run = loaded(planted_run(planted_case("a", "pf", latency_ms=700)))
    for name in ("cases", "trials", "scores", "turns", "events", "comparison", "prompts"):
        assert list(getattr(run, name).columns) == [column for column, *_ in documented()[name]], name
