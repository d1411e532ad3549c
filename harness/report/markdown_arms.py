"""The arms of a run as a table in Markdown: what each came to, how sure that is, and how it compares."""

from collections.abc import Iterator
from itertools import islice

from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.regression.facts import ArmFacts, arms_of
from harness.regression.intervals import clustered_wilson
from harness.regression.judgement import ArmChange
from harness.report.change_words import STANDING_SYMBOLS, change_words, standing_word
from harness.report.excuses import is_quarantined
from harness.report.markdown_text import code, row, sentence, words
from harness.report.numbers import NOT_MEASURED, count, percent, ratio

_MOST_ARMS = 20
_MOST_CHANGES = 3
"""Of one arm: it may be compared with several baselines."""
_MOST_LINES = 12
_LONGEST_NAME = 80
_LONGEST_REASON = 200


def arm_table(run: Run, decision: Decision) -> Iterator[str]:
    """Yield the table, candidates first, and how many arms it leaves out; nothing where no call was finished."""
    arms = sorted(arms_of(run), key=lambda arm: arm.role is ArmRole.BASELINE)
    if not arms:
        return
    head = [
        row("arm", "cases passed", "pass rate [95%]", "change", "trials"),
        row("---", "---", "---", "---", "---"),
    ]
    yield "\n".join([*head, *(_row(arm, run=run, decision=decision) for arm in arms[:_MOST_ARMS])])
    if len(arms) > _MOST_ARMS:
        yield f"… and {count(len(arms) - _MOST_ARMS, 'more arm')} in the report"


def compared_with(decision: Decision) -> Iterator[str]:
    """Yield what each change is about, and why nothing can be said where the two were not measured alike."""
    changes = decision.judgement.changes if decision.judgement else ()
    lines = list(islice((line for change in changes for line in _compared(change)), _MOST_LINES))
    left_out = sum(1 + len(change.differs) + len(change.doubts) for change in changes) - len(lines)
    more = [f"… and {left_out} more in the report"] if left_out else []
    if lines:
        yield "\n".join(f"- {line}" for line in (*lines, *more))


def how_counted(run: Run, decision: Decision) -> str:
    """Return in one line what the numbers of the table mean."""
    rate = (
        "the pass rate is the share of valid trials that passed, per case and then averaged over cases, with Wilson's "
        "interval for repeated trials"
    )
    metrics = [metric for change in _changes(decision) for metric in change.metrics]
    if not metrics:
        return f"{rate}."
    confidence = percent(metrics[0].confidence)
    return f"{rate}; a change is candidate minus baseline over the cases both have, with its {confidence} interval."


def _row(arm: ArmFacts, *, run: Run, decision: Decision) -> str:
    rate = clustered_wilson([(case.counts.passes, case.counts.valid) for case in arm.by_id.values()])
    found = rate.interval
    shown = NOT_MEASURED if found.estimate is None else percent(found.estimate)
    sure = "" if found.estimate is None else f" [{percent(found.low)}, {percent(found.high)}]"
    return row(
        f"{code(arm.prompt, most=_LONGEST_NAME)} {code(arm.engine_model, most=_LONGEST_NAME)}",
        _cases(arm, run=run),
        f"{shown}{sure}",
        _change(arm, decision),
        _trials(arm),
    )


def _cases(arm: ArmFacts, *, run: Run) -> str:
    outcomes = [
        result.outcome
        for result in run.results
        if (result.prompt, result.engine_model, result.role) == (arm.prompt, arm.engine_model, arm.role)
        and not is_quarantined(result)
    ]
    return ratio(outcomes.count(Outcome.PASSED), len(outcomes), "case")


def _trials(arm: ArmFacts) -> str:
    counts = [case.counts for case in arm.by_id.values()]
    invalid = sum(each.invalid for each in counts)
    valid = sum(each.valid for each in counts)
    return f"{valid:,} valid{f', {invalid:,} left out' if invalid else ''}"


def _change(arm: ArmFacts, decision: Decision) -> str:
    if arm.role is ArmRole.BASELINE:
        return "baseline"
    mine = [
        change
        for change in _changes(decision)
        if (change.candidate, change.engine_model) == (arm.prompt, arm.engine_model)
    ]
    return "<br>".join(line for change in mine[:_MOST_CHANGES] for line in _metrics(change)) or "not compared"


def _metrics(change: ArmChange) -> Iterator[str]:
    if not change.metrics:
        yield f"{STANDING_SYMBOLS[change.standing]} {standing_word(change.standing)}"
    for metric in change.metrics:
        told = change_words(metric, trials=change.trials)
        name = f"{words(told.metric, most=_LONGEST_NAME)}: " if len(change.metrics) > 1 else ""
        yield f"{told.symbol} {told.word}: {name}{told.change} {told.interval}"


def _compared(change: ArmChange) -> Iterator[str]:
    names = (code(label, most=_LONGEST_NAME) for label in (change.candidate, change.baseline or "no baseline"))
    source = words(change.source, most=_LONGEST_NAME)
    yield "{} beside {} ({}), {}".format(*names, source, count(change.matched, "matched case"))
    for reason in (*change.differs, *change.doubts):
        yield f"? {sentence(reason, most=_LONGEST_REASON)}"


def _changes(decision: Decision) -> tuple[ArmChange, ...]:
    return decision.judgement.changes if decision.judgement else ()
