from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from harness.errors import StoreError
from harness.report.junit import write_junit

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder, Sample


def written(sample: "Sample") -> ElementTree.Element:
    path = sample.folder / "junit.xml"
    write_junit(sample.run, path)
    return ElementTree.parse(path).getroot()


def test_failures_and_errors_of_the_arms_under_test_are_told_apart(red: "Sample") -> None:
    suite, _ = written(red)
    assert suite.attrib | {"time": ""} == {
        "name": "desk",
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "0",
        "time": "",
        "timestamp": "2025-06-01T12:00:00",
    }
    failure = suite.find("testcase[@name='opening_hours[receptionist@v2-embedded.extractive]']/failure")
    assert failure is not None
    assert failure.get("message", "").startswith("turn 3: the agent did not say")


def test_a_baseline_never_fails_the_build(red: "Sample") -> None:
    _, baseline = written(red)
    assert "never gates" in baseline.get("name", "")
    assert (baseline.get("failures"), baseline.get("errors"), baseline.get("skipped")) == ("0", "0", "2")
    skipped = baseline.find("testcase/skipped")
    assert skipped is not None
    assert "failed: turn 3" in skipped.get("message", "")


def test_totals_add_up(red: "Sample") -> None:
    root = written(red)
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "10",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
    }


def test_characters_xml_cannot_hold_are_replaced(red: "Sample") -> None:
    result = red.run.results[0]
    bad = replace(result.trials[0], reasons=("bell \x07, null \x00, half \ud800 and <b>&</b>",))
    run = replace(red.run, results=(replace(result, outcome=red.run.results[2].outcome, trials=(bad,)),))
    root = written(replace(red, run=run))
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text == "bell \ufffd, null \ufffd, half \ufffd and <b>&</b>"


def test_an_empty_run_is_a_valid_file(builder: "RunBuilder", tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    write_junit(builder.run(), path)
    assert ElementTree.parse(path).getroot().get("tests") == "0"


def test_a_folder_that_is_not_there_is_a_store_error(red: "Sample", tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="JUnit"):
        write_junit(red.run, tmp_path / "nowhere" / "junit.xml")
