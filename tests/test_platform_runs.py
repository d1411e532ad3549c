"""What suites say of the platform, done: the tutorial's suites and a menu of keys, run whole in the text tier."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.model.call import Call
from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.runner.outcome import fold_outcomes
from harness.store.reading import find_run, load_run
from tests.corner_books import write_project

TUTORIAL = Path(__file__).parent.parent / "suites" / "tutorial"

MENU = """
prompts: [desk@v1]
platform:
  flow:
    - {type: answer}
    - {type: talk, option: {text: "Press one for opening hours.", language: en-US}}
    - {type: digits_receive, option: {duration: 9000, length: 1}}
    - {type: condition_call_digits, option: {key: "1", false_target_id: 6f9619ff-8b86-4d01-b42d-00cf4fc964ff}}
    - {type: talk, option: {text: "We open at nine.", language: en-US}}
    - {type: talk, id: 6f9619ff-8b86-4d01-b42d-00cf4fc964ff, option: {text: "Goodbye.", language: en-US}}
cases:
  - id: one
    turns:
      - {press: 1, expect: {says: [nine, goodbye], within_ms: 2000}}
      - wait: 3000
  - id: two
    turns:
      - {press: 2, expect: {says: [goodbye], never_says: [nine]}}
      - wait: 3000
"""


def run_suites(path: Path, *, reports: Path) -> Run:
    result = CliRunner().invoke(main, ["run", str(path), "--tier", "text", "--reports", str(reports)])
    assert result.exit_code in (0, 1, 3), result.output
    return load_run(find_run(reports / "runs", "latest"), fold=fold_outcomes)


def outcomes(run: Run) -> dict[str, Outcome]:
    return {case.case: case.outcome for case in run.results}


def call_of(run: Run, case: str) -> Call:
    (result,) = [each for each in run.results if each.case == case]
    call = result.trials[0].call
    assert call is not None
    return call


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_suites(TUTORIAL, reports=tmp_path_factory.mktemp("tutorial"))


def test_every_suite_of_the_tutorial_passes(tutorial: Run) -> None:
    found = outcomes(tutorial)

    assert len(found) == 11
    assert {case: outcome for case, outcome in found.items() if outcome is not Outcome.PASSED} == {}


def test_ai_talk_yields_to_the_caller_and_the_action_ai_does_not(tutorial: Run) -> None:
    yields, ignores = call_of(tutorial, "interrupts"), call_of(tutorial, "talks_over_the_assistant")

    assert [turn.interrupted for turn in yields.turns] == [False, False, True, False, False]
    assert not any(turn.interrupted for turn in ignores.turns)
    assert [turn.heard for turn in ignores.turns if turn.spoken == "Sorry."] == [""]


def test_what_a_transcription_of_the_flow_understood_is_what_was_heard(tutorial: Run) -> None:
    (said,) = [turn for turn in call_of(tutorial, "gives_feedback").turns if turn.heard is not None]

    assert said.heard == said.spoken


def test_a_flow_reads_the_keys_the_caller_pressed(tmp_path: Path) -> None:
    write_project(tmp_path)
    suite = tmp_path / "menu.suite.yaml"
    suite.write_text(MENU, encoding="utf-8")

    run = run_suites(suite, reports=tmp_path / "reports")

    assert outcomes(run) == {"one": Outcome.PASSED, "two": Outcome.PASSED}
    assert [turn.spoken for turn in call_of(run, "one").turns] == [
        "Press one for opening hours.",
        "[keys 1]",
        "We open at nine.",
        "Goodbye.",
    ]
