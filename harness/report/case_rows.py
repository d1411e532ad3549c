"""A case as one row of its page's list: what it is found, sorted and chosen by, without its calls."""

from statistics import median
from typing import NamedTuple

from harness.model.outcome import Outcome
from harness.model.run import CaseResult
from harness.regression.facts import agent_latencies
from harness.report.view_case import CaseView

_LETTERS = {Outcome.PASSED: "p", Outcome.FAILED: "f", Outcome.INCONCLUSIVE: "i", Outcome.ERROR: "e"}


class CaseRow(NamedTuple):
    """One row."""

    anchor: str
    title: str
    suite: str
    engine_model: str
    """Empty when the page has only one."""
    persona: str
    tags: tuple[str, ...]
    outcome: Outcome
    movement: str
    """Empty when nothing moved."""
    notes: tuple[str, ...]
    passed: int
    """Trials that passed."""
    trials: int
    latency_ms: float | None
    """The median over the agent's answers; None without one."""
    reason: str
    """The first reason; empty where it passed."""
    marks: str
    """The outcome of each trial by its first letter."""
    trial_ids: tuple[str, ...]
    """Where its calls stand on the page, the discarded ones last."""


def case_row(result: CaseResult, view: CaseView) -> CaseRow:
    """Return the row of a case."""
    snapshot = view.snapshot
    return CaseRow(
        anchor=view.anchor,
        title=view.title,
        suite=view.suite,
        engine_model=view.engine_model,
        persona=snapshot.persona if snapshot else "",
        tags=snapshot.tags if snapshot else (),
        outcome=view.outcome,
        movement=view.movement,
        notes=view.notes,
        passed=sum(trial.outcome is Outcome.PASSED for trial in result.trials),
        trials=len(result.trials),
        latency_ms=_latency_ms(result),
        reason=next(iter(view.reasons), ""),
        marks="".join(_LETTERS[trial.outcome] for trial in result.trials),
        trial_ids=tuple(trial.id for trial in (*view.trials, *view.discarded)),
    )


def _latency_ms(result: CaseResult) -> float | None:
    latencies = agent_latencies([result])
    return median(latencies) if latencies else None
