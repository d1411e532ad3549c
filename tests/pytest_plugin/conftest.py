"""A small project with a suite, whose agent answers from its prompt."""

# pytester forgets the modules an inner session was the first to import; numpy must not be imported twice.
import numpy  # noqa: F401
import pytest

import harness.pytest_plugin.collect
import harness.pytest_plugin.ending  # noqa: F401
from tests.corner_books import write_project

QUICK = "-p no:hypothesispytest -p no:anyio -p no:schemathesis"
"""Each would be imported anew by every inner session."""


@pytest.fixture
def desk(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a project with the suite `desk`: desk@v1 passes both cases, desk@v2 lost the opening hours."""
    write_project(pytester.path)
    pytester.makeini(f"[pytest]\naddopts = --harness-tier=text --strict-markers {QUICK}\n")
    return pytester
