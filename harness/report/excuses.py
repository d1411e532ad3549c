"""Cases whose own outcome decides nothing, and those that counted again: told everywhere, hidden nowhere."""

from collections.abc import Iterator

from harness.model.outcome import Tally
from harness.model.run import CaseResult, Run
from harness.model.suite import ArmRole
from harness.report.lines import Line, one_line

NOT_REQUIRED = "not required: counts in the comparison only"


def excuse(result: CaseResult) -> str:
    """Return why a case's outcome decides nothing by itself; empty where it does."""
    if not result.excused:
        return ""
    kept = result.standing.quarantine
    return NOT_REQUIRED if kept is None else f"in quarantine until {kept.until} ({kept.owner})"


def is_quarantined(result: CaseResult) -> bool:
    """Return whether a case is in a quarantine that still holds."""
    return result.excused and result.standing.quarantine is not None


def case_notes(result: CaseResult) -> tuple[str, ...]:
    """Return what a reader of a case's outcome must know beside it, a few words each."""
    kept = result.standing.quarantine
    notes = [excuse(result)]
    if kept is not None and result.standing.expired:
        notes.append(f"quarantine ended on {kept.until}")
    tally = Tally.of(trial.outcome for trial in result.trials) if len(result.trials) > 1 else Tally()
    if tally.passed and tally.failed:
        notes.append(f"flaky: {tally.passed} passed, {tally.failed} failed")
    return tuple(note for note in notes if note)


def quarantine_lines(run: Run) -> Iterator[Line]:
    """Yield a line for every case under test that has a quarantine, also for one that is over."""
    for result in run.results:
        kept = result.standing.quarantine
        if kept is None or result.role is ArmRole.BASELINE:
            continue
        name = f"{result.case} with {result.prompt}"
        if result.standing.expired:
            words = f"✗ {name}: its quarantine ended on {kept.until} ({kept.owner}), so it counts again, as failed"
            yield Line(one_line(words), "red")
        else:
            why = f"in quarantine until {kept.until} ({kept.owner}: {kept.reason})"
            yield Line(one_line(f"· {name}: {why}: {result.outcome.value}, decides nothing"), "yellow")
