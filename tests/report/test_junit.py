from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from harness.errors import StoreError
from harness.model.outcome import Outcome, Tally
from harness.model.quarantine import Quarantine
from harness.model.run import CaseStanding
from harness.model.verdict import Verdict
from harness.regression.decision import decide
from harness.regression.judgement import Judgement, Standing
from harness.regression.policy import Profile, policy_of
from harness.report.junit import write_junit
from harness.testing.builders import make_change, make_judgement

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


def comparison_of(sample: "Sample", judgement: Judgement) -> ElementTree.Element:
    decision = decide(Verdict(outcome=Outcome.PASSED, gated=Tally(passed=4)), judgement)
    path = sample.folder / "junit.xml"
    write_junit(sample.run, path, decision=decision)
    suite = ElementTree.parse(path).getroot().find("testsuite[@name='comparison']")
    assert suite is not None
    return suite


def test_a_regression_is_a_failed_test_case_with_its_numbers(green: "Sample") -> None:
    suite = comparison_of(green, make_judgement())
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    failure = suite.find(
        "testcase[@name='comparison receptionist@v2 against receptionist@v1 [embedded.extractive]']/failure"
    )
    assert failure is not None
    assert failure.get("message") == "regressed (this run, profile pull_request)"
    assert "pass_rate: 100% → 55.6%, −44 points [−71, −17] (90% interval), 7 cases × 3" in (failure.text or "")


@pytest.mark.parametrize(
    ("standing", "profile", "doubts", "tag"),
    [
        (Standing.IMPROVED, Profile.PULL_REQUEST, (), None),
        (Standing.DEGRADED_WITHIN_MARGIN, Profile.PULL_REQUEST, (), None),
        (Standing.REGRESSED, Profile.SMOKE, (), "skipped"),
        (Standing.INCONCLUSIVE, Profile.PULL_REQUEST, (), "skipped"),
        (Standing.INCONCLUSIVE, Profile.PULL_REQUEST, ("coverage 0.5",), "error"),
        (Standing.INCONCLUSIVE, Profile.RELEASE, (), "error"),
        (Standing.NOT_COMPARABLE, Profile.PULL_REQUEST, (), "error"),
    ],
    ids=lambda value: value.value if isinstance(value, Standing | Profile) else None,
)
def test_a_comparison_is_as_red_as_the_run(
    green: "Sample", standing: Standing, profile: Profile, doubts: tuple[str, ...], tag: str | None
) -> None:
    judgement = make_judgement(make_change(standing=standing, doubts=doubts), policy=policy_of(profile))
    case = comparison_of(green, judgement).find("testcase")
    assert case is not None
    assert [child.tag for child in case if child.tag != "system-out"] == ([tag] if tag else [])


def test_a_run_with_nothing_to_compare_is_an_error(green: "Sample") -> None:
    judgement = replace(make_judgement(), changes=(), standing=Standing.INCONCLUSIVE, sentence="nothing to compare")
    error = comparison_of(green, judgement).find("testcase/error")
    assert error is not None
    assert error.get("message") == "nothing to compare"


@pytest.mark.parametrize(
    ("standing", "message"),
    [
        (
            CaseStanding(quarantine=Quarantine(until=date(2026, 12, 31), owner="kitchen", reason="unsteady")),
            "in quarantine until 2026-12-31 (kitchen); failed: turn 3",
        ),
        (CaseStanding(compared=True, required=False), "not required: counts in the comparison only; failed: turn 3"),
    ],
    ids=["quarantine", "not required"],
)
def test_a_case_that_decides_nothing_never_fails_the_build(red: "Sample", standing: CaseStanding, message: str) -> None:
    results = tuple(
        replace(result, standing=standing) if result.case == "opening_hours" else result for result in red.run.results
    )
    suite, _ = written(replace(red, run=replace(red.run, results=results)))
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "1")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message", "").startswith(message)
