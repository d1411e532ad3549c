import json
from pathlib import Path

import pytest

NOTHING_PROVED = 3


def only_run(project: pytest.Pytester) -> Path:
    (folder,) = (project.path / "reports" / "runs").iterdir()
    return folder


def verdict(project: pytest.Pytester) -> dict[str, object]:
    document: dict[str, dict[str, object]] = json.loads((only_run(project) / "verdict.json").read_text())
    return document["verdict"]


def change(project: pytest.Pytester, old: str, new: str) -> None:
    suite = project.path / "desk.suite.yaml"
    assert old in suite.read_text()
    suite.write_text(suite.read_text().replace(old, new))


def test_a_run_that_passes_is_green_and_leaves_verdict_junit_and_pages(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["placing 3 calls: 1 suite (desk), text tier, seed 1, 4 at a time", "*Report: *index.html"]
    )
    assert verdict(desk)["outcome"] == "passed"
    assert (only_run(desk) / "junit.xml").read_text().count("<testcase") == 2
    assert (desk.path / "reports" / "html" / "desk" / "v1.html").is_file()


def test_a_failing_agent_fails_its_test_with_reasons_and_words_instead_of_a_traceback(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("--harness-prompt=desk@v2", "-rA")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "*__ until_when[[]desk@v2-embedded.extractive] __*",
            '*"five"*Rule: tell the opening hours*',
            "*0 of 1 trials passed, 2 of 2 must*",
            "* caller: Until when is the shop open?",
            "FAILED desk.suite.yaml::until_when*",
        ]
    )
    assert "case_passes" not in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_a_baseline_is_shown_in_its_own_words_and_never_fails_the_run(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("--harness-prompt=desk@v1", "--harness-against=desk@v2", "-v")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "*used_books[[]desk@v2-* BASELINE passed *",
            "*until_when[[]desk@v2-* BASELINE failed *",
            "*2 passed, 2 baseline*",
        ]
    )


def test_a_measurement_that_is_missing_is_inconclusive_and_never_green(desk: pytest.Pytester) -> None:
    change(desk, "    tags: [stock]", "    rubric: manners")
    result = desk.runpytest_inprocess("-v")
    assert result.ret == NOTHING_PROVED
    result.stdout.fnmatch_lines(
        [
            "*used_books* INCONCLUSIVE *",
            "*= INCONCLUSIVE =*",
            "*polite*could not be measured*",
            "*1 passed, 1 inconclusive*",
        ]
    )


BROKEN_LINE = """
from contextlib import asynccontextmanager
from harness.errors import CallError

class NobodyPicksUp:
    name = "nobody"

    @asynccontextmanager
    async def open(self, request):
        raise CallError("nobody picked up")
        yield

    async def close(self):
        pass

def make(settings):
    return NobodyPicksUp()
"""


