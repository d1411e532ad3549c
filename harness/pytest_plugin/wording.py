"""What a case says on the terminal: why it did not pass, what was said, and where to listen to it."""

from pathlib import Path

from harness.model.call import Role, Turn
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, TrialResult
from harness.model.score import Score
from harness.model.stop import Stop
from harness.report.blames import blame_lines
from harness.report.spoiled import discarded_lines

SHOWN_TURNS = 6
"""Turns quoted around the first one that decided."""

_MEANING = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed: the agent did not do what was asked",
    Outcome.INCONCLUSIVE: "inconclusive: our caller or a measurement fell short, so nothing was proved",
    Outcome.ERROR: "error: the line or a service broke, so nothing was proved",
}


def failure_text(result: CaseResult, *, folder: Path, stop: Stop | None = None) -> str:
    """Return why a case did not pass, its main reason in the first line.

    Args:
        result: The case.
        folder: The run's folder, which recordings are relative to.
        stop: Why the run placed no further call, so that this case may lack some.
    """
    meaning = _MEANING[result.outcome]
    lacks = (
        f"{result.missing} of {result.planned_trials} trials were not made: {stop.reason}"
        if stop and result.missing
        else ""
    )
    reason = next(iter(result.reasons), lacks or meaning)
    lines = [reason, "", f"  {meaning}{_count(result)}"]
    if lacks and lacks != reason:
        lines.append(f"  {lacks}")
    return "\n".join([*lines, conversation_text(result, folder=folder)])


def conversation_text(result: CaseResult, *, folder: Path) -> str:
    """Return reasons, words and recordings of the trials: of those that did not pass, or of all when all passed.

    Trials that came to the same for the same reasons are told once.
    """
    shown = [trial for trial in result.trials if trial.outcome is not Outcome.PASSED] or result.trials
    alike: dict[tuple[Outcome, tuple[str, ...]], list[TrialResult]] = {}
    for trial in shown:
        alike.setdefault((trial.outcome, trial.reasons), []).append(trial)
    several = len(result.trials) > 1
    lines = [f"  {line}" for line in discarded_lines(result)]
    lines += [line for trials in alike.values() for line in _trial(trials, several=several, folder=folder)]
    return "\n".join(lines)


def _count(result: CaseResult) -> str:
    if len(result.trials) <= 1 and result.pass_rule.of == 1:
        return ""
    judged = [trial for trial in result.trials if trial.trial.attempt <= result.pass_rule.of]
    passed = sum(trial.outcome is Outcome.PASSED for trial in judged)
    more = len(result.trials) - len(judged)
    beside = f"; {more} more for the comparison" if more else ""
    return f" ({passed} of {len(judged)} trials passed, {result.pass_rule} must{beside})"


def _trial(trials: list[TrialResult], *, several: bool, folder: Path) -> list[str]:
    result, *others = trials
    numbers = " and ".join(str(trial.trial.attempt) for trial in trials)
    lines = [f"  trial{'s' if others else ''} {numbers}: {result.outcome.value}"] if several else []
    lines += [f"  - {reason}" for reason in result.reasons]
    lines += [f"  {line}" for line in blame_lines(trials)]
    if result.call is None:
        return lines
    turns, blamed = result.call.turns, _blamed(result)
    middle = min(blamed, default=len(turns))
    first = max(0, min(middle - SHOWN_TURNS // 2, len(turns) - SHOWN_TURNS))
    shown = range(first, min(first + SHOWN_TURNS, len(turns)))
    if shown:
        lines += ["", f"  turns {shown[0] + 1} to {shown[-1] + 1} of {len(turns)}:"]
        lines += [_turn(turns[index], blamed=index in blamed) for index in shown]
    if result.call.recording:
        lines += ["", f"  listen: {_from_here(folder / result.call.recording.path)}"]
    return lines


def _blamed(result: TrialResult) -> frozenset[int]:
    return frozenset(
        score.turn
        for score in result.scores
        if isinstance(score, Score) and score.required and score.passed is False and score.turn is not None
    )


def _turn(turn: Turn, *, blamed: bool) -> str:
    cut = " [cut off]" if turn.interrupted else ""
    misheard = ""
    if turn.role is Role.CALLER and turn.heard is not None and _letters(turn.heard) != _letters(turn.spoken):
        misheard = f'  (the agent heard "{turn.heard}")'
    return f"  {'>' if blamed else ' '} {turn.role.value:>6}: {turn.spoken}{cut}{misheard}"


def _letters(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def _from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
