"""Which part failed, as pages, terminal, JUnit and tables show it."""

from dataclasses import replace

import pytest

from harness.model.blame import Blame, Part
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, TrialResult
from harness.model.score import Better, Score
from harness.pytest_plugin.wording import conversation_text
from harness.report.blames import blame_line, blame_lines
from harness.report.junit import junit_tree
from harness.report.pages import write_report
from harness.report.text import summarise_run
from tests.loaded_runs import loaded
from tests.report.conftest import Sample
from tests.report.reading import trials_of, turns_of

HEARD = Blame(check="says", part=Part.HEARING, evidence='heard "nine" for "five"', at_ms=12_300, turn=0, score=0)
SLOW = Blame(check="latency_ms", part=Part.TURN_TAKING, evidence="<b>3 s</b>", alternatives=(Part.SPEAKING,))
FAILED = Score(name="says", value=0, better=Better.HIGHER, turn=0, passed=False, required=True, reason="no five")


@pytest.fixture
def blamed(told: Sample) -> Sample:
    """Return a failed case whose trials blame two parts."""
    (result,) = told.run.results
    trials = tuple(replace(trial, scores=(FAILED,), blames=(HEARD, SLOW)) for trial in result.trials)
    return replace(told, run=replace(told.run, results=(replace(result, trials=trials),)))


def only(sample: Sample) -> tuple[CaseResult, TrialResult]:
    (result,) = sample.run.results
    return result, result.trials[0]


@pytest.mark.parametrize(
    ("blame", "line"),
    [
        pytest.param(HEARD, 'hearing: heard "nine" for "five", 0:12.3', id="with its moment"),
        pytest.param(SLOW, "turn-taking (or speaking): <b>3 s</b>", id="with a doubt"),
    ],
)
def test_a_blame_is_a_line(blame: Blame, line: str) -> None:
    assert blame_line(blame) == line


def test_trials_that_passed_blame_nobody(blamed: Sample) -> None:
    _, trial = only(blamed)
    assert blame_lines([replace(trial, outcome=Outcome.PASSED)]) == ()
    assert blame_lines([trial, trial]) == (blame_line(HEARD), blame_line(SLOW))


def test_the_page_names_the_part_beside_the_check(blamed: Sample) -> None:
    index = write_report(blamed.run, run_folder=blamed.folder, pages=blamed.folder / "html")
    page = index.parent / "receptionist" / "v2.html"
    (trial,) = trials_of(page)
    checks = [check for turn in turns_of(page) for check in turn.get("checks", [])]
    assert [blame["part"] for blame in trial["blames"]] == ["turn-taking"]
    assert [(check["text"], check["blame"]["part"]) for check in checks] == [("no five", "hearing")]
    assert trial["blames"][0]["evidence"] == "<b>3 s</b>"
    assert "<b>" not in page.read_text(encoding="utf-8")


def test_the_terminal_names_the_first_part(blamed: Sample) -> None:
    text = summarise_run(blamed.run, report=None, run_path=None)
    assert f"    {blame_line(HEARD)}" in text.splitlines()
    assert "turn-taking" not in text


def test_pytest_names_all_parts(blamed: Sample) -> None:
    result, _ = only(blamed)
    lines = conversation_text(result, folder=blamed.folder).splitlines()
    assert f"  {blame_line(HEARD)}" in lines
    assert f"  {blame_line(SLOW)}" in lines


def test_junit_has_the_parts_as_a_property_and_their_evidence(blamed: Sample) -> None:
    tree = junit_tree(blamed.run)
    (told,) = tree.findall(".//testcase/properties/property")
    assert (told.get("name"), told.get("value")) == ("failed_part", "hearing, turn_taking")
    assert blame_line(HEARD) in (tree.findtext(".//failure") or "")


def test_tables_have_a_column_for_it(blamed: Sample) -> None:
    assert loaded(blamed.run).trials["failed_parts"].tolist() == ["hearing; turn_taking"]
    assert loaded(blamed.run).scores["failed_part"].tolist() == ["hearing"]
