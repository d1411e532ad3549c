import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

BOTH = ("--engine-model", "embedded.extractive", "--engine-model", "scripted.echo")


def runs() -> list[str]:
    found = [path.parent for path in Path("reports/runs").glob("*/run.json")]
    return [path.name for path in sorted(found, key=lambda path: (path / "run.json").stat().st_mtime_ns)]


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_engine_models_of_a_run_stand_beside_each_other_under_one_sentence(command: Command) -> None:
    command("run", *BOTH, "--trials", "2")
    result = command("compare")
    assert result.exit_code == 0, result.output
    shown = lines(result.stdout)
    assert shown[0].startswith("Nothing separates embedded.extractive and scripted.echo on 2 cases.")
    assert "indicative: fewer than 10 cases" in shown[0]
    assert "engine_model with desk@v1" in shown
    assert any(line.startswith("embedded.extractive 1.00 [0.34, 1.00] 2, 4 (indicative)") for line in shown)
    assert any("$0" in line for line in shown)
    assert any(line.startswith("scripted.echo: −50 points (") and "2 common cases" in line for line in shown)


def test_the_reference_can_be_named(command: Command) -> None:
    command("run", *BOTH, "--trials", "2")
    shown = lines(command("compare", "--reference", "scripted.echo").stdout)
    assert "Passed, compared with scripted.echo:" in shown
    assert any(line.startswith("embedded.extractive: +50 points (") for line in shown)


def test_cases_that_stopped_early_are_told(command: Command) -> None:
    command("run", *BOTH)
    result = command("compare")
    assert "scripted.echo: 1 case stopped when the pass rule was decided" in result.stdout
    command("run", *BOTH, "--trials", "2")
    assert "stopped when the pass rule" not in command("compare", runs()[-1]).stdout


def test_a_baseline_is_what_prompts_are_held_against(command: Command) -> None:
    command("run", "--prompt", "desk@v2", "--against", "desk@v1", "--profile", "smoke")
    result = command("compare", "--by", "prompt", "--json")
    assert result.exit_code == 0, result.output
    (table,) = json.loads(result.stdout)["tables"]
    assert (table["by"], table["fixed"], table["best"]) == ("prompt", "embedded.extractive", ["desk@v2", "desk@v1"])
    (pair,) = table["pairs"]
    assert (pair["reference"], pair["group"], pair["paired"]) == ("desk@v1", "desk@v2", True)
    assert pair["difference"]["estimate"] == -0.5


def test_personas_are_shown_without_a_ranking(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    text = suite.read_text().replace("personas: {anna: {}}", "personas: {anna: {}, ben: {}}")
    suite.write_text(text.replace("persona: anna", "persona: ben", 1))
    command("run")
    result = command("compare", "--by", "persona")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Not ranked: each persona has cases of its own")
    assert "not paired: these are different cases" in result.stdout
    assert "on top" not in result.stdout


def test_callers_voices_are_known_from_the_run_alone(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    text = suite.read_text().replace("personas: {anna: {}}", "personas: {anna: {}, ben: {voice: 'hibari:heart'}}")
    suite.write_text(text.replace("persona: anna", "persona: ben", 1))
    command("run")
    suite.unlink()
    (table,) = json.loads(command("compare", "--by", "voice", "--json").stdout)["tables"]
    assert [group["name"] for group in table["groups"]] == ["hibari:heart", "auto"]


def test_runs_that_were_measured_alike_are_compared(command: Command) -> None:
    command("run", "--engine-model", "embedded.extractive", "--trials", "2")
    command("run", "--engine-model", "scripted.echo", "--trials", "2")
    result = command("compare", *runs())
    assert result.exit_code == 0, result.output
    assert "embedded.extractive and scripted.echo" in result.stdout


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_runs_that_were_not_measured_alike_are_refused_with_what_differs(
    command: Command, form: tuple[str, ...]
) -> None:
    command("run")
    command("run", "--platform", "strict", "--engine-model", "scripted.echo")
    result = command("compare", *runs(), *form)
    assert result.exit_code == 3
    assert "not_comparable" in result.output
    assert "platform: baseline seed, candidate strict" in result.output


def test_a_version_whose_text_changed_is_no_common_ground_for_models_and_two_prompts_by_itself(
    command: Command,
) -> None:
    command("run", "--engine-model", "embedded.extractive", "--trials", "2")
    prompt = Path("suites/prompts/desk/v1.md")
    prompt.write_text(prompt.read_text() + "Be brief.\n")
    command("run", "--engine-model", "scripted.echo", "--trials", "2")
    command("run", "--engine-model", "embedded.extractive", "--trials", "2")
    first, second, third = runs()
    refused = command("compare", first, second)
    assert refused.exit_code == 3
    assert "desk@v1 is two texts" in refused.stderr
    allowed = command("compare", first, third, "--by", "prompt")
    assert allowed.exit_code == 0, allowed.output
    assert f"desk@v1 ({first})" in allowed.stdout
    assert f"desk@v1 ({third})" in allowed.stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(("1999",), "unknown run", id="no such run"),
        pytest.param((), "nothing to compare by engine_model", id="one group"),
        pytest.param(("--by", "prompt"), "--prompt NAME@V1", id="one prompt"),
        pytest.param(("--by", "colour"), "'colour' is not one of", id="no such dimension"),
    ],
)
def test_what_cannot_be_compared_is_told_with_what_to_do(command: Command, args: tuple[str, ...], words: str) -> None:
    command("run")
    result = command("compare", *args)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_reference_that_is_not_there_is_refused(command: Command) -> None:
    command("run", *BOTH)
    result = command("compare", "--reference", "scripted.ecco")
    assert result.exit_code == 2
    assert "Did you mean 'scripted.echo'" in result.stderr
