"""docs/ci.md and the reusable workflow: the recipe and the workflow's own steps run for real, in a small repository."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.cli import main
from harness.model.exit_code import ExitCode
from harness.report.markdown import MARKER
from tests.corner_books import HOURS, V1, write_project
from tests.report.reading import page_text

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "voice-agents.yml").read_text(encoding="utf-8")
PARSED: dict[Any, Any] = yaml.safe_load(WORKFLOW)
CALLED = PARSED[True]["workflow_call"]
"""YAML 1.1 reads the key `on` as true."""
RUNS = [step for job in PARSED["jobs"].values() for step in job["steps"] if "run" in step]

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shell:
    """A clone whose branch may have other prompts than the `main` it came from."""

    folder: Path

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script as a CI service would, with the installed commands on the path."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "PYTEST_"))}
        return subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.folder,
            env={**clean, "PATH": path, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def write(self, prompt: str) -> None:
        (self.folder / "suites/prompts/desk/v1.md").write_text(prompt, encoding="utf-8")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A repository whose `main` has a prompt that passes, cloned."""
    upstream, clone = tmp_path / "upstream", tmp_path / "clone"
    upstream.mkdir()
    write_project(upstream / "suites")
    (upstream / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\nseed = 3\n')
    git = "git -c user.name=t -c user.email=t@example.org -c init.defaultBranch=main"
    made = Shell(upstream).run(f"{git} init -q . && {git} add . && {git} commit -q -m base && {git} clone -q . {clone}")
    assert made.returncode == 0, made.stderr
    return Shell(clone)


def recipe() -> list[str]:
    (block,) = re.findall(r"Five lines of shell.*?```sh\n(.*?)```", PAGE, re.DOTALL)
    return str(block).splitlines()


def test_the_recipe_of_the_page_ends_red_for_a_lost_line_and_says_where_it_stood(shell: Shell) -> None:
    install, *lines = recipe()
    assert len(lines) == 4
    assert install == "python -m pip install voipbin-harness"  # It is installed here.
    shell.write(V1.replace(HOURS, ""))

    done = shell.run("\n".join(lines))
    annotated = shell.run("harness report --annotations github")

    assert done.returncode == ExitCode.FAILED, done.stdout + done.stderr
    marker, answer, *rest = (shell.folder / "summary.md").read_text(encoding="utf-8").splitlines()
    assert marker == MARKER
    assert answer.startswith("### ✗ Failed: ")
    assert f"- {HOURS.strip()}" in rest
    moment = re.search(r"\[Read turn \d, [\d:.]+\]\(reports/html/(\S+)#(\S+)\)", "\n".join(rest))
    assert moment
    trial, _, turn = moment[2].rpartition("-turn-")
    assert turn.isdecimal()
    assert trial in page_text(shell.folder / "reports/html" / moment[1]).splitlines()
    assert re.search(r"^::\w+ file=suites/prompts/desk/v1.md,line=3,", annotated.stdout, re.MULTILINE)
    assert HOURS.strip() in annotated.stdout


def step(name: str) -> str:
    return str(next(each["run"] for each in RUNS if each["name"] == name))


@pytest.mark.parametrize(
    ("prompt", "suites", "code", "answer"),
    [
        pytest.param(V1 + "Be kind.\n", "suites/", "0", "### ✓ Passed: ", id="a harmless change"),
        pytest.param(V1, "suites/nothing.suite.yaml", "4", "### ! Error: no run was kept", id="no such suite"),
    ],
)
def test_the_steps_of_the_workflow_leave_exit_code_and_summary(
    shell: Shell, tmp_path: Path, prompt: str, suites: str, code: str, answer: str
) -> None:
    shell.write(prompt)
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    inputs = {"SUITES": suites, "AGAINST": "git:origin/main", "PROFILE": "auto", "BUDGET": "", "ARGS": "-q -q"}

    placed = shell.run(step("Place the calls"), **files, **inputs)
    summed = shell.run(step("Sum up"), **files, CODE=code, PAGES_URL="https://example.org/run")

    assert (tmp_path / "output").read_text() == f"exit-code={code}\n", placed.stdout + placed.stderr
    assert str(placed.returncode) == code
    first, *_, last = placed.stdout.splitlines()
    assert first.removeprefix("::stop-commands::") == last.strip(":")
    assert summed.returncode == 0, summed.stderr
    assert summed.stdout == ""
    assert (tmp_path / "summary").read_text(encoding="utf-8").splitlines()[1].startswith(answer)


@pytest.mark.parametrize(("known", "method"), [("", "POST"), ("41\n42\n", "PATCH")], ids=["first", "again"])
def test_one_comment_is_posted_and_then_replaced(shell: Shell, tmp_path: Path, known: str, method: str) -> None:
    tool = tmp_path / "bin" / "gh"
    tool.parent.mkdir()
    tool.write_text(f"""#!/bin/sh\necho "$@" >> {tmp_path}/asked\ncase "$*" in *--jq*) printf '{known}';; esac\n""")
    tool.chmod(0o755)
    script = f"PATH={tool.parent}:$PATH\n{step('Post the comment, or replace the one of before')}"

    done = shell.run(script, REPOSITORY="o/r", NUMBER="7", GH_TOKEN="t")

    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text().splitlines()
    assert MARKER in asked[0]
    place = "repos/o/r/issues/comments/41" if known else "repos/o/r/issues/7/comments"
    assert asked[1:] == [f"api --method {method} {place} --field body=@summary.md"]


@pytest.mark.parametrize("step", RUNS, ids=lambda step: step["name"])
def test_no_input_is_put_into_a_script(step: dict[str, Any]) -> None:
    assert "${{" not in step["run"]
    syntax = subprocess.run(["bash", "-n", "-c", step["run"]], capture_output=True, text=True, check=False)
    assert syntax.returncode == 0, syntax.stderr


def commands(text: str, program: str) -> Iterator[str]:
    joined = text.replace("\\\n", " ")
    yield from re.findall(rf"\b{program} (?:[^\n|;&`]*)", joined)


def test_every_option_in_the_workflow_and_on_the_page_exists(pytestconfig: pytest.Config) -> None:
    text = "\n".join([*(step["run"] for step in RUNS), PAGE])
    plugin = set(re.findall(r"--harness-([a-z-]+)", text))
    assert {"against", "profile", "budget", "tier", "cassettes"} <= plugin
    for name in plugin:
        pytestconfig.getoption(f"harness_{name.replace('-', '_')}")
    report = main.get_command(None, "report")  # type: ignore[arg-type]
    assert report is not None
    known = {option for parameter in report.params for option in parameter.opts}
    used = {option for line in commands(text, "harness report") for option in re.findall(r"(?<!\S)--[a-z-]+", line)}
    assert {"--markdown", "--annotations", "--pages-url"} <= used <= known


def test_the_workflow_asks_for_no_more_than_it_needs() -> None:
    jobs = PARSED["jobs"]
    assert PARSED["permissions"] == {}
    assert jobs["calls"]["permissions"] == {"contents": "read"}
    assert jobs["comment"]["permissions"] == {"pull-requests": "write"}
    assert not any("checkout" in str(step.get("uses")) for step in jobs["comment"]["steps"])
    actions = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions)
    checkout = next(step for step in jobs["calls"]["steps"] if "checkout" in str(step.get("uses")))
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}


def test_the_page_explains_every_input_and_every_exit_code() -> None:
    assert [name for name in CALLED["inputs"] if f"| `{name}` |" not in PAGE] == []
    assert [code for code in ExitCode if f"| {code.value} |" not in PAGE] == []
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    caller = yaml.safe_load(example)["jobs"]["agents"]
    assert set(caller["with"]) <= set(CALLED["inputs"])
    assert set(caller["secrets"]) <= set(CALLED["secrets"])
