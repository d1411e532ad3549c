"""`pytest suites/ --harness-against …`: the verdict block, the exit code, and the same verdict file as the CLI's."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main
from tests.gated_project import suite_text, write_fair
from tests.pytest_plugin.conftest import QUICK


@pytest.fixture
def fair(pytester: pytest.Pytester) -> pytest.Pytester:
    write_fair(pytester.path)
    pytester.makeini(f"[pytest]\naddopts = --harness-tier=text --strict-markers {QUICK}\n")
    return pytester


def rewrite(fair: pytest.Pytester, **suite: object) -> None:
    (fair.path / "fair.suite.yaml").write_text(suite_text(**suite))  # type: ignore[arg-type]


def verdict_file(fair: pytest.Pytester) -> bytes:
    (run,) = (fair.path / "reports" / "runs").iterdir()
    return (run / "verdict.json").read_bytes()


def test_a_regression_is_told_and_fails_the_session(fair: pytest.Pytester) -> None:
    rewrite(fair, required=False)
    done = fair.runpytest("--harness-prompt=fair@v3", "--harness-against=fair@v1", "-q")
    assert done.ret == 1
    done.stdout.fnmatch_lines(["*verdict*pull_request*", "*regressed: fair@v3 passes*less often than fair@v1*"])
    # Not one of the tests failed: the comparison did.
    assert " failed" not in done.stdout.lines[-1]


def test_an_unchanged_prompt_passes(fair: pytest.Pytester) -> None:
    done = fair.runpytest("--harness-prompt=fair@v2", "--harness-against=fair@v1", "-q")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["*non_inferior: fair@v2 passes as often as fair@v1*"])


def test_pytest_workers_and_the_command_line_write_the_same_verdict_file(
    fair: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    rewrite(fair, cases=3)
    chosen = ("--harness-prompt=fair@v2", "--harness-against=fair@v1", "-q")
    files = []
    for more in ((), ("-n", "2")):
        done = fair.runpytest(*chosen, *more)
        assert done.ret == 0
        done.stdout.fnmatch_lines(["*inconclusive*"])
        files.append(verdict_file(fair))
        _clear(fair.path)
    monkeypatch.chdir(fair.path)
    ran = CliRunner().invoke(main, ["run", ".", "--tier", "text", "--prompt", "fair@v2", "--against", "fair@v1"])
    assert ran.exit_code == 0, ran.output
    files.append(verdict_file(fair))
    assert files[0] == files[1] == files[2]


def test_an_undecided_comparison_is_extended_in_the_session(fair: pytest.Pytester) -> None:
    rewrite(fair, cases=3)
    done = fair.runpytest(
        "--harness-prompt=fair@v2", "--harness-against=fair@v1", "--harness-trials=1", "--harness-max-trials=2"
    )
    done.stdout.fnmatch_lines(["*the comparison is undecided: placing 6 further calls*"])
    assert done.ret == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        pytest.param(("-k", "nothing_of_that_name"), 3, id="zero cases selected"),
        pytest.param(("--harness-against=baseline:nobody",), 2, id="an unknown baseline"),
        pytest.param(("--harness-against=fair@v1", "--harness-margin=0"), 2, id="a margin of 0"),
        pytest.param(("--harness-budget=1", "-n", "2"), 2, id="a budget of several processes"),
    ],
)
def test_exit_codes_of_sessions_that_prove_nothing(fair: pytest.Pytester, options: tuple[str, ...], code: int) -> None:
    rewrite(fair, cases=2)
    done = fair.runpytest(*options, "-q")
    assert done.ret == code
    assert "1 passed" not in done.stdout.str()


def test_real_calls_are_placed_by_one_process(fair: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    rewrite(fair, cases=2)
    monkeypatch.setenv("VOIPBIN_ACCESS_KEY", "vb_" + "0" * 32)
    # Nobody listens there: a session that went on would place its calls and fail.
    options = ("--harness-transport=voipbin", "--harness-route=text", "--harness-api-url=http://127.0.0.1:9")
    done = fair.runpytest(*options, "-n", "2", "-q")
    assert done.ret == 2
    done.stdout.fnmatch_lines(["*--harness-transport voipbin needs one process*"])


def _clear(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder / "reports")
