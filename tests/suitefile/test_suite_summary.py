"""What a case expects of the platform's summary, from the file to the value."""

from pathlib import Path

import pytest

from harness.errors import SuiteError
from harness.model.entity import Entity, EntityKind
from harness.model.summary import KeyPoint, SummaryExpectation
from harness.suitefile import load_suite
from tests.suitefile.suite_texts import MINIMAL, Write


def load(write: Write, summary: str) -> SummaryExpectation | None:
    write({"x.suite.yaml": MINIMAL + summary})
    return load_suite(Path("x.suite.yaml")).cases[0].summary


def test_every_key_reaches_the_case(write: Write) -> None:
    written = """\
    summary:
      points:
        - {text: the order is late, entities: [{type: digits, value: "47192"}], required: false}
      max_words: 80
      faithful: false
"""
    entity = Entity(kind=EntityKind.DIGITS, value="47192")

    assert load(write, written) == SummaryExpectation(
        points=(KeyPoint(text="the order is late", entities=(entity,), required=False),), max_words=80, faithful=False
    )


def test_an_empty_mapping_asks_for_a_faithful_summary(write: Write) -> None:
    assert load(write, "    summary: {}\n") == SummaryExpectation()


def test_without_the_key_nobody_looks_at_the_summary(write: Write) -> None:
    assert load(write, "") is None


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("{points: [{text: ''}]}", "text"),
        ("{points: [{text: late}, {text: Late}]}", "stands here twice"),
        ("{max_words: 0}", "max_words"),
        ("{point: []}", "points"),
    ],
    ids=["no words", "twice", "no length", "misspelled"],
)
def test_faults_name_what_is_wrong(write: Write, written: str, fault: str) -> None:
    with pytest.raises(SuiteError, match=fault):
        load(write, f"    summary: {written}\n")


def test_the_audit_can_be_asked_for(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL + "    platform: {audit: true}\n"})

    assert load_suite(Path("x.suite.yaml")).cases[0].platform.audit
