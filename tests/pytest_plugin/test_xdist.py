from pathlib import Path

import pytest


def runs(project: pytest.Pytester) -> list[Path]:
    return sorted((project.path / "reports" / "runs").iterdir())


def test_two_workers_give_the_same_verdict_file_as_one_process(desk: pytest.Pytester) -> None:
    args = ("--harness-prompt=desk@v2", "--harness-against=desk@v1")
    alone = desk.runpytest_inprocess(*args)
    (first,) = runs(desk)
    shared = desk.runpytest_inprocess(*args, "-n", "2")
    assert alone.ret == shared.ret == pytest.ExitCode.TESTS_FAILED
    for result in (alone, shared):
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(["*placing 12 calls*", "*1 failed, 1 passed, 2 baseline*"])
    (second,) = set(runs(desk)) - {first}
    assert (first / "verdict.json").read_bytes() == (second / "verdict.json").read_bytes()
    assert {path.name for path in (second / "trials").iterdir()} <= {"gw0.jsonl", "gw1.jsonl"}


def test_a_controller_stops_before_any_call_when_the_set_up_is_wrong(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("--harness-engine-model=openai.gpt-4o", "-n", "1")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["error: *OPENAI_API_KEY*", "*no call was placed*"])
    assert not runs(desk)


def test_faults_end_the_session_with_the_same_exit_code(desk: pytest.Pytester) -> None:
    suite = desk.path / "desk.suite.yaml"
    suite.write_text(suite.read_text().replace("pass:", "passes:"))
    result = desk.runpytest_inprocess("-n", "1")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*desk.suite.yaml:14:5*passes*"])
