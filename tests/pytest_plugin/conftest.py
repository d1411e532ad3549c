"""A small project with a suite, whose agent answers from its prompt."""

# pytester forgets the modules an inner session was the first to import; numpy must not be imported twice.
import numpy  # noqa: F401
import pytest

import harness.pytest_plugin.collect
import harness.pytest_plugin.ending  # noqa: F401

QUICK = "-p no:hypothesispytest -p no:anyio"
"""Each would be imported anew by every inner session."""

V1 = """You are the front desk of Corner Books.
Greet the caller with "Corner Books, how can I help?"
The shop sells used books.
The shop is open until five in the afternoon.
"""
V2 = V1.replace("The shop is open until five in the afternoon.\n", "")

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
    expect: {says: [five], because: "Rule: tell the opening hours"}
"""


@pytest.fixture
def desk(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a project with the suite `desk`: desk@v1 passes both cases, desk@v2 lost the opening hours."""
    home = pytester.mkdir("prompts") / "desk"
    home.mkdir()
    (home / "v1.md").write_text(V1)
    (home / "v2.md").write_text(V2)
    (pytester.path / "desk.suite.yaml").write_text(SUITE)
    pytester.makeini(f"[pytest]\naddopts = --harness-tier=text --strict-markers {QUICK}\n")
    return pytester
