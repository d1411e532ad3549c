"""The last thing a terminal shows of a run that compared arms: one sentence, its numbers, and what to do next."""

from collections.abc import Iterator, Sequence

from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.regression.judgement import ArmChange, MetricChange
from harness.report.change_words import (
    STANDING_SYMBOLS,
    case_groups,
    change_words,
    compared_words,
    early_words,
    meaning,
    own_doubts,
    standing_outcome,
    standing_word,
    stopped_early,
)
from harness.report.forest import Scale, draw, forest_of, scale_of
from harness.report.lines import BOLD_INK, INK, Line, one_line
from harness.report.numbers import count, percent, ratio
from harness.report.sentences import SYMBOLS

_WIDTH = 76
_PLOT = 41
_MOST_CASES = 8


def verdict_lines(decision: Decision, run: Run) -> Iterator[Line]:
    """Yield the verdict block of a decision that rests on a comparison; nothing where there was none.

    Args:
        decision: What the run came to.
        run: Its trials, counted beside the comparison.
    """
    judgement = decision.judgement
    if judgement is None:
        return
    yield _rule(f"verdict · {judgement.policy.profile.value}")
    yield Line(f"{SYMBOLS[decision.outcome]} {one_line(decision.sentence)}", BOLD_INK[decision.outcome])
    for change in judgement.changes:
        yield from _arm(change, decision=decision, gates=judgement.policy.gates)
    yield Line(f"  Hard gates: {hard_gates(decision, run)}")
    saved = saved_words(run)
    yield from (Line(f"  {line}") for line in saved)
    yield from (Line(f"  ! {one_line(warning)}", "yellow") for warning in decision.warnings)
    if decision.next_step:
        yield Line(f"  Next: {one_line(decision.next_step)}", "bold")
    yield Line("─" * _WIDTH, "dim")


def hard_gates(decision: Decision, run: Run) -> str:
    """Return what had to hold without statistics: `7 of 7 required cases passed, no safety violation`."""
    gated = decision.verdict.gated
    cases = f"{ratio(gated.passed, gated.total, 'required case')} passed" if gated.total else "no case is required"
    violations = sum(
        bool(trial.violations) for result in run.results if result.role is ArmRole.CANDIDATE for trial in result.trials
    )
    if any(case.safety is not None for case in run.cases) or violations:
        cases += f", {count(violations, 'safety violation')}"
    excused = decision.verdict.excused.total
    return cases + (f"; {count(excused, 'more case')} decided nothing by passing or failing" if excused else "")


def saved_words(run: Run) -> tuple[str, ...]:
    """Return a sentence for each way in which fewer calls were placed than planned without losing anything."""
    decided = sum(result.saved for result in run.results)
    whose = "whose case was decided without it" if decided == 1 else "whose cases were decided without them"
    words = [f"{count(decided, 'call')} saved, {whose}"] if decided else []
    left = run.planned - sum(len(result.trials) for result in run.results) - decided
    if run.stop is not None and run.stop.kind.proved and left > 0:
        words.append(f"{ratio(left, run.planned, 'planned call')} saved: the question was answered early")
    return tuple(words)


def _arm(change: ArmChange, *, decision: Decision, gates: bool) -> Iterator[Line]:
    word = f"{STANDING_SYMBOLS[change.standing]} {standing_word(change.standing)}: {meaning(change)}"
    yield Line(f"  {compared_words(change)} ({change.source}, {change.engine_model})")
    shown = "" if gates else " (shown, not gated)"
    yield Line(f"  {word}{shown}", INK[standing_outcome(change.standing)])
    yield from (Line(f"    differs: {one_line(each)}", "yellow") for each in change.differs)
    yield from (Line(f"    because {one_line(each)}", "yellow") for each in own_doubts(change))
    scale = scale_of(change.metrics)
    width = max((len(each.metric) for each in change.metrics), default=0)
    for metric in change.metrics:
        yield from _metric(metric, change, scale=scale, width=width, early=stopped_early(decision.verdict))
    if any(forest_of(metric, scale) for metric in change.metrics):
        confidence = percent(change.metrics[0].confidence)
        yield Line(f"    {' ' * width}  worse ◂ ┊ margin, │ no change ▸ better; {confidence} intervals", "dim")
    if evidence := early_words(change, decision.verdict):
        yield Line(f"    {evidence}")
    yield from (Line(f"    {title}: {_listed(names)}") for title, names in case_groups(change))
    yield from (Line(f"    note: {one_line(note)}", "yellow") for note in change.notes if note not in decision.warnings)


def _metric(metric: MetricChange, change: ArmChange, *, scale: Scale, width: int, early: bool) -> Iterator[Line]:
    words = change_words(metric, trials=change.trials)
    ink = INK[standing_outcome(words.standing)]
    moved = f"{words.change} {words.interval}".strip()
    numbers = f"{words.before} → {words.after}, {moved}, {words.size}{', stopped early' if early else ''}"
    yield Line(f"    {words.metric.ljust(width)}  {numbers}")
    forest = forest_of(metric, scale)
    plot = draw(forest, width=_PLOT).ljust(_PLOT) + "  " if forest else ""
    yield Line(f"    {' ' * width}  {plot}{words.symbol} {words.word}, margin {words.margin}", ink)
    yield from (Line(f"    {' ' * width}  because {one_line(doubt)}", "yellow") for doubt in words.doubts)
    if words.if_failed:
        yield Line(f"    {' ' * width}  had every invalid trial failed: {words.if_failed}", "yellow")


def _listed(names: Sequence[str]) -> str:
    shown = [name.rpartition("::")[2] for name in names[:_MOST_CASES]]
    more = len(names) - _MOST_CASES
    return one_line(", ".join([*shown, *([f"{more} more"] if more > 0 else [])]))


def _rule(title: str) -> Line:
    head = f"── {title} "
    return Line(head + "─" * (_WIDTH - len(head)), "dim")
