import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

MANNERS = ("--rubric", "manners")


def judged_by(name: str) -> tuple[str, ...]:
    return ("--judge", f"tests.cli.judges:{name}")


def runs(folder: Path) -> list[Path]:
    found = [path.parent for path in (folder / "reports" / "runs").glob("*/run.json")]
    return sorted(found, key=lambda path: (path / "run.json").stat().st_mtime_ns)


def header(run: Path) -> dict[str, str | dict[str, str]]:
    value: dict[str, str | dict[str, str]] = json.loads((run / "run.json").read_text())["value"]["run"]
    return value


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_stored_calls_are_judged_without_placing_any_and_the_old_run_stays(command: Command, tmp_path: Path) -> None:
    command("run")
    (before,) = runs(tmp_path)
    kept = contents(before)

    result = command("rescore", "latest", *judged_by("lenient"), *MANNERS)

    assert result.exit_code == 0, result.output
    assert contents(before) == kept
    assert "was judged by nobody" in result.stdout
    assert "no criterion was asked both times" in result.stdout
    _, again = runs(tmp_path)
    told = header(again)
    assert told["rescored"] == before.name
    assert isinstance(told["provenance"], dict)
    assert told["provenance"]["judge"] == "lenient/1"
    scores = [
        score
        for line in (again / "trials" / "main.jsonl").read_text().splitlines()
        for score in json.loads(line)["value"]["scores"]
        if score["name"] == "rubric.polite"
    ]
    assert [(score["passed"], score["by"], score["required"]) for score in scores] == [(True, "lenient/1", True)] * 3


def test_verdicts_another_judge_changed_on_the_same_calls_are_its_own(command: Command, tmp_path: Path) -> None:
    command("run")
    command("rescore", runs(tmp_path)[0].name, *judged_by("lenient"), *MANNERS)

    result = command("rescore", runs(tmp_path)[1].name, *judged_by("attentive"), *MANNERS)

    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "criterion compared by judge by agent" in lines
    assert "polite 3 1 0" in lines
    assert any("used_books" in line and line.endswith("pass → fail (by the judge)") for line in lines)
    assert "1 of 2 cases" in result.stdout
    assert header(runs(tmp_path)[2])["rescored"] == runs(tmp_path)[0].name


def test_verdicts_that_differ_between_calls_are_the_agents(command: Command, tmp_path: Path) -> None:
    command("run")
    command("run", "--prompt", "desk@v2", "--against", "none")
    first, second = (run.name for run in runs(tmp_path))

    result = command("rescore", second, "--against", first, *judged_by("attentive"), *MANNERS)

    assert result.exit_code == 0, result.output
    between = " ".join(result.stdout.partition(f"From {first} to {second}:")[2].split())
    assert "polite 2 0 1" in between
    assert "polite of desk::until_when[desk@v2-embedded.extractive]#1: pass → fail (by the agent)" in between


def test_change_of_judge_between_two_runs_is_not_the_agents(command: Command, tmp_path: Path) -> None:
    command("run")
    (first,) = (run.name for run in runs(tmp_path))
    command("rescore", first, *judged_by("lenient"), *MANNERS)
    command("rescore", first, *judged_by("attentive"), *MANNERS)
    _, lenient, attentive = (run.name for run in runs(tmp_path))

    result = command("rescore", attentive, "--against", lenient, *judged_by("lenient"), *MANNERS)

    assert "polite 3 1 0" in " ".join(result.stdout.partition(f"From {lenient} to {attentive}:")[2].split())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param((), "name a judge with --judge", id="no judge"),
        pytest.param((*judged_by("lenient"), "--rubric", "maners"), "Did you mean 'manners'?", id="rubric"),
        pytest.param((*judged_by("lenient"), "--suites", "elsewhere"), "no file or folder 'elsewhere'", id="suites"),
        pytest.param((*judged_by("lenient"), "--against", "2000"), "unknown run", id="other run"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_judged(
    command: Command, tmp_path: Path, args: tuple[str, ...], words: str
) -> None:
    command("run")
    result = command("rescore", "latest", *args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(runs(tmp_path)) == 1


def test_changed_suite_is_told_and_a_vanished_case_refused(command: Command, tmp_path: Path) -> None:
    command("run")
    suite = tmp_path / "suites" / "desk.suite.yaml"
    suite.write_text(suite.read_text().replace("Until when is", "Since when is"))
    assert "the suite desk has changed" in command("rescore", "latest", *judged_by("lenient"), *MANNERS).stderr

    suite.write_text(suite.read_text().replace("id: until_when", "id: until_then"))
    refused = command("rescore", "latest", *judged_by("lenient"), *MANNERS)
    assert refused.exit_code == 2
    assert "is in none of the suites" in refused.stderr
