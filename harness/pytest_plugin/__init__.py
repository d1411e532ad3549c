"""The pytest plugin: `*.suite.yaml` files are test files, their cases are tests, and the calls run behind them.

Hook functions only. Whatever loads suites or places calls is imported when the first suite is met, so that a session
without one costs nothing.
"""

from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ConfigurationError, StoreError
from harness.model.exit_code import ExitCode
from harness.pytest_plugin.fixtures import case_failure, case_result, harness_python_door, harness_settings, run_case
from harness.pytest_plugin.items import CaseItem
from harness.pytest_plugin.options import add_options
from harness.pytest_plugin.recorder import RECORDER, Recorder, status

if TYPE_CHECKING:
    from harness.pytest_plugin.items import Cell
    from harness.pytest_plugin.suite_run import SuiteRun

__all__ = ["case_failure", "case_result", "harness_python_door", "harness_settings", "run_case"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the --harness-* options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the session's state."""
    recorder = Recorder()
    config.stash[RECORDER] = recorder
    config.pluginmanager.register(recorder, "harness-recorder")
    config.addinivalue_line("markers", "baseline: cases of the prompt version compared with; they never fail a run")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take *.suite.yaml files."""
    if not file_path.name.endswith(".suite.yaml"):
        return None
    from harness.pytest_plugin.collect import SuiteFile, is_meant

    if not is_meant(file_path, config=parent.config):
        return None
    return SuiteFile.from_parent(parent, path=file_path)


def pytest_report_collectionfinish(config: pytest.Config, items: Sequence[pytest.Item]) -> list[str]:
    """Name the suites that --harness-prompt left without a prompt."""
    if not config.getoption("harness_prompt"):
        return []
    from harness.pytest_plugin.ending import left_out

    return left_out(config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Check the set-up of every selected case before any test runs."""
    from_here = [item.cell for item in session.items if isinstance(item, CaseItem) and not item.skipped]
    broken = session.testsfailed and not session.config.getoption("continue_on_collection_errors")
    if from_here and not broken and not session.config.getoption("collectonly") and not _is_worker(session.config):
        session.config.stash[RECORDER].suite_run = _prepared(session.config, from_here)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Have the calls of the session placed, as soon as its first case is reached."""
    if not isinstance(item, CaseItem) or item.skipped:
        return
    from harness.pytest_plugin.suite_run import SuiteRun, stop

    recorder = item.config.stash[RECORDER]
    try:
        if recorder.suite_run is None:
            cells = [each.cell for each in item.session.items if isinstance(each, CaseItem) and not each.skipped]
            recorder.suite_run = SuiteRun(item.config, cells)
            recorder.suite_run.join(**item.config.workerinput["harness"])  # type: ignore[attr-defined]
        recorder.suite_run.ask(item, nextitem)
    except (ConfigurationError, StoreError) as error:
        stop(item.config, error)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put a case's outcome on its report."""
    report = yield
    item.config.stash[RECORDER].mark(report)
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(
    report: pytest.CollectReport | pytest.TestReport,
) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
    """Give baselines and inconclusive cases their own words."""
    return status(report) if isinstance(report, pytest.TestReport) else None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hang up what is in flight, then write what there is, also after -x or Ctrl-C."""
    recorder = session.config.stash[RECORDER]
    suite_run = recorder.suite_run
    if suite_run is not None:
        if not session.shouldstop and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            recorder.extend(suite_run)
        suite_run.close()
    if recorder.faulty and not recorder.decided and session.exitstatus == pytest.ExitCode.TESTS_FAILED:
        # xdist takes a file that cannot be collected for a failed test.
        session.exitstatus = pytest.ExitCode.INTERRUPTED
    if recorder.suite_files and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        # pytest's own code says that nothing was there; here a suite was, and none of its cases was selected.
        session.exitstatus = ExitCode.UNPROVED
    if session.exitstatus == pytest.ExitCode.OK and _only_skipped(session):
        session.exitstatus = ExitCode.UNPROVED
    if suite_run is not None and not _is_worker(session.config) and (recorder.decided or suite_run.has_results):
        from harness.pytest_plugin.ending import write_results

        write_results(session, recorder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what the run came to and where to read it."""
    recorder = config.stash[RECORDER]
    if recorder.finished is not None or recorder.fault:
        from harness.pytest_plugin.ending import show

        show(terminalreporter, recorder)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker which run it will be part of."""
    from harness.pytest_plugin.suite_run import chosen_run_id

    try:
        run_id = chosen_run_id(node.config)
    except ConfigurationError as error:
        pytest.exit(str(error), returncode=2)
    node.workerinput["harness"] = {"run_id": run_id, "worker": node.gateway.id}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: Sequence[str]) -> None:
    """Prepare and make the run on the controller, before the first item is given to a worker."""
    recorder = node.config.stash[RECORDER]
    if recorder.suite_run is None:
        from harness.pytest_plugin.xdist import chosen_cells

        try:
            cells = chosen_cells(node.config, ids)
        except ConfigurationError:
            # The workers met the same fault and report it as a collection error, file by file.
            return
        if cells:
            recorder.suite_run = _prepared(node.config, cells, create=True)


def _prepared(config: pytest.Config, cells: "Sequence[Cell]", *, create: bool = False) -> "SuiteRun":
    from harness.pytest_plugin.suite_run import SuiteRun, announce, stop

    try:
        suite_run = SuiteRun(config, cells)
        announce(config, suite_run.announcement())
        if create:
            suite_run.require_one_process()
            suite_run.create()
    except (ConfigurationError, StoreError) as error:
        stop(config, error)
    return suite_run


def _only_skipped(session: pytest.Session) -> bool:
    """Return whether cases were selected and every one of them is skipped: nothing is proved then."""
    cases = [item for item in session.items if isinstance(item, CaseItem)]
    return bool(cases) and all(case.skipped for case in cases) and not session.config.getoption("collectonly")


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
