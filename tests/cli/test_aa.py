import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_halves_of_an_unchanged_prompt_raise_no_alarm_and_two_cases_decide_nothing(command: Command) -> None:
    command("run", "--trials", "4")
    result = command("aa")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("The gate decided nothing, and so raised no alarm: try more cases")
    assert "desk@v1-embedded.extractive" in result.stdout
    assert "2 cases split" in result.stdout
    assert "pull_request, margin 0.1: regressed in 0 of 200 splits (0% to 1.8%)" in result.stdout
    assert "are not independent" in result.stdout


def test_the_counts_are_one_document(command: Command) -> None:
    command("run", "--trials", "4")
    document = json.loads(command("aa", "--json", "--splits", "20").stdout)
    assert document["alpha"] == 0.05
    assert [(each["profile"], each["splits"], each["cried_wolf"]) for each in document["counts"]] == [
        ("pull_request", 20, False),
        ("release", 20, False),
    ]


def test_cases_enough_to_decide_say_that_no_wolf_was_cried(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    again = "".join(
        f'  - {{id: more{i}, persona: anna, turns: [{{say: "Used books?"}}], expect: {{says: [used books]}}}}\n'
        for i in range(38)
    )
    suite.write_text(suite.read_text() + again)
    command("run", "--trials", "2")
    result = command("aa", "--splits", "20")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("The gate does not cry wolf more often than 5% allows.")
    assert "could decide 100%" in result.stdout


def test_every_run_that_is_named_is_split(command: Command) -> None:
    command("run", "--trials", "2")
    command("run", "--trials", "2", "--prompt", "desk@v2", "--against", "none")
    names = [path.parent.name for path in Path("reports/runs").glob("*/run.json")]
    result = command("aa", *names, "--splits", "5")
    assert all(f"run {name}" in result.stdout for name in names)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(("1999",), "unknown run", id="no such run"),
        pytest.param((), "harness run suites/ --trials 4", id="one attempt"),
        pytest.param(("--splits", "0"), "0 is not in the range", id="no split"),
    ],
)
def test_what_cannot_be_split_is_told_with_what_to_do(command: Command, args: tuple[str, ...], words: str) -> None:
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("    trials: 2\n    pass: 2 of 2\n", ""))
    command("run")
    result = command("aa", *args)
    assert result.exit_code == 2
    assert words in result.stderr
