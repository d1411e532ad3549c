"""How a run gets on: a bar on a terminal, plain lines anywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from harness.model.run import Trial, TrialResult
from harness.runner.batch import Watcher
from harness.runner.schedule import Slot


class PlainProgress:
    """One line for each finished call."""

    def __init__(self, calls: int) -> None:
        """Take the number of calls to come."""
        self._calls = calls
        self._done = 0

    def started(self, trial: Trial) -> None:
        """Say nothing: a log wants results."""

    def discarded(self, result: TrialResult) -> None:
        """Say that a call is made again."""
        self._write("discarded", result)

    def finished(self, result: TrialResult) -> None:
        """Write the call's outcome."""
        self._done += 1
        self._write(result.outcome.value, result)

    def left_out(self, slot: Slot) -> None:
        """Expect one call fewer."""
        self._calls -= 1

    def _write(self, word: str, result: TrialResult) -> None:
        width = len(str(self._calls))
        role = " (baseline)" if result.trial.role == "baseline" else ""
        click.echo(f"[{self._done:{width}}/{self._calls}] {word:12} {result.trial.id}{role}", err=True)


@contextmanager
def progress(calls: int, *, terminal: bool) -> Iterator[Watcher]:
    """Show the progress of a number of calls until the context is left."""
    if not terminal:
        yield PlainProgress(calls)
        return
    # Costs a tenth of a second, and a log or a test never needs it.
    from harness.cli.bar import BarProgress

    with BarProgress(calls) as bar:
        yield bar


@contextmanager
def steps(noun: str, total: int, *, terminal: bool) -> Iterator[Callable[[], None]]:
    """Show how a number of steps gets on, and yield what counts one; a log is told once what is to come."""
    if not terminal:
        click.echo(f"{total} {noun}", err=True)
        yield lambda: None
        return
    from harness.cli.bar import StepBar

    with StepBar(noun, total) as bar:
        yield bar.step
