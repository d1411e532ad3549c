import re
from pathlib import Path

import pytest

from harness.model.finding import FindingName
from harness.model.platform import FaultKind
from harness.voipbin.symptoms import SYMPTOMS
from harness.voipbin.troubleshooting import ADVICE, Advice

PAGE = (Path(__file__).parents[2] / "docs" / "findings.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("## All of them")[2].partition("\n## ")[0]
ROWS = {
    name: tuple(cells.split(" | "))
    for name, cells in re.findall(r"^\| `(\w+)` \| (.*) \|$", TABLE, re.MULTILINE)
}  # fmt: skip


@pytest.mark.parametrize("name", FindingName)
def test_the_page_shows_what_the_table_says(name: FindingName) -> None:
    advice = ADVICE[name]
    assert ROWS[name.value] == (advice.title, advice.cause, advice.fix, advice.blames.value)


def test_the_page_shows_no_other_finding() -> None:
    assert list(ROWS) == [name.value for name in ADVICE]
    named = set(re.findall(r"`(\w+_\w+)`", PAGE.partition("## The tutorial's")[2]))
    assert named <= set(FindingName)


@pytest.mark.parametrize("advice", ADVICE.values(), ids=[name.value for name in ADVICE])
def test_advice_reads_as_part_of_a_sentence(advice: Advice) -> None:
    assert advice.title[0].isupper()
    for text in (advice.cause, advice.fix):
        assert not text.endswith(".")
        assert "  " not in text
        assert "|" not in text


def test_every_fault_a_case_can_ask_for_has_symptoms() -> None:
    assert set(SYMPTOMS) == set(FaultKind)
    assert all(SYMPTOMS.values())
