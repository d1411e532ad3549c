"""The data of a page: what is written is what its script reads back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.many_cases import large_run
from harness.model.outcome import Outcome
from harness.report.blocks import pack, unpack
from harness.report.encode import json_text, table
from harness.report.pages import write_report
from tests.report.reading import Record, case_records, list_columns, restored, turns_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A view within another."""

    word: str
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A view with one of each."""

    title: str = ""
    outcome: Outcome = Outcome.PASSED
    is_odd: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    leaves: tuple[Leaf, ...] = ()
    best: Leaf | None = None


class Twig(NamedTuple):
    """A view of which pages have many."""

    word: str
    leaves: tuple[Leaf, ...] = ()
    best: Leaf | None = None


LEAF = Leaf(word="a")


@pytest.mark.parametrize(
    ("views", "records"),
    [
        pytest.param([Branch(), Branch()], [{"outcome": "passed"}] * 2, id="nothing said"),
        pytest.param(
            [Twig("a"), Twig("b", leaves=(LEAF,), best=LEAF)],
            [{"word": "a"}, {"word": "b", "leaves": [{"word": "a", "size": 0}], "best": {"word": "a", "size": 0}}],
            id="named tuples",
        ),
        pytest.param(
            [Branch(title="x"), Branch()],
            [{"title": "x", "outcome": "passed"}, {"outcome": "passed"}],
            id="one says it",
        ),
        pytest.param(
            [Branch(leaves=(LEAF, LEAF)), Branch(), Branch(leaves=(Leaf(word="b", size=2),))],
            [
                {"outcome": "passed", "leaves": [{"word": "a", "size": 0}, {"word": "a", "size": 0}]},
                {"outcome": "passed"},
                {"outcome": "passed", "leaves": [{"word": "b", "size": 2}]},
            ],
            id="lists of views",
        ),
        pytest.param(
            [Branch(), Branch(best=LEAF, is_odd=True)],
            [{"outcome": "passed"}, {"outcome": "passed", "is_odd": True, "best": {"word": "a", "size": 0}}],
            id="a view that is missing once",
        ),
        pytest.param(
            [Branch(pairs=(("a", "b"), ("", "c"))), Branch(outcome=Outcome.ERROR)],
            [{"outcome": "passed", "pairs": [["a", "b"], ["", "c"]]}, {"outcome": "error"}],
            id="pairs",
        ),
        pytest.param([], [], id="no view"),
    ],
)
def test_a_table_is_read_back_without_what_says_nothing(views: Sequence[object], records: list[Record]) -> None:
    written = json.loads(json_text({"cases": len(views), "of": table(views)}))
    assert restored(written) == records


def test_only_what_a_page_can_read_is_written() -> None:
    assert json_text(MappingProxyType({"a": 1})) == '{"a":1}'
    with pytest.raises(TypeError, match="views only, not object"):
        json_text({"a": object()})


@given(st.text())
def test_packed_text_comes_back_and_holds_nothing_html_reads(text: str) -> None:
    packed = pack(text)
    assert unpack(packed) == text.encode("utf-8", "replace").decode()
    assert not set(packed) & set("\"'<>&`\\\n ")


def test_many_cases_stand_in_several_blocks_in_the_order_of_the_list(tmp_path: Path) -> None:
    run = large_run(300)
    index = write_report(run, run_folder=tmp_path, pages=tmp_path / "html")
    page = index.parent / "receptionist" / "v2.html"
    listed, cases = list_columns(page), case_records(page)
    assert listed["columns"]["anchor"] == [case["anchor"] for case in cases]
    assert listed["block"] == sorted(listed["block"])
    assert len(set(listed["block"])) > 1
    assert len(turns_of(page)) == 300 * 5
    assert page.stat().st_size < sum(len(turn["text"]["head"]) for turn in turns_of(page))
