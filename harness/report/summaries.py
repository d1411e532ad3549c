"""What was found out about the platform's summary of a call, as its page shows it: value, counts and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.score import Score, Scored
from harness.report.numbers import NOT_MEASURED, percent

_NAMES = {
    "summary_present": "Written",
    "summary_faithfulness": "True to what was said",
    "summary_faithfulness_heard": "True to what the platform heard",
    "summary_stt_cost": "Cost of speech recognition",
    "summary_contradictions": "Contradicted claims",
    "summary_recall": "Key points told",
    "summary_conciseness": "Claims about a key point",
    "summary_words": "Length",
}
_SHARES = ("summary_faithfulness", "summary_faithfulness_heard", "summary_recall", "summary_conciseness")


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One question about a summary."""

    name: str
    value: str
    why: str
    tone: str
    """`failed`, `passed`, or empty where nothing is required."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryView:
    """Everything that was asked about a summary."""

    rows: tuple[SummaryRow, ...]


def view_summary(scores: Sequence[Scored]) -> SummaryView | None:
    """Return what was found out about a call's summary; None where nobody asked."""
    rows = tuple(_row(score) for score in scores if score.name in _NAMES)
    return SummaryView(rows=rows) if rows else None


def _row(score: Scored) -> SummaryRow:
    if not isinstance(score, Score):
        return SummaryRow(name=_NAMES[score.name], value=NOT_MEASURED, why=score.reason, tone="")
    tone = "" if score.passed is None else "passed" if score.passed else "failed"
    return SummaryRow(name=_NAMES[score.name], value=_value(score), why=score.reason, tone=tone)


def _value(score: Score) -> str:
    match score.name:
        case "summary_present":
            return "yes" if score.value else "no"
        case "summary_stt_cost":
            return "none" if not score.value else f"{-score.value:+.0%} of the claims"
        case name if name in _SHARES:
            return percent(score.value)
        case "summary_words":
            return f"{score.value:,.0f} words"
        case _:
            return f"{score.value:,.0f}"
