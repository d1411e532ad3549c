"""The end of a session: files, exit code, and the last section on the terminal."""

import pytest

from harness.errors import HarnessError
from harness.model.exit_code import ExitCode
from harness.model.outcome import Outcome
from harness.pytest_plugin.collect import LEFT_OUT
from harness.pytest_plugin.options import session_settings
from harness.pytest_plugin.recorder import Recorder
from harness.pytest_plugin.suite_run import chosen_run_id
from harness.runs import finish


def write_results(session: pytest.Session, recorder: Recorder) -> None:
    """Write verdict, JUnit and pages of the session's run, and let its verdict decide the exit code."""
    try:
        settings = session_settings(session.config)
        colour = session.config.get_terminal_writer().hasmarkup
        recorder.finished = finish(settings, settings.runs / chosen_run_id(session.config), colour=colour)
    except HarnessError as error:
        recorder.fault = str(error)
    own = session.testsfailed - recorder.blamed
    session.exitstatus = exit_code(int(session.exitstatus), own_failures=own, recorder=recorder)


def exit_code(before: int, *, own_failures: int, recorder: Recorder) -> int:
    """Return the session's exit code.

    Args:
        before: What pytest came to by itself.
        own_failures: Tests and set-ups that failed without being a case's outcome; they keep pytest's semantics.
        recorder: What the cases came to.
    """
    if before not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        return before
    if recorder.finished is None:
        return ExitCode.UNPROVED
    return pytest.ExitCode.TESTS_FAILED if own_failures else recorder.finished.exit_code


def show(terminal: pytest.TerminalReporter, recorder: Recorder) -> None:
    """Print the inconclusive cases and the summary of the run."""
    inconclusive = terminal.stats.get(Outcome.INCONCLUSIVE.value, [])
    if inconclusive:
        terminal.write_sep("=", "INCONCLUSIVE", yellow=True)
    for report in inconclusive:
        terminal.write_sep("_", report.head_line or report.nodeid, yellow=True, bold=True)
        terminal.write_line(report.longreprtext)
    if recorder.finished is not None:
        terminal.write_sep("=", "voice agent harness")
        terminal.write_line(recorder.finished.text)
    if recorder.fault:
        terminal.write_line(f"error: {recorder.fault}", red=True)


def left_out(config: pytest.Config) -> list[str]:
    """Return a line for every suite that has no arm under the chosen prompts."""
    prompts = ", ".join(config.getoption("harness_prompt"))
    return [
        f"left out: {suite} has no prompt of --harness-prompt {prompts}" for suite in config.stash.get(LEFT_OUT, [])
    ]
