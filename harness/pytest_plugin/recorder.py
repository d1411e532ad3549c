"""What a session knows about its suite items, in one process or on xdist's controller.

A case's outcome rides on the pytest report as plain values, so that the same code counts with and without xdist.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from harness.errors import StoreError
from harness.model.outcome import Outcome
from harness.model.run import CaseResult
from harness.model.suite import ArmRole

if TYPE_CHECKING:
    from harness.pytest_plugin.suite_run import SuiteRun
    from harness.runs import Finished

ATTRIBUTE = "harness_case"
"""Name of the report's extra attribute: {"outcome": …, "role": …, "excused": …}."""


@dataclass(slots=True, kw_only=True, eq=False)
class Recorder:
    """The state of one session; registered as a plugin, because reports come without a config."""

    suite_run: "SuiteRun | None" = None
    results: dict[str, CaseResult] = field(default_factory=dict)
    """By node id, in the process that placed the calls."""
    decided: int = 0
    """Suite items that came to an outcome."""
    blamed: int = 0
    """How many of pytest's failures are outcomes of suite items."""
    fault: str = ""
    """Why the run could not be kept or finished."""
    finished: "Finished | None" = None
    suite_files: int = 0
    """Suite files that were collected."""
    faulty: bool = False
    """A suite file has faults."""

    def extend(self, suite_run: "SuiteRun") -> None:
        """Have the further calls of an undecided comparison placed, where the settings allow any."""
        try:
            suite_run.extend()
        except StoreError as error:
            self.fault = str(error)

    def mark(self, report: pytest.TestReport) -> None:
        """Put a case's outcome on the one report that shows it."""
        result = self.results.get(report.nodeid)
        if result is None:
            return
        broke = result.role is ArmRole.CANDIDATE and result.outcome is Outcome.ERROR and not result.excused
        # A set-up that failed for any other reason than the case's outcome is the user's own fixture's.
        if report.when == ("setup" if broke else "call"):
            setattr(
                report,
                ATTRIBUTE,
                {"outcome": result.outcome.value, "role": result.role.value, "excused": result.excused},
            )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a report, from here or from a worker."""
        if hasattr(report, ATTRIBUTE):
            self.decided += 1
            self.blamed += report.failed

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take note of suite files with faults."""
        self.faulty |= report.failed and report.nodeid.endswith(".suite.yaml")


RECORDER = pytest.StashKey[Recorder]()


def status(report: pytest.TestReport) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Return category, letter and word where pytest's own would mislead: baselines and inconclusive cases."""
    case = getattr(report, ATTRIBUTE, None)
    if case is None:
        return None
    if case["role"] == ArmRole.BASELINE:
        return "baseline", "b", (f"BASELINE {case['outcome']}", {"cyan": True})
    if case["excused"] and case["outcome"] != Outcome.PASSED:
        return "excused", "x", (f"EXCUSED {case['outcome']}", {"cyan": True})
    if case["outcome"] == Outcome.INCONCLUSIVE:
        return "inconclusive", "?", ("INCONCLUSIVE", {"yellow": True})
    return None
