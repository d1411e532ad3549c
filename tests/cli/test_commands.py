import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.pytest_plugin.conftest import QUICK

Command = Callable[..., Result]


def runs() -> list[Path]:
    return sorted(Path("reports/runs").iterdir())


def test_run_places_the_calls_and_says_where_the_report_is(command: Command) -> None:
    result = command("run", "suites")
    assert result.exit_code == 0, result.output
    assert "placing 3 calls: 1 suite (desk), text tier, seed 1, 4 at a time" in result.stderr
    assert "[3/3] passed" in result.stderr
    assert "reports/html/index.html" in result.stdout
    assert Path("reports/html/desk/v1.html").is_file()


def test_run_takes_the_folder_suites_when_no_path_is_named(command: Command) -> None:
    assert command("run", "--prompt", "desk@v1").exit_code == 0


def test_run_fails_when_the_agent_does_and_a_baseline_does_not_matter(command: Command) -> None:
    failed = command("run", "--prompt", "desk@v2", "--against", "desk@v1")
    assert failed.exit_code == 1
    assert "until_when" in failed.stdout
    assert "(baseline)" in failed.stderr
    assert command("run", "--prompt", "desk@v1", "--against", "desk@v2").exit_code == 0


def test_run_proves_nothing_when_a_measurement_is_missing(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("    tags: [stock]", "    rubric: manners"))
    assert command("run").exit_code == 3


def test_the_command_and_pytest_write_the_same_verdict(command: Command) -> None:
    assert command("run", "--prompt", "desk@v2", "--against", "desk@v1").exit_code == 1
    options = ["--harness-prompt=desk@v2", "--harness-against=desk@v1", "-q", *QUICK.split()]
    pytests = subprocess.run([sys.executable, "-m", "pytest", "suites", *options], capture_output=True, text=True)
    assert pytests.returncode == 1, pytests.stdout + pytests.stderr
    mine, theirs = runs()
    assert (mine / "verdict.json").read_bytes() == (theirs / "verdict.json").read_bytes()


def test_a_run_is_resumed_where_it_was_killed(command: Command) -> None:
    command("run")
    (run,) = runs()
    whole = (run / "verdict.json").read_bytes()
    log = run / "trials" / "main.jsonl"
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    result = command("run", "--resume", "latest")
    assert result.exit_code == 0
    assert "placing 2 calls of 3" in result.stderr
    assert (run / "verdict.json").read_bytes() == whole


@pytest.mark.parametrize("option", [("--platform", "current"), ("--turn-model", "vad")], ids=" ".join)
def test_a_run_is_not_resumed_on_another_platform(command: Command, option: tuple[str, str]) -> None:
    command("run")
    result = command("run", "--resume", "latest", *option)
    assert result.exit_code == 2
    assert "its settings or suites" in result.stderr


def test_a_killed_run_can_be_reported(command: Command) -> None:
    command("run")
    (run,) = runs()
    log = run / "trials" / "main.jsonl"
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0] + b'{"schema": 1, "val')
    (run / "verdict.json").unlink()
    Path("reports/html/index.html").unlink()
    result = command("report")
    assert result.exit_code == 0, result.output
    assert json.loads((run / "verdict.json").read_text())["verdict"]["unfinished"] == 2
    assert Path("reports/html/index.html").is_file()


def test_report_writes_the_summary_of_a_pull_request_with_links_to_the_pages(command: Command) -> None:
    command("run", "suites", "--prompt", "desk@v2")
    said = command("report", "--markdown", "-")
    written = command("report", "--markdown", "out/summary.md", "--pages-url", "https://example.org/r/")
    assert (said.exit_code, written.exit_code) == (0, 0), said.output + written.output
    assert said.stdout.splitlines()[1].startswith("### ✗ Failed: ")
    assert "](reports/html/desk/v2.html#trial-" in said.stdout
    text = Path("out/summary.md").read_text(encoding="utf-8")
    assert "](https://example.org/r/desk/v2.html#trial-" in text
    assert "Report: reports/html/index.html" in written.stdout


def test_report_puts_recordings_within_the_pages(command: Command) -> None:
    command("run")
    result = command("report", "--single-file", "--sound-limit", "1")
    assert result.exit_code == 0, result.output
    assert "media-src data:;" in Path("reports/html/desk/v1.html").read_text(encoding="utf-8")


def test_report_prints_annotations_and_nothing_else(command: Command) -> None:
    command("run", "suites", "--prompt", "desk@v2")
    result = command("report", "--annotations", "github")
    assert result.exit_code == 0, result.output
    case, prompt = result.stdout.splitlines()
    assert case.startswith("::error file=suites/desk.suite.yaml,line=11,title=case until_when failed with desk@v2::")
    assert prompt.startswith("::warning file=suites/prompts/desk/v2.md,line=3,title=desk@v2 lacks a line here::")


