"""The comparison at the top of the pages: the answer, what to do next, and every gated metric with its picture."""

from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.judgement import ArmChange, MetricChange
from harness.report.change_words import (
    STANDING_SYMBOLS,
    ChangeWords,
    case_groups,
    change_words,
    compared_words,
    early_words,
    meaning,
    own_doubts,
    standing_outcome,
    standing_word,
)
from harness.report.forest import Scale, forest_of, scale_of
from harness.report.numbers import percent
from harness.report.pictures import IntervalPlot, draw_change
from harness.report.verdict_block import hard_gates, saved_words


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One gated metric."""

    words: ChangeWords
    tone: Outcome
    plot: IntervalPlot | None
    """None where there is no interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPanel:
    """One candidate beside its baseline."""

    title: str
    where: str
    """Where the baseline comes from, and the engine model."""
    symbol: str
    word: str
    meaning: str
    tone: Outcome
    rows: tuple[MetricRow, ...]
    cases: tuple[tuple[str, str], ...]
    """(what happened to them, their names)."""
    obstacles: tuple[str, ...]
    """Why nothing can be said."""
    notes: tuple[str, ...]
    early: str
    """What was proved pair by pair; empty where nothing was."""
    legend: str
    """How to read the pictures; empty without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictPanel:
    """What a run's comparison came to, or the part of it that is about one prompt version."""

    profile: str
    gates: bool
    outcome: Outcome
    sentence: str
    next_step: str
    warnings: tuple[str, ...]
    hard_gates: str
    saved: tuple[str, ...]
    arms: tuple[ArmPanel, ...]


def view_verdict(decision: Decision | None, run: Run, *, label: str = "") -> VerdictPanel | None:
    """Return the panel of a run; None where no arms were compared.

    Args:
        decision: What the run came to.
        run: Its trials.
        label: `name@version` of the one candidate to show; empty: all.
    """
    judgement = decision.judgement if decision else None
    if decision is None or judgement is None:
        return None
    changes = [change for change in judgement.changes if label in ("", change.candidate)]
    if label and not changes:
        return None
    return VerdictPanel(
        profile=judgement.policy.profile.value,
        gates=judgement.policy.gates,
        outcome=decision.outcome,
        sentence=decision.sentence,
        next_step=decision.next_step,
        warnings=decision.warnings,
        hard_gates=hard_gates(decision, run),
        saved=saved_words(run),
        arms=tuple(_arm(change, decision=decision) for change in changes),
    )


def _arm(change: ArmChange, *, decision: Decision) -> ArmPanel:
    scale = scale_of(change.metrics)
    rows = tuple(_row(metric, change, scale=scale) for metric in change.metrics)
    return ArmPanel(
        title=compared_words(change),
        where=f"{change.source}, {change.engine_model}",
        symbol=STANDING_SYMBOLS[change.standing],
        word=standing_word(change.standing),
        meaning=meaning(change),
        tone=standing_outcome(change.standing),
        rows=rows,
        cases=tuple((title.capitalize(), ", ".join(names)) for title, names in case_groups(change)),
        obstacles=(*change.differs, *own_doubts(change)),
        notes=tuple(note for note in change.notes if note not in decision.warnings),
        early=early_words(change, decision.verdict),
        legend=_legend(change) if any(row.plot for row in rows) else "",
    )


def _legend(change: ArmChange) -> str:
    return (
        "Left is worse, right is better. Dashed: the margin, the largest drop that may still ship; solid: no change. "
        f"Intervals are at {percent(change.metrics[0].confidence)}."
    )


def _row(metric: MetricChange, change: ArmChange, *, scale: Scale) -> MetricRow:
    words = change_words(metric, trials=change.trials)
    forest = forest_of(metric, scale)
    if forest is None:
        return MetricRow(words=words, tone=standing_outcome(words.standing), plot=None)
    plot = draw_change(
        forest,
        title=f"{words.metric}: {words.word}",
        description=f"Change {words.change}, {words.confidence} interval {words.interval}, margin {words.margin}.",
    )
    return MetricRow(words=words, tone=standing_outcome(words.standing), plot=plot)
