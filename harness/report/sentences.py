"""What a run says in plain words, the same on every page and in the terminal."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.model.call import EndReason
from harness.model.outcome import Outcome, Tally
from harness.model.run import CaseResult, Run
from harness.model.score import Unscored
from harness.model.verdict import Verdict
from harness.report.numbers import count, ratio
from harness.report.versions import Movement, PromptVersion

BASELINE_NOTE = "baseline (shown, never gates)"

SYMBOLS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.INCONCLUSIVE: "?", Outcome.ERROR: "!"}

END_REASONS = {
    EndReason.CALLER_HANGUP: "the caller hung up",
    EndReason.AGENT_HANGUP: "the agent hung up",
    EndReason.AGENT_SILENT: "the caller gave up on a silent agent",
    EndReason.TIME_LIMIT: "the call reached its time limit",
    EndReason.LINE_DROPPED: "the line broke",
    EndReason.NOT_ANSWERED: "the call was never answered",
    EndReason.NEVER_STARTED: "the AI session never started",
}

MOVEMENTS = {Movement.FIXED: "fixed", Movement.BROKE: "broke", Movement.CHANGED: "changed"}


_MOST_GAPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Questions of one kind that have no answer, for one reason."""

    what: str
    reason: str
    count: int


def version_sentence(version: PromptVersion) -> str:
    """Return the verdict on a prompt version in one sentence."""
    tally = version.cases
    if not tally.total:
        return f"No call was finished for {version.label}."
    verb = "passed" if version.is_baseline else "passes"
    sentence = f"{version.label} {verb} {ratio(tally.passed, tally.total, 'case')}"
    comparison = version.comparison
    if comparison is None or not comparison.results:
        return f"{sentence}."
    before = Tally.of(result.outcome for result in comparison.results)
    of = "" if before.total == tally.total else f" of the {before.total} they share"
    return f"{sentence}; {comparison.reference.version} passed {before.passed}{of}."


def tally_words(tally: Tally) -> str:
    """Return the outcomes of a tally that occur, in words: `6 passed, 2 failed`."""
    parts = ((outcome, getattr(tally, outcome.value)) for outcome in Outcome)
    return ", ".join(f"{number} {outcome.value}" for outcome, number in parts if number) or "none"


def verdict_sentence(verdict: Verdict) -> str:
    """Return what the run came to, with the number of cases it rests on."""
    tally = verdict.gated
    stopped = f" {verdict.stop.reason[:1].upper()}{verdict.stop.reason[1:]}." if verdict.stop else ""
    unfinished = f" {count(verdict.unfinished, 'planned trial')} did not finish." if verdict.unfinished else ""
    unfinished += stopped
    if not tally.total:
        return f"Nothing proved: no case under test was finished.{unfinished}"
    match verdict.outcome:
        case Outcome.PASSED:
            which = "the one case" if tally.total == 1 else f"all {tally.total} cases"
            return f"Passed: {which} under test passed.{unfinished}"
        case Outcome.FAILED:
            return f"Failed: {ratio(tally.failed, tally.total, 'case')} under test failed.{unfinished}"
        case Outcome.ERROR:
            return f"Error: {ratio(tally.error, tally.total, 'case')} under test could not be held.{unfinished}"
        case Outcome.INCONCLUSIVE:
            proved = tally.passed + tally.failed
            if verdict.stop or proved == tally.total:
                return f"Nothing proved: the run was cut short.{unfinished}"
            return f"Nothing proved: only {ratio(proved, tally.total, 'case')} under test could be judged.{unfinished}"


def not_measured(results: Iterable[CaseResult]) -> tuple[NotMeasured, ...]:
    """Return what could not be measured, rubric criteria counted together, the most frequent first."""
    found = Counter(
        ("rubric criterion" if score.name.startswith("rubric.") else score.name, score.reason)
        for result in results
        for trial in result.trials
        for score in trial.scores
        if isinstance(score, Unscored) and score.applicable
    )
    order = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return tuple(NotMeasured(what=what, reason=reason, count=number) for (what, reason), number in order)


def not_measured_sentences(items: Sequence[NotMeasured]) -> tuple[str, ...]:
    """Return `12 rubric criteria (no judge is configured)` for the most frequent, and how many more there are."""
    shown = tuple(_not_measured_sentence(item) for item in items[:_MOST_GAPS])
    rest = sum(item.count for item in items[_MOST_GAPS:])
    return (*shown, f"{count(rest, 'more answer')}, each with its reason beside its call") if rest else shown


def _not_measured_sentence(item: NotMeasured) -> str:
    plural = "rubric criteria" if item.what == "rubric criterion" else f"× {item.what}"
    return f"{count(item.count, item.what, plural=plural)} ({item.reason.rstrip('.')})"


def size_words(run: Run) -> str:
    """Return how much a run tried: `12 cases, 36 trials`."""
    trials = sum(len(result.trials) for result in run.results)
    saved = sum(result.saved for result in run.results)
    missing = 0 if run.stop is not None and run.stop.kind.proved else run.planned - trials - saved
    cases = {(result.suite, result.case) for result in run.results}
    discarded = sum(len(result.discarded) for result in run.results)
    words = f"{count(len(cases), 'case')}, {count(trials, 'trial')}"
    words += f" and {discarded} discarded" if discarded else ""
    return f"{words} ({missing} more planned, not finished)" if missing > 0 else words
