"""Which cases decide: `required` and `quarantine`, as they are written, and what `harness check` says of their end."""

from datetime import date
from pathlib import Path

import pytest

from harness.model.case import Case
from harness.model.quarantine import Quarantine
from harness.model.suite import Suite
from harness.suitefile import lint_quarantines, load_suite
from tests.suitefile.suite_texts import MINIMAL, Write

HELD = "    quarantine: {until: 2026-03-10, owner: Kim, reason: the number changes}\n"
KNOWN = "its quarantine (Kim: the number changes)"


def loaded(write: Write, text: str) -> Suite:
    write({"x.suite.yaml": text})
    return load_suite(Path("x.suite.yaml"))


def case_of(write: Write, text: str) -> Case:
    (case,) = loaded(write, text).cases
    return case


@pytest.mark.parametrize(
    ("defaults", "own", "required"),
    [
        pytest.param("", "", True, id="a case is required"),
        pytest.param("", "    required: false\n", False, id="unless it says it is not"),
        pytest.param("defaults: {required: false}\n", "", False, id="or its file does"),
        pytest.param("defaults: {required: false}\n", "    required: true\n", True, id="and it does not"),
    ],
)
def test_a_case_is_required_unless_it_or_its_file_says_otherwise(
    write: Write, defaults: str, own: str, required: bool
) -> None:
    assert case_of(write, defaults + MINIMAL + own).required is required


def test_a_quarantine_has_an_end_an_owner_and_a_reason(write: Write) -> None:
    assert case_of(write, MINIMAL).quarantine is None
    expected = Quarantine(until=date(2026, 3, 10), owner="Kim", reason="the number changes")
    assert case_of(write, MINIMAL + HELD).quarantine == expected


def test_every_wording_of_a_case_in_quarantine_is_in_quarantine(write: Write) -> None:
    suite = loaded(write, MINIMAL.replace("hi", '"{wording}"') + "    wordings: [hi, ho]\n" + HELD)
    assert [case.quarantine is not None for case in suite.cases] == [True, True]


@pytest.mark.parametrize(
    ("today", "warning"),
    [
        ("2026-03-02", None),
        ("2026-03-03", "ends in 7 days, on 2026-03-10; from the day after the case fails"),
        ("2026-03-09", "ends tomorrow, on 2026-03-10; from the day after the case fails"),
        ("2026-03-10", "ends today, on 2026-03-10; from the day after the case fails"),
        ("2026-03-11", "ended on 2026-03-10, so that the case fails; mend it, or move `until`"),
    ],
)
def test_a_quarantine_that_ends_soon_or_has_ended_is_told(write: Write, today: str, warning: str | None) -> None:
    suite = loaded(write, MINIMAL + HELD)
    expected = [] if warning is None else [f"a: {KNOWN} {warning}"]
    assert lint_quarantines(suite, today=date.fromisoformat(today)) == expected
