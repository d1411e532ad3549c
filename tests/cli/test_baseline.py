import re
from pathlib import Path

import pytest

from harness.store.baselines import read_baseline
from tests.cli.conftest import Command

KEPT = Path("reports/baselines")
REASON = ("--reason", "as shipped in May")


def latest() -> Path:
    return max(Path("reports/runs").iterdir())


def test_a_run_that_passed_becomes_the_baseline_of_its_prompt(command: Command) -> None:
    command("run", "--trials", "2")

    result = command("baseline", "bless", "latest", *REASON)

    assert result.exit_code == 0, result.output
    run = latest().name
    assert f"{run} is the baseline desk: 2 cases, 4 trials. Kept in " in result.stdout
    assert "harness run suites/ --against baseline:desk" in result.stdout
    kept = read_baseline(KEPT / "desk.toml")
    assert (kept.run, kept.reason) == (run, "as shipped in May")
    assert [(arm.prompt, arm.engine_model) for arm in kept.arms] == [("desk@v1", "embedded.extractive")]
    assert kept.cases == ("desk::used_books", "desk::until_when")
    assert kept.prompts[0].source.startswith("You are the front desk of Corner Books.")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", kept.blessed_at)


def test_arms_that_were_only_compared_with_are_not_blessed(command: Command) -> None:
    command("run", "--against", "desk@v2")

    assert command("baseline", "bless", "latest", *REASON).exit_code == 0

    assert [arm.prompt for arm in read_baseline(KEPT / "desk.toml").arms] == ["desk@v1"]


def test_a_file_may_have_another_name_than_the_prompt(command: Command) -> None:
    command("run")

    assert command("baseline", "bless", "latest", *REASON, "--name", "may").exit_code == 0
    assert [path.name for path in KEPT.iterdir()] == ["may.toml"]
    assert command("baseline", "bless", "latest", *REASON, "--name", "../may").exit_code == 2


def test_a_rescored_run_can_be_blessed(command: Command) -> None:
    command("run")
    command("rescore", "latest", "--judge", "tests.cli.judges:lenient", "--rubric", "manners")
    rescored = max(Path("reports/runs").iterdir(), key=lambda path: (path / "run.json").stat().st_mtime_ns)

    assert command("baseline", "bless", rescored.name, *REASON).exit_code == 0

    assert read_baseline(KEPT / "desk.toml").provenance.judge == "lenient/1"


def test_blessing_again_replaces_the_file(command: Command) -> None:
    command("run")
    command("baseline", "bless", "latest", *REASON)
    before = (KEPT / "desk.toml").read_text()

    command("baseline", "bless", "latest", "--reason", "as shipped in June")

    after = (KEPT / "desk.toml").read_text()
    differing = [a for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b]
    assert {line.partition(" = ")[0] for line in differing} <= {"reason", "blessed_at"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(("latest",), "Missing option '--reason'", id="no reason"),
        pytest.param(("latest", "--reason", "  "), "a baseline needs a reason", id="an empty one"),
        pytest.param(("1999", *REASON), "unknown run in .* '1999'", id="no such run"),
    ],
)
def test_what_cannot_be_blessed_is_refused(command: Command, arguments: tuple[str, ...], message: str) -> None:
    command("run")

    result = command("baseline", "bless", *arguments)

    assert result.exit_code == 2
    assert re.search(message, result.stderr)
    assert not KEPT.exists()


def test_a_run_that_failed_is_blessed_only_by_force(command: Command) -> None:
    command("run", "--prompt", "desk@v2", "--against", "none")

    refused = command("baseline", "bless", "latest", *REASON)

    assert refused.exit_code == 2
    assert "did not pass, it is failed: 1 of 2 cases" in refused.stderr
    assert "failed  desk::until_when[desk@v2-embedded.extractive]" in refused.stderr
    assert command("baseline", "bless", "latest", *REASON, "--force").exit_code == 0
    shown = command("baseline", "show", "desk").stdout
    assert "cases with a trial that did not pass" in shown
    assert re.search(r"^    F+  desk::until_when$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        pytest.param(
            1, r"was cut short: \d trials? of 3 missing\. Finish it with: harness run --resume", id="one call"
        ),
        pytest.param(0, "has no finished case of a prompt under test", id="no call"),
    ],
)
def test_a_run_that_was_cut_short_cannot_be_blessed(command: Command, kept: int, message: str) -> None:
    command("run")
    log = latest() / "trials" / "main.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:kept]))

    result = command("baseline", "bless", "latest", *REASON, "--force")

    assert result.exit_code == 2
    assert re.search(message, result.stderr)


def test_a_baseline_is_shown_with_its_rate_and_where_it_comes_from(command: Command) -> None:
    command("run", "--trials", "3")
    command("baseline", "bless", "latest", *REASON)

    shown = command("baseline", "show", "desk").stdout

    assert "baseline  desk: desk@v1" in shown
    assert "reason    as shipped in May" in shown
    assert "text tier, transport simulated" in shown
    assert "2 cases, 6 trials, 0 of them invalid" in shown
    assert re.search(r"pass rate 100%, 95% interval \d+(\.\d)?% to 100%", shown)


def test_baselines_are_listed(command: Command) -> None:
    assert "There is no baseline yet" in command("baseline", "list").stdout
    command("run")
    command("baseline", "bless", "latest", *REASON)
    command("baseline", "bless", "latest", *REASON, "--name", "may")

    head, *rows = command("baseline", "list").stdout.splitlines()

    assert head.split() == ["name", "prompts", "cases", "trials", "blessed", "reason"]
    assert [row.split()[:4] for row in rows] == [["desk", "desk@v1", "2", "3"], ["may", "desk@v1", "2", "3"]]


@pytest.mark.parametrize("verb", [("show", "desk"), ("list",)], ids=["show", "list"])
def test_a_broken_file_is_told(command: Command, verb: tuple[str, ...]) -> None:
    command("run")
    command("baseline", "bless", "latest", *REASON)
    path = KEPT / "desk.toml"
    path.write_text(path.read_text().replace('trials = "P', 'trials = "?'))

    result = command("baseline", *verb)

    assert result.exit_code == 2
    assert "desk.toml is a broken baseline: desk::" in result.stderr


def test_an_unknown_baseline_is_told(command: Command) -> None:
    result = command("baseline", "show", "dask")

    assert result.exit_code == 2
    assert "unknown baseline" in result.stderr


def test_a_run_is_compared_with_a_baseline(command: Command) -> None:
    command("run", "--trials", "3")
    command("baseline", "bless", "latest", *REASON)

    result = command("run", "--prompt", "desk@v2", "--against", "baseline:desk", "--trials", "3")

    assert result.exit_code == 1, result.output
    assert command("run", "--against", "baseline:dask").exit_code == 2


def test_the_file_of_a_repository_is_not_ignored() -> None:
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()

    assert not {"/reports/", "/reports/baselines/", "*.toml"} & set(ignored)


def test_a_run_whose_comparison_proved_too_little_did_not_pass(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("    pass: 2 of 2\n", "    pass: 2 of 2\n    required: false\n"))
    command("run", "--prompt", "desk@v2", "--against", "desk@v1", "--profile", "release")

    result = command("baseline", "bless", "latest", *REASON)

    assert result.exit_code == 2
    assert "did not pass, it is inconclusive" in result.stderr