@pytest.fixture
def dead_line(desk: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return the project with a transport of its own, on which no call comes about."""
    desk.makepyfile(dead_line=BROKEN_LINE)
    desk.syspathinsert()
    monkeypatch.setenv("HARNESS_TRANSPORT", "dead_line:make")
    return desk


def test_trouble_on_the_line_is_an_error_in_set_up_and_not_a_failure(dead_line: pytest.Pytester) -> None:
    result = dead_line.runpytest_inprocess()
    assert result.ret == NOTHING_PROVED
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*ERROR at setup of used_books*", "nobody picked up"])
    assert "Traceback" not in result.stdout.str()


def test_tests_in_python_keep_their_own_say(desk: pytest.Pytester) -> None:
    change(desk, "    tags: [stock]", "    rubric: manners")
    desk.makepyfile(test_plain="def test_fails(): assert False")
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, failed=1)


def test_a_fixture_of_the_users_that_breaks_is_an_error_of_its_own(desk: pytest.Pytester) -> None:
    desk.makeconftest(
        "import pytest\n@pytest.fixture(autouse=True)\ndef broken(case_result):\n    raise RuntimeError('mine')\n"
    )
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["E*RuntimeError: mine"])


def test_stopping_at_the_first_failure_keeps_what_is_finished(desk: pytest.Pytester) -> None:
    change(desk, "says: [used books]", "says: [motor cars]")
    desk.makepyfile(test_plain="def test_never_reached(): pass")
    result = desk.runpytest_inprocess("-x", "--harness-concurrency=1")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=1)
    assert verdict(desk)["outcome"] == "failed"
    result.stdout.fnmatch_lines(["*Run: *"])


def test_ctrl_c_keeps_what_is_finished(desk: pytest.Pytester) -> None:
    desk.makeconftest(
        "import pytest\n"
        "@pytest.fixture(autouse=True)\n"
        "def stop(request):\n"
        "    yield\n"
        "    if 'used_books' in request.node.name: raise KeyboardInterrupt\n"
    )
    result = desk.runpytest_inprocess("--harness-concurrency=1", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert json.loads((only_run(desk) / "verdict.json").read_text())["cases"][-1]["id"].startswith("desk::used_books")
    assert (desk.path / "reports" / "html" / "index.html").is_file()


def test_calls_nobody_came_to_wait_for_are_kept_too(desk: pytest.Pytester) -> None:
    desk.makeconftest(
        "import pytest\n"
        "@pytest.fixture(autouse=True)\n"
        "def stop(request):\n"
        "    request.getfixturevalue('case_result')\n"
        "    raise KeyboardInterrupt\n"
    )
    result = desk.runpytest_inprocess("--harness-concurrency=1", no_reraise_ctrlc=True)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*= voice agent harness =*", "Run: *"])
    assert (only_run(desk) / "verdict.json").is_file()


def test_last_failed_runs_what_failed_again(desk: pytest.Pytester) -> None:
    desk.runpytest_inprocess("--harness-prompt=desk@v2")
    result = desk.runpytest_inprocess("--harness-prompt=desk@v2", "--lf")
    result.assert_outcomes(failed=1)


def test_a_case_is_run_by_its_node_id(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("desk.suite.yaml::until_when[desk@v1-embedded.extractive]")
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=1)


def test_a_missing_key_is_named_before_any_call(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("--harness-engine-model=openai.gpt-4o")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["error: *OPENAI_API_KEY*", "*no call was placed*"])
    assert "INTERNALERROR" not in result.stdout.str()
    assert not list((desk.path / "reports" / "runs").iterdir())


def test_a_reports_folder_that_cannot_be_written_is_named_before_any_call(desk: pytest.Pytester) -> None:
    (desk.path / "reports").write_text("in the way")
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["error: *reports*cannot write*", "*no call was placed*"])


def test_a_run_is_resumed_without_placing_finished_calls_again(desk: pytest.Pytester) -> None:
    desk.runpytest_inprocess()
    whole = (only_run(desk) / "verdict.json").read_bytes()
    (log,) = (only_run(desk) / "trials").iterdir()
    first, second, _ = log.read_bytes().splitlines()
    # As a killed process leaves it: one line whole, one torn, no verdict.
    log.write_bytes(first + b"\n" + second[:40])
    (only_run(desk) / "verdict.json").unlink()

    result = desk.runpytest_inprocess("--harness-resume=latest")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["placing 2 calls of 3, the others are kept from the run that is resumed*"])
    assert (only_run(desk) / "verdict.json").read_bytes() == whole


def test_a_run_of_another_prompt_is_not_resumed(desk: pytest.Pytester) -> None:
    desk.runpytest_inprocess()
    prompt = desk.path / "prompts" / "desk" / "v1.md"
    prompt.write_text(prompt.read_text() + "The shop has a cat.\n")
    result = desk.runpytest_inprocess("--harness-resume=latest")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["error: run * cannot be resumed: its prompts are not those of now*"])
