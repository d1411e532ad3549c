import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.report.promptdiff import LineKind, diff_prompts


def shape(older: str, newer: str) -> list[tuple[str, str]]:
    return [(line.kind.value, line.text) for line in diff_prompts(older, newer).lines]


def test_a_lost_line_is_removed_and_its_neighbours_are_shown() -> None:
    older = "Be kind.\nAlways ask for the order number.\nKeep it short."
    assert shape(older, "Be kind.\nKeep it short.") == [
        ("same", "Be kind."),
        ("removed", "Always ask for the order number."),
        ("same", "Keep it short."),
    ]
    assert diff_prompts(older, "Be kind.\nKeep it short.").removed == ("Always ask for the order number.",)


def test_a_reworded_line_marks_the_words_that_changed() -> None:
    diff = diff_prompts("We are open until ten in the evening.", "We are open until eleven in the evening.")
    changed = [(line.kind.value, [p.text for p in line.pieces if p.changed]) for line in diff.lines]
    assert changed == [("removed", ["ten"]), ("added", ["eleven"])]


def test_a_new_line_before_a_reworded_one_keeps_its_place() -> None:
    older = "A\nWe are open until ten in the evening.\nB"
    newer = "A\nRepeat every booking before you confirm it.\nWe are open until nine in the evening.\nB"
    assert [kind for kind, _ in shape(older, newer)] == ["same", "added", "removed", "added", "same"]
    assert shape(older, newer)[1][1].startswith("Repeat")


def test_far_away_lines_are_left_out() -> None:
    lines = [f"Rule {number}: {'abcdefghij'[number]} applies." for number in range(10)]
    kinds = [kind for kind, _ in shape("\n".join(lines), "\n".join([*lines[:5], "Something else!", *lines[5:]]))]
    assert kinds == ["gap", "same", "same", "added", "same", "same", "gap"]


@pytest.mark.parametrize("newer", ["Be kind.", "Be kind.  \n", "\nBe kind.\n"])
def test_equal_texts_have_no_difference(newer: str) -> None:
    assert diff_prompts("Be kind.", newer).lines == ()


lines = st.lists(st.sampled_from(["Be kind.", "Ask for a name.", "Ask for the name.", "", "Stop."]), max_size=6)


@given(lines, lines)
def test_no_changed_line_gets_lost(older: list[str], newer: list[str]) -> None:
    diff = diff_prompts("\n".join(["^", *older, "$"]), "\n".join(["^", *newer, "$"]))
    shown = [line for line in diff.lines if line.kind is not LineKind.GAP]
    added = [line.text for line in shown if line.kind is LineKind.ADDED]
    removed = [line.text for line in shown if line.kind is LineKind.REMOVED]
    assert sorted(older) == sorted([*removed, *(set_aside(newer, added))])


def set_aside(lines: list[str], taken: list[str]) -> list[str]:
    rest = list(lines)
    for line in taken:
        rest.remove(line)
    return rest
