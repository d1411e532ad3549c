"""The offline judge against the labelled calls: what docs/offline-judge.md promises is held here."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from benchmarks.offline_judge import SETS, Judged, judge_all, table
from harness.scorers.verdicts import Word

DOCS = Path(__file__).parents[3] / "docs" / "offline-judge.md"


@cache
def judged(name: str) -> Sequence[Judged]:
    return tuple(judge_all(name))


def test_labels_are_many_and_a_third_is_held_out() -> None:
    development, held_out = (judged(name) for name in SETS)
    assert len(development) + len(held_out) >= 240
    assert len(held_out) >= (len(development) + len(held_out)) / 3
    assert not {one.call for one in development} & {one.call for one in held_out}
    assert len({one.criterion for one in held_out}) >= 12


@pytest.mark.parametrize("name", SETS)
def test_decided_verdicts_are_right(name: str) -> None:
    asked = [one for one in judged(name) if one.label is not Word.ABSTAIN]
    decided = [one for one in asked if one.decided]
    wrong = [one for one in decided if not one.right]
    assert len(decided) >= 0.8 * len(asked)
    assert len(wrong) <= 0.04 * len(decided), [(one.call, one.question) for one in wrong]


@pytest.mark.parametrize("name", SETS)
def test_what_is_beyond_it_is_never_decided(name: str) -> None:
    assert not [one for one in judged(name) if one.label is Word.ABSTAIN and one.decided]


def test_every_fail_has_a_quote() -> None:
    assert all(one.answer.quotes for name in SETS for one in judged(name) if one.answer.word is Word.FAIL)


@pytest.mark.parametrize("name", SETS)
def test_the_docs_print_what_is_measured(name: str) -> None:
    printed = DOCS.read_text(encoding="utf-8")
    assert [line for line in table(judged(name)) if line not in printed] == []
