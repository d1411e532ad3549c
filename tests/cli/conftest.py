"""A small project, and the command run in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main
from tests.corner_books import write_project

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the command `harness`, run in a project where desk@v1 passes and desk@v2 lost the opening hours."""
    write_project(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> Result:
        return CliRunner().invoke(main, args)

    return run
