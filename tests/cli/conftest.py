"""A small project, and the command run in it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import main

PROMPT = """You are the front desk of Corner Books.
Greet the caller with "Corner Books, how can I help?"
The shop sells used books.
The shop is open until five in the afternoon.
"""
SUITE = """\
prompts: [desk@v1]
engine_models: [embedded.extractive]
personas: {anna: {}}
rubrics: {manners: {criteria: [{id: polite, question: "Is the agent polite?"}]}}
cases:
  - id: used_books
    persona: anna
    tags: [stock]
    turns: [{say: "Do you sell used books?"}]
    expect: {says: [used books]}
  - id: until_when
    persona: anna
    trials: 2
    pass: 2 of 2
    turns: [{say: "Until when is the shop open?"}]
    expect: {says: [five]}
"""

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the command `harness`, run in a project where desk@v1 passes and desk@v2 lost the opening hours."""
    home = tmp_path / "suites" / "prompts" / "desk"
    home.mkdir(parents=True)
    (home / "v1.md").write_text(PROMPT)
    (home / "v2.md").write_text(PROMPT.replace("The shop is open until five in the afternoon.\n", ""))
    (tmp_path / "suites" / "desk.suite.yaml").write_text(SUITE)
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> Result:
        return CliRunner().invoke(main, args)

    return run
