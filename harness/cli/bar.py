"""The progress bars, drawn with rich."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from harness.model.outcome import Outcome
from harness.model.run import Trial, TrialResult
from harness.runner.schedule import Slot


class BarProgress:
    """Calls done out of all, time gone and left, what is on the line now."""

    def __init__(self, calls: int) -> None:
        """Take the number of calls to come; entering the context shows the bar."""
        self._bar = Progress(
            TextColumn("calls"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("· left"),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(stderr=True, highlight=False),
        )
        self._calls = calls
        self._task = self._bar.add_task("", total=calls)
        self._not_passed = 0

    def started(self, trial: Trial) -> None:
        """Show the call that was placed last."""
        self._describe(f"{trial.case} {trial.prompt}")

    def discarded(self, result: TrialResult) -> None:
        """Say above the bar that a call is made again, and why."""
        self._say("discarded", result)

    def finished(self, result: TrialResult) -> None:
        """Count a call; an outcome that needs reading gets its line above the bar."""
        self._bar.advance(self._task)
        if result.outcome is not Outcome.PASSED and result.trial.role != "baseline":
            self._not_passed += 1
            self._say(result.outcome.value, result)

    def left_out(self, slot: Slot) -> None:
        """Expect one call fewer."""
        self._calls -= 1
        self._bar.update(self._task, total=self._calls)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()

    def _say(self, word: str, result: TrialResult) -> None:
        reason = result.reasons[0] if result.reasons else ""
        self._bar.console.print(f"{word}: {result.trial.id}  {reason}", markup=False)

    def _describe(self, current: str) -> None:
        trouble = f" · {self._not_passed} not passed" if self._not_passed else ""
        self._bar.update(self._task, description=f"{current}{trouble}")


class StepBar:
    """Steps done out of all, time gone and left."""

    def __init__(self, noun: str, steps: int) -> None:
        """Take what a step is, in the plural, and how many are to come; entering the context shows the bar."""
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("· left"),
            TimeRemainingColumn(),
            console=Console(stderr=True, highlight=False),
        )
        self._task = self._bar.add_task(noun, total=steps)

    def step(self) -> None:
        """Count a step."""
        self._bar.advance(self._task)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()
