"""Suites whose caller is spoiled on purpose, as the command runs them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from tests.fickle_ears import write_fickle_project

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the command `harness`, run in a project in which every one of Omar's calls is spoiled."""
    write_fickle_project(tmp_path, annas=8, omars=1)
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nstt = "fickle:always"\nconcurrency = 1\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    return lambda *args: CliRunner().invoke(main, args)


def test_too_many_spoiled_calls_stop_the_run_and_what_is_left_goes_on_when_the_limit_is_lifted(
    command: Command,
) -> None:
    stopped = command("run", ".")
    assert stopped.exit_code == 3
    assert "Stopped: 3 of 11 calls were spoiled by our own caller (persona omar: 3 of 3): choose a" in stopped.stdout
    assert "Persona omar spoiled 3 of its 3 calls" in stopped.stdout
    assert stopped.stderr.count("discarded    desk::noisy") == 2
    assert "desk::last" not in stopped.stderr
    resumed = command("run", ".", "--resume", "latest", "--max-invalid", "1")
    assert resumed.exit_code == 3
    assert "placing 1 call of 10" in resumed.stderr
    assert "Stopped" not in resumed.stdout


def test_repeats_can_be_switched_off(command: Command) -> None:
    result = command("run", ".", "--repeats", "0")
    assert result.exit_code == 3
    assert "discarded" not in result.output
    assert "? noisy: inconclusive with desk@v1" in result.stdout
