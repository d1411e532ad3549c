"""Fixtures for the cases of suite files and for conversations written in Python."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from harness.errors import StoreError
from harness.model.case import Case
from harness.model.outcome import Outcome
from harness.model.prompt import Prompt
from harness.model.run import CaseResult
from harness.model.suite import ArmRole
from harness.pytest_plugin.items import CaseItem
from harness.pytest_plugin.options import session_settings
from harness.pytest_plugin.recorder import RECORDER
from harness.pytest_plugin.wording import failure_text
from harness.settings import Settings

if TYPE_CHECKING:
    from harness.pytest_plugin.python_door import PythonDoor, RunCase


@pytest.fixture(scope="session")
def harness_settings(pytestconfig: pytest.Config) -> Settings:
    """The harness's settings: defaults < [tool.harness] < HARNESS_* variables < --harness-* options."""
    return session_settings(pytestconfig)


@pytest.fixture
def case_result(request: pytest.FixtureRequest) -> CaseResult:
    """What came of the case behind a suite file's item; waits for its calls."""
    item = request.node
    if not isinstance(item, CaseItem):
        pytest.fail("case_result belongs to the items of *.suite.yaml files; in Python use run_case", pytrace=False)
    recorder = request.config.stash[RECORDER]
    assert recorder.suite_run is not None, "the item's protocol began the run"
    try:
        result = recorder.suite_run.result(item.planned)
    except StoreError as error:
        # Without a place to keep results every further call would be lost.
        request.session.shouldstop = f"error: {error}"
        pytest.fail(str(error), pytrace=False)
    recorder.results[item.nodeid] = result
    if result.role is ArmRole.CANDIDATE and result.outcome is Outcome.ERROR and not result.excused:
        pytest.fail(failure_text(result, folder=recorder.suite_run.folder.path), pytrace=False)
    return result


@pytest.fixture
def case_failure(request: pytest.FixtureRequest, case_result: CaseResult) -> str:
    """Why a suite file's case does not pass, for the terminal; empty when it does, or decides nothing."""
    suite_run = request.config.stash[RECORDER].suite_run
    is_shown_only = case_result.role is ArmRole.BASELINE or case_result.excused
    if suite_run is None or is_shown_only or case_result.outcome is Outcome.PASSED:
        return ""
    return failure_text(case_result, folder=suite_run.folder.path, stop=suite_run.folder.stopped())


@pytest.fixture(scope="session")
def harness_python_door(pytestconfig: pytest.Config) -> "Iterator[PythonDoor]":
    """The calls of this session's Python tests; use `run_case`."""
    from harness.pytest_plugin.python_door import PythonDoor

    door = PythonDoor(pytestconfig)
    yield door
    door.close()


@pytest.fixture
def run_case(request: pytest.FixtureRequest, harness_python_door: "PythonDoor") -> "RunCase":
    """Have a conversation written in Python: `run_case(case, prompt="receptionist@v2")` returns its CaseResult."""

    def run(case: Case, *, prompt: str | Prompt, engine_model: str = "embedded.extractive") -> CaseResult:
        return harness_python_door.run(request, case, prompt=prompt, engine_model=engine_model)

    return run
