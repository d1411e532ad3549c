"""Suites whose caller is spoiled on purpose, as pytest runs them, with real voices and lines."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# Inner sessions forget what they were the first to import.
import pandas  # noqa: F401
import pytest

from tests.fickle_ears import write_fickle_project
from tests.pytest_plugin.conftest import QUICK
from tests.report.reading import case_records, page_text

NOTHING_PROVED = 3
Project = Callable[..., pytest.Pytester]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a maker of projects in which Omar's calls are spoiled `sometimes` or `always`."""

    def make(spoilt: str, **trials: int) -> pytest.Pytester:
        write_fickle_project(pytester.path, **trials)
        pytester.makeini(f"[pytest]\naddopts = {QUICK}\n")
        # Workers under xdist find the module by it too.
        pytester.makeconftest(f"import sys\nsys.path.insert(0, {str(pytester.path)!r})\n")
        monkeypatch.delitem(sys.modules, "fickle", raising=False)
        monkeypatch.setenv("HARNESS_STT", f"fickle:{spoilt}")
        return pytester

    return make


def runs(project: pytest.Pytester) -> list[Path]:
    return sorted((project.path / "reports" / "runs").iterdir())


def case(folder: Path, name: str) -> dict[str, Any]:
    document = json.loads((folder / "verdict.json").read_text())
    return next(each for each in document["cases"] if each["id"].startswith(f"desk::{name}["))


def test_spoiled_trials_are_made_again_never_counted_and_always_shown_with_and_without_workers(
    project: Project,
) -> None:
    desk = project("sometimes")
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.OK, result.stdout.str()
    result.assert_outcomes(passed=3)
    (folder,) = runs(desk)
    noisy = case(folder, "noisy")
    assert [trial["outcome"] for trial in noisy["trials"]] == ["passed"] * 3
    assert {trial["invalid_kind"] for trial in noisy["discarded"]} == {"audio"}
    discarded = len(noisy["discarded"])
    assert discarded > 0
    told = f"{discarded} trial{'s' if discarded > 1 else ''} discarded: our caller could not be understood: caller_wer"
    result.stdout.fnmatch_lines(
        [
            f"3 cases, 5 trials and {discarded} discarded*",
            "*3 of 3 cases passed (5 of 5 trials)",
            f"noisy with desk@v1: {told}*",
            f"Persona omar spoiled {discarded} of its {3 + discarded} calls: choose a clearer voice or a better line",
        ]
    )
    page = desk.path / "reports" / "html" / "desk" / "v1.html"
    assert told in page_text(page)
    assert sum(len(case.get("discarded", [])) for case in case_records(page)) == discarded
    assert "Persona omar spoiled" in (desk.path / "reports" / "html" / "index.html").read_text()
    noted = ElementTree.parse(folder / "junit.xml").find(".//testcase/system-out")
    assert noted is not None
    assert (noted.text or "").startswith(told)

    # Two workers repeat the same calls.
    desk.runpytest_inprocess("-n", "2")
    (other,) = set(runs(desk)) - {folder}
    assert (folder / "verdict.json").read_bytes() == (other / "verdict.json").read_bytes()


def test_a_killed_run_is_resumed_at_the_right_repeat(project: Project) -> None:
    desk = project("sometimes", omars=1)
    desk.runpytest_inprocess("--harness-concurrency=1")
    (folder,) = runs(desk)
    whole = (folder / "verdict.json").read_bytes()
    assert case(folder, "noisy")["discarded"], "with the default seed the first call is spoiled"
    (log,) = (folder / "trials").iterdir()
    # The first call of `books`, and the spoiled one of `noisy`.
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:2]))
    result = desk.runpytest_inprocess("--harness-concurrency=1", "--harness-resume=latest")
    result.stdout.fnmatch_lines(["placing 2 calls of 3, the others are kept*"])
    assert (folder / "verdict.json").read_bytes() == whole


STOPPED = "stopped: 3 of 11 calls were spoiled by our own caller (persona omar: 3 of 3): choose a clearer voice*"


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["one process", "a worker"])
def test_too_many_spoiled_calls_stop_the_run_with_exit_code_3(project: Project, options: tuple[str, ...]) -> None:
    desk = project("always", annas=8, omars=1)
    result = desk.runpytest_inprocess("--harness-concurrency=1", *options)
    assert result.ret == NOTHING_PROVED
    result.stdout.fnmatch_lines(
        [
            "*__ last[[]desk@v1-embedded.extractive] __*",
            f"1 of 1 trials were not made: {STOPPED}",
            f"[?] Nothing proved: the run was cut short. 1 planned trial did not finish. S{STOPPED[1:]}",
            "*8 passed, 2 inconclusive*",
        ]
    )
    (folder,) = runs(desk)
    verdict = json.loads((folder / "verdict.json").read_text())["verdict"]
    assert (verdict["outcome"], verdict["unfinished"]) == ("inconclusive", 1)
    assert verdict["stopped"]["reason"].startswith("stopped: 3 of 11 calls")