def test_check_shows_the_matrix_and_places_no_call(command: Command) -> None:
    result = command("check", "suites", "--prompt", "desk@v2", "--against", "desk@v1")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "desk  (suites/desk.suite.yaml)",
        "  used_books  pass 1 of 1  anna  [stock]",
        "  until_when  pass 2 of 2  anna",
        "  2 cases × 2 arms = 6 calls",
        "    desk@v2-embedded.extractive",
        "    desk@v1-embedded.extractive  (baseline)",
        "",
        "No fault in 1 suite; a run would place 6 calls.",
    ]
    assert not Path("reports").exists()


def test_check_lists_cases_that_do_not_decide_and_warns_of_a_quarantine_that_is_over(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    held = "quarantine: {until: 2001-02-03, owner: Kim, reason: the number changes}"
    suite.write_text(suite.read_text().replace("tags:", f"required: false\n    {held}\n    tags:"))
    result = command("check", "suites", "--prompt", "desk@v1")
    assert result.exit_code == 0, result.output
    assert (
        "  used_books  pass 1 of 1  anna  [stock]  not required  "
        "in quarantine until 2001-02-03 (Kim: the number changes)"
    ) in result.stdout.splitlines()
    assert "  warning: used_books: its quarantine (Kim: the number changes) ended on 2001-02-03" in result.stdout


def test_check_warns_of_what_the_real_platform_treats_differently(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    flow = "[{type: answer}, {type: ai, option: {initial_prompt: Hello}}, {type: hangup}]"
    suite.write_text(f"platform: {{flow: {flow}}}\n" + suite.read_text())
    result = command("check", "suites", "--prompt", "desk@v1")
    assert result.exit_code == 0
    warnings = [line for line in result.stdout.splitlines() if "warning" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith("  warning: used_books, until_when: platform.flow[1]: today's platform refuses")
    assert "No fault in 1 suite" in result.stdout


def test_check_shows_every_fault_with_its_place(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("pass:", "passes:").replace("tags:", "tag:"))
    result = command("check", "suites")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: 2 faults in the suite files")
    assert "suites/desk.suite.yaml:8:5" in result.stderr
    assert "suites/desk.suite.yaml:14:5" in result.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        pytest.param(["run", "nowhere"], "there is no file or folder 'nowhere'", id="no such path"),
        pytest.param(
            ["run", "--prompt", "dask@v1"], "unknown prompt 'dask'. Did you mean 'desk'?", id="no such prompt"
        ),
        pytest.param(["run", "--prompt", "desk@v9"], "no version 'v9'", id="no such version"),
        pytest.param(["run", "--engine-model", "openai.gpt-4o"], "OPENAI_API_KEY", id="no key"),
        pytest.param(["run", "--reports", "pyproject.toml"], "cannot write", id="reports cannot be written"),
        pytest.param(["run", "--resume", "1999"], "unknown run", id="no such run to resume"),
        pytest.param(["report", "1999"], "unknown run", id="no such run to report"),
        pytest.param(["report", "--markdown", "-", "--annotations", "github"], "stdout", id="two texts for stdout"),
        pytest.param(["run", "--tier", "loud"], "'loud'", id="no such tier"),
    ],
)
def test_what_the_user_can_put_right_ends_with_exit_code_2_and_no_traceback(
    command: Command, args: list[str], words: str
) -> None:
    result = command(*args)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert not Path("reports/runs").exists() or not runs()


def test_a_run_that_cannot_be_read_is_a_fault(command: Command) -> None:
    command("run")
    (runs()[0] / "run.json").write_text('{"schema": 99}')
    result = command("report")
    assert result.exit_code == 3
    assert result.stderr.startswith("error: ")


def test_debug_shows_the_traceback(command: Command) -> None:
    result = command("--debug", "run", "nowhere")
    assert "no file or folder" in str(result.exception)


def test_schema_is_json_an_editor_can_use(command: Command) -> None:
    document = json.loads(command("schema").stdout)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"prompts", "cases"} <= document["properties"].keys()


@pytest.mark.parametrize("verb", ["run", "check", "report", "compare", "aa", "schema"])
def test_every_verb_teaches_by_example(command: Command, verb: str) -> None:
    result = command(verb, "--help")
    assert result.exit_code == 0
    assert f"harness {verb}" in result.output.partition("Example")[2]
    assert verb in command("--help").output


def test_check_warns_of_voices_and_languages_that_are_not_here(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_TIER", "audio")
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("persona: anna", "persona: {voice: 'hibari:nobody'}", 1))
    result = command("check", "suites", "--prompt", "desk@v1")
    assert result.exit_code == 0
    assert "  warning: unknown voice 'hibari:nobody'" in result.stdout
