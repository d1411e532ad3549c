"""Requirements of a call and their answers as its page shows them, with the part behind what failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from harness.model.score import Better, Score, Scored, Unscored
from harness.report.blames import BlameView

_ORDER = {"failed": 0, "not measured": 1, "noted": 2, "passed": 3}

Blamed: TypeAlias = Mapping[int, BlameView]
"""The parts behind failed checks, by the identity of the score: two equal ones can fail for different reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    """Words a check rests on, and the turn they are from."""

    anchor: str
    """Empty when there is no such turn."""
    place: str
    text: str


class CheckView(NamedTuple):
    """One requirement and its answer, or something worth knowing that is none."""

    symbol: str
    word: str
    """`failed`, `not measured`, `noted` or `passed`."""
    text: str
    because: str = ""
    advisory: bool = False
    """Its failure does not fail the trial."""
    advisory_because: str = ""
    """Why not, where it was meant to."""
    by: str = ""
    """The judge that answered; empty where code did."""
    quotes: tuple[QuoteView, ...] = ()
    blame: BlameView | None = None
    """The part behind a check that failed or could not be made."""


def view_checks(scores: Sequence[Scored], *, trial_id: str, turns: int, blamed: Blamed) -> tuple[CheckView, ...]:
    """Return requirements and their answers, worst first; quotes are linked when there are turns to link to."""
    unscored: dict[str, list[Unscored]] = {}
    for score in scores:
        if isinstance(score, Unscored) and score.applicable:
            unscored.setdefault(score.reason, []).append(score)
    views = [
        CheckView(
            symbol="?",
            word="not measured",
            text=", ".join(score.name for score in open_ones),
            because=reason,
            by=open_ones[0].by,
            blame=next((blamed[id(score)] for score in open_ones if id(score) in blamed), None),
        )
        for reason, open_ones in unscored.items()
    ]
    for score in scores:
        if isinstance(score, Score):
            views.extend(_check(score, trial_id=trial_id, turns=turns, blame=blamed.get(id(score))))
        elif not score.applicable:
            views.append(CheckView(symbol="·", word="noted", text=score.reason, by=score.by))
    return tuple(sorted(views, key=lambda view: _ORDER[view.word]))


def _check(score: Score, *, trial_id: str, turns: int, blame: BlameView | None) -> tuple[CheckView, ...]:
    if score.passed is None:
        return (CheckView(symbol="·", word="noted", text=score.reason),) if _is_notable(score) else ()
    quotes = tuple(
        QuoteView(
            anchor=f"{trial_id}-turn-{quote.turn + 1}" if 0 <= quote.turn < turns else "",
            place=f"turn {quote.turn + 1}",
            text=quote.text,
        )
        for quote in (score.quotes if turns else ())
    )
    return (
        CheckView(
            symbol="✓" if score.passed else "✗",
            word="passed" if score.passed else "failed",
            text=score.reason or score.name,
            because=score.because,
            advisory=not score.required,
            advisory_because=score.advisory,
            by=score.by,
            quotes=quotes,
            blame=blame,
        ),
    )


def _is_notable(score: Score) -> bool:
    """Return whether a turn's measurement found something; word errors and delays are shown in places of their own."""
    if score.turn is None or not score.reason or score.chain or score.name.endswith(("_wer", "_ms")):
        return False
    return score.value < 1 if score.better is Better.HIGHER else score.value > 0
