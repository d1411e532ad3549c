"""`harness run` as a gate: what it prints, what it returns, and that nothing unmeasured is green."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from tests.gated_project import STALLS, suite_text, write_fair

Fair = Callable[..., Result]


@pytest.fixture
def fair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fair:
    """Return the command `harness`, run in the fair's project."""
    write_fair(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(main, args)


def verdict() -> Any:
    runs = sorted(Path("reports/runs").iterdir())
    return json.loads((runs[-1] / "verdict.json").read_text())


def rewrite(**suite: Any) -> None:
    Path("suites/fair.suite.yaml").write_text(suite_text(**suite))


def test_a_prompt_that_lost_an_instruction_is_regressed(fair: Fair) -> None:
    done = fair("run", "--prompt", "fair@v3", "--against", "fair@v1")
    assert done.exit_code == 1, done.output
    assert "regressed" in done.stdout
    assert "fair@v3 passes" in done.stdout
    assert "less often than fair@v1" in done.stdout
    assert "Next:" in done.stdout
    assert verdict()["comparison"]["standing"] == "regressed"
    # A few pairs of which the baseline alone passed are enough, whatever was planned.
    assert verdict()["verdict"]["stopped"]["kind"] == "regressed"
    assert "calls saved" in done.stdout
    assert sum(len(case["trials"]) for case in verdict()["cases"]) < 2 * 3 * len(STALLS)


def test_a_prompt_that_changed_nothing_is_not(fair: Fair) -> None:
    done = fair("run", "--prompt", "fair@v2", "--against", "fair@v1")
    assert done.exit_code == 0, done.output
    assert verdict()["comparison"]["standing"] == "non_inferior"


def test_a_suite_that_is_too_small_says_so_before_the_first_call(fair: Fair) -> None:
    rewrite(cases=4)
    done = fair("run", "--prompt", "fair@v2", "--against", "fair@v1")
    warned, placing = (done.stderr.index(words) for words in ("too few for the margin 0.10", "placing 24 calls"))
    assert warned < placing
    assert done.exit_code == 0, "pull_request lets an undecided comparison pass, with a warning"
    assert verdict()["comparison"]["standing"] == "inconclusive"
    assert "inconclusive" in done.stdout
    assert "more cases" in done.stdout


def test_a_release_that_cannot_be_decided_proves_nothing(fair: Fair) -> None:
    rewrite(cases=4)
    done = fair("run", "--prompt", "fair@v2", "--against", "fair@v1", "--profile", "release")
    assert done.exit_code == 3, done.output
    assert verdict()["comparison"]["standing"] == "inconclusive"


def test_smoke_shows_a_difference_and_gates_nothing_by_it(fair: Fair) -> None:
    rewrite(baseline="fair@v1")
    done = fair("run")
    assert done.exit_code == 0, done.output
    assert verdict()["comparison"]["policy"]["profile"] == "smoke"
    assert len(verdict()["cases"]) == 2 * len(STALLS)


def test_cases_that_are_not_required_leave_the_word_to_the_comparison(fair: Fair) -> None:
    rewrite(required=False)
    lost = fair("run", "--prompt", "fair@v3", "--against", "fair@v1")
    assert lost.exit_code == 1
    assert "regressed" in lost.stdout
    margin = fair("run", "--prompt", "fair@v3", "--against", "fair@v1", "--margin", "0.9")
    assert verdict()["verdict"]["gated"] == {"passed": 0, "failed": 0, "inconclusive": 0, "error": 0}
    assert margin.exit_code in (0, 1)


def test_cases_that_are_not_required_decide_where_nothing_is_compared(fair: Fair) -> None:
    rewrite(required=False)
    assert fair("run", "--prompt", "fair@v3").exit_code == 1


def test_an_undecided_comparison_is_extended(fair: Fair) -> None:
    rewrite(cases=4)
    done = fair(*("run", "--prompt", "fair@v2", "--against", "fair@v1"), *("--trials", "1", "--max-trials", "2"))
    assert "the comparison is undecided: placing 8 further calls" in done.stderr
    assert {len(case["trials"]) for case in verdict()["cases"]} == {2}


def test_a_quarantined_failure_decides_nothing_until_its_day(fair: Fair) -> None:
    kept = ', quarantine: {until: 2999-12-31, owner: "fair team", reason: "row numbers move"}'
    rewrite(more=kept)
    done = fair("run", "--prompt", "fair@v3")
    assert done.exit_code == 3, "nothing is left that decides"
    assert "fair team" in done.stdout
    rewrite(more=kept.replace("2999", "2001"))
    expired = fair("run", "--prompt", "fair@v2")
    assert expired.exit_code == 1
    assert "quarantine ended on 2001-12-31" in expired.stdout


def test_a_stored_run_is_a_baseline(fair: Fair) -> None:
    assert fair("run", "--prompt", "fair@v1", "--trials", "3").exit_code == 0
    done = fair("run", "--prompt", "fair@v3", "--against", "run:latest")
    assert done.exit_code == 1, done.output
    assert verdict()["comparison"]["standing"] == "regressed"
    assert {case["role"] for case in verdict()["cases"]} == {"candidate"}


def test_a_blessed_baseline_says_what_differs_before_the_first_call(fair: Fair) -> None:
    assert fair("run", "--prompt", "fair@v1", "--trials", "3").exit_code == 0
    blessed = fair("baseline", "bless", "latest", "--reason", "the fair as it opens")
    assert blessed.exit_code == 0, blessed.output
    assert fair("run", "--prompt", "fair@v2", "--against", "baseline:fair").exit_code == 0
    runs = len(list(Path("reports/runs").iterdir()))
    rewrite(cases=9)
    other = fair("run", "--prompt", "fair@v2", "--against", "baseline:fair")
    assert other.exit_code == 2, other.output
    assert "not_comparable" in other.output
    assert "suite fair" in other.output
    assert len(list(Path("reports/runs").iterdir())) == runs, "no call was placed"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param(("--against", "baseline:nobody"), "nobody", id="an unknown baseline"),
        pytest.param(("--against", "fair@v1", "--margin", "0"), "margin 0 cannot be gated on", id="a margin of 0"),
        pytest.param(("--against", "fair@v1", "--gate", "charm"), "charm", id="an unknown metric"),
        pytest.param(("--against", "fair@v9"), "v9", id="a version that is not there"),
        pytest.param(("--against", "sales@v1"), "sales", id="a prompt no suite uses"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_the_first_call(
    fair: Fair, options: tuple[str, ...], told: str
) -> None:
    done = fair("run", "--prompt", "fair@v2", *options)
    assert done.exit_code == 2, done.output
    assert told in done.output
    assert not list(Path("reports/runs").glob("*"))


def test_a_broken_baseline_file_is_named(fair: Fair) -> None:
    home = Path("reports/baselines")
    home.mkdir(parents=True)
    (home / "fair.toml").write_text("schema = ")
    done = fair("run", "--prompt", "fair@v2", "--against", "baseline:fair")
    assert done.exit_code == 2, done.output
    assert "fair.toml" in done.output


@pytest.mark.parametrize("cases", [1, 2])
def test_one_or_two_cases_decide_nothing_and_break_nothing(fair: Fair, cases: int) -> None:
    rewrite(cases=cases)
    done = fair("run", "--prompt", "fair@v2", "--against", "fair@v1", "--trials", "1")
    assert verdict()["comparison"]["standing"] == "inconclusive"
    assert done.exit_code in (0, 3)


def test_a_budget_nobody_could_keep_is_refused_and_a_free_run_keeps_it(fair: Fair) -> None:
    assert fair("run", "--budget", "0").exit_code == 0
    done = fair("run", "--budget", "1", "--engine-model", "openai.gpt-unheard-of")
    assert done.exit_code == 2


def test_the_same_calls_give_the_same_verdict_file(fair: Fair) -> None:
    rewrite(cases=6)
    seen = []
    for concurrency in ("1", "4"):
        fair("run", "--prompt", "fair@v2", "--against", "fair@v1", "--concurrency", concurrency)
        seen.append(json.dumps(verdict(), sort_keys=True))
    assert seen[0] == seen[1]
