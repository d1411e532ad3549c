"""Whoever reads of a run, on whatever page: the same word, the same numbers, the same counts."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from harness.cli import main
from tests.gated_project import write_fair

POINTS = r"([+−]?[\d.]+) points \[([+−]?[\d.]+), ([+−]?[\d.]+)\]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One run in all its forms."""

    exit_code: int
    terminal: str
    markdown: str
    junit: ElementTree.Element
    verdict: Any
    export: Any

    @property
    def change(self) -> Any:
        """Return the one row of the comparison."""
        (row,) = self.export["comparison"]
        return row

    def cases(self, role: str) -> list[str]:
        """Return the outcomes of an arm's cases."""
        return [case["outcome"] for case in self.export["cases"] if case["role"] == role]


@pytest.fixture(scope="module", params=["fair@v3", "fair@v2"], ids=["regressed", "passed"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("fair")
    write_fair(folder / "suites")
    (folder / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        ran = CliRunner().invoke(main, ["run", "--prompt", request.param, "--against", "fair@v1"])
        assert CliRunner().invoke(main, ["report", "--markdown", "summary.md"]).exit_code == 0
        assert CliRunner().invoke(main, ["export", "--to", "."]).exit_code == 0
        (run,) = Path("reports/runs").iterdir()
        return Told(
            exit_code=ran.exit_code,
            terminal=ran.stdout,
            markdown=Path("summary.md").read_text(encoding="utf-8"),
            junit=ElementTree.parse(run / "junit.xml").getroot(),
            verdict=json.loads((run / "verdict.json").read_text(encoding="utf-8")),
            export=json.loads(Path("export.json").read_text(encoding="utf-8")),
        )


def test_the_outcome_is_one_word(told: Told) -> None:
    outcome = told.export["verdict"]["outcome"]
    assert told.verdict["verdict"]["outcome"] == outcome
    assert told.export["verdict"]["exit_code"] == told.verdict["verdict"]["exit_code"] == told.exit_code
    assert re.search(r"### . (\w+):", told.markdown)[1].lower() == outcome  # type: ignore[index]
    assert (told.junit.get("failures") != "0") == (outcome == "failed")


def test_the_answer_and_the_next_step_are_one_sentence_each(told: Told) -> None:
    for name in ("sentence", "next_step"):
        words = told.export["verdict"][name]
        assert told.verdict["verdict"][name] == words
        assert words in told.terminal
        assert words in told.markdown.replace("\\", "")


def test_the_standing_is_one_word(told: Told) -> None:
    word = told.change["standing"]
    assert told.export["verdict"]["standing"] == told.verdict["comparison"]["standing"] == word
    (change,) = told.verdict["comparison"]["changes"]
    assert (change["standing"], change["metrics"][0]["word"]) == (word, told.change["word"])
    shown = word.replace("_", "-")
    (compared,) = told.junit.findall("testsuite[@name='comparison']/testcase")
    said = compared.findtext("system-out") or ""
    assert said.startswith(f"{shown} (")
    assert (compared.find("failure") is not None) == (word == "regressed")
    assert re.search(rf"^  . {shown}: ", told.terminal, flags=re.M)
    assert re.search(rf"\| . {shown}: ", told.markdown)


def test_the_difference_and_its_interval_are_the_same_numbers(told: Told) -> None:
    exact = [100 * told.change[name] for name in ("estimate", "low", "high")]
    (change,) = told.verdict["comparison"]["changes"]
    interval = change["metrics"][0]["interval"]
    assert [100 * interval[name] for name in ("estimate", "low", "high")] == exact
    for text in (told.terminal, told.markdown, junit_text(told)):
        (shown,) = set(re.findall(POINTS, text))
        # Ten points and more are shown without a decimal.
        assert [float(each.replace("−", "-")) for each in shown] == pytest.approx(exact, abs=0.5)


def test_the_pass_rates_are_the_same_numbers(told: Told) -> None:
    exact = [100 * told.change[name] for name in ("baseline_value", "candidate_value")]
    for text in (told.terminal, junit_text(told)):
        (shown,) = re.findall(r"([\d.]+)% → ([\d.]+)%", text)
        assert [float(each) for each in shown] == pytest.approx(exact, abs=0.05)
    rates = [float(each) for each in re.findall(r"cases \| ([\d.]+)% \[", told.markdown)]
    assert rates == pytest.approx(exact[::-1], abs=0.05)


def test_cases_and_trials_are_counted_alike(told: Told) -> None:
    verdict, cases = told.export["verdict"], told.cases("candidate")
    passed, failed = cases.count("passed"), cases.count("failed")
    assert (verdict["gated_passed"], verdict["gated_failed"], len(cases)) == (passed, failed, passed + failed)
    gated = told.verdict["verdict"]["gated"]
    assert (gated["passed"], gated["failed"]) == (passed, failed)
    assert f"Hard gates: {passed} of {len(cases)} required cases passed" in told.terminal
    assert f"| {passed} of {len(cases)} cases |" in told.markdown
    (suite,) = told.junit.findall("testsuite[@name='fair']")
    assert (int(suite.get("tests", "")), int(suite.get("failures", ""))) == (len(cases), failed)
    valid = sum(case["valid_trials"] for case in told.export["cases"] if case["role"] == "candidate")
    assert f"{told.change['candidate']}  {passed} of {len(cases)} cases passed" in told.terminal
    assert f"of {valid} trials)" in told.terminal
    assert f"| {valid} valid |" in told.markdown
    assert sum(len(case["trials"]) for case in told.verdict["cases"]) == len(told.export["trials"])


def junit_text(told: Told) -> str:
    return "".join(told.junit.findtext("testsuite[@name='comparison']/testcase/system-out") or "")
