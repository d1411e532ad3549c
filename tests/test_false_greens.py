"""Every known way to a green that proves nothing ends with another exit code."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from tests.pytest_plugin.conftest import QUICK

SUITE = """\
prompts: [desk@v1]
engine_models: [embedded.extractive]
personas: {anna: {}}
rubrics: {manners: {criteria: [{id: polite, question: "Is the agent polite?", required: true}]}}
cases:
  - id: used_books
    persona: anna
    turns: [{say: "Do you sell used books?"}]
    expect: {says: [used books]}
"""
PROMPT = "You are the front desk of Corner Books.\nThe shop sells used books.\n"
JUDGED = SUITE + "    rubric: manners\n"
PARTS = "tests.false_green_parts"

Desk = Callable[..., Result]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return the command, run with a suite of one case that passes."""
    home = tmp_path / "suites" / "prompts" / "desk"
    home.mkdir(parents=True)
    (home / "v1.md").write_text(PROMPT)
    (home / "v0.md").write_text(PROMPT + "The shop is old.\n")
    (tmp_path / "pyproject.toml").write_text("[tool.harness]\n")
    monkeypatch.chdir(tmp_path)

    def run(suite: str, *options: str, tier: str = "text") -> Result:
        (tmp_path / "suites" / "desk.suite.yaml").write_text(suite)
        return CliRunner().invoke(main, ["run", "--tier", tier, *options])

    return run


def outcome() -> str:
    (run,) = Path("reports/runs").iterdir()
    verdict = json.loads((run / "verdict.json").read_text())
    return str(verdict["verdict"]["outcome"])


def test_the_suite_is_green_where_everything_is_measured(desk: Desk) -> None:
    assert desk(SUITE).exit_code == 0


@pytest.mark.parametrize(
    "judge",
    [
        pytest.param("none", id="no judge answers a required criterion"),
        pytest.param(f"{PARTS}:unreadable", id="no answer of the judge can be read"),
        pytest.param(f"{PARTS}:broken", id="a scorer raises"),
        pytest.param(f"{PARTS}:not_a_number", id="a value is NaN"),
    ],
)
def test_a_judge_that_measures_nothing_proves_nothing(desk: Desk, judge: str) -> None:
    done = desk(JUDGED, "--judge", judge)
    assert done.exit_code == 3, done.output


def test_a_recording_in_which_nothing_can_be_heard_proves_nothing(desk: Desk) -> None:
    done = desk(SUITE, "--stt", f"{PARTS}:deaf", tier="audio")
    assert done.exit_code == 3, done.output
    assert outcome() in ("inconclusive", "error")


def test_a_metric_the_baseline_does_not_have_proves_nothing(desk: Desk) -> None:
    more = SUITE + SUITE.partition("cases:\n")[2].replace("used_books", "used_books_again")
    assert desk(more, "--prompt", "desk@v0", "--trials", "3").exit_code == 0
    assert CliRunner().invoke(main, ["baseline", "bless", "latest", "--reason", "as it was"]).exit_code == 0
    (kept,) = Path("reports/baselines").glob("*.toml")
    kept.write_text(re.sub(r"hearing_wer = \[[^]]*\], ", "", kept.read_text()))
    done = desk(more, "--against", "baseline:desk", "--gate", "hearing_wer")
    assert done.exit_code == 3, done.output
    assert "hearing_wer" in done.stdout


def test_a_budget_that_is_used_up_is_no_pass(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text(
        'as_of = 2026-01-31\n\n[[price]]\nservice = "stt"\nmodel = "tests*"\nusd = {seconds = 100.0}\nper = 1\n'
    )
    done = desk(SUITE, "--stt", f"{PARTS}:deaf", "--budget", "1", "--prices", "prices.toml", tier="audio")
    assert done.exit_code in (2, 4), done.output
    assert "budget" in done.output


def sessions(pytester: pytest.Pytester, conftest: str, *options: str) -> pytest.RunResult:
    home = pytester.mkdir("prompts") / "desk"
    home.mkdir()
    (home / "v1.md").write_text(PROMPT)
    (pytester.path / "desk.suite.yaml").write_text(SUITE)
    pytester.makeconftest(conftest)
    pytester.makeini(f"[pytest]\naddopts = --harness-tier=text {QUICK}\n")
    return pytester.runpytest("-q", *options)


def test_zero_cases_selected_prove_nothing(pytester: pytest.Pytester) -> None:
    assert sessions(pytester, "", "-k", "nothing_of_that_name").ret == 3


def test_cases_that_were_all_skipped_prove_nothing(pytester: pytest.Pytester) -> None:
    skipping = """
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.skip(reason="not today"))
"""
    done = sessions(pytester, skipping)
    assert done.ret == 3
    done.stdout.fnmatch_lines(["*1 skipped*"])
