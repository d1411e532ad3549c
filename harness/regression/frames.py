"""Tidy tables of a run, and the figures per arm that reports print: the one door to pandas.

A DataFrame leaves this file only through `trials_frame` and `scores_frame`, for people who explore a run in a
notebook; the harness itself gets frozen values. pandas is imported when a table is made, never before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.model.call import Role
from harness.model.outcome import Outcome, Tally
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Score, Scored
from harness.model.suite import ArmRole

if TYPE_CHECKING:
    import pandas as pd

WORD_ERROR_RATES = ("caller_wer", "hearing_wer", "speaking_wer", "response_wer")
"""Scores that are pooled by their word counts (evaluation.md, section 4.1)."""

_VALID = (Outcome.PASSED, Outcome.FAILED)

_TRIAL_COLUMNS = (
    *("trial", "suite", "case", "persona", "prompt", "engine_model", "role", "attempt", "repeat", "seed"),
    "discarded",
)
_CALL_COLUMNS = (
    *("valid", "invalid_kind", "outcome", "reasons", "failed_parts"),
    *("end_reason", "duration_ms", "turns", "interruptions"),
)
_SCORE_COLUMNS = (
    *("name", "turn", "value", "passed", "required", "failed_part", "unscored", "reason", "errors", "words"),
    *("applicable", "judge", "advisory"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledRate:
    """An error rate over many calls: all errors over all reference words."""

    name: str
    errors: int
    words: int
    calls: int
    """Calls that were counted."""
    left_out: int
    """Calls in which it could not be measured."""
    macro: float | None = None
    """The mean of the rates of single turns, which a short turn moves as much as a long one; None without turns."""

    @property
    def rate(self) -> float | None:
        """Return errors / words; None when there were no words."""
        return self.errors / self.words if self.words else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatencyFigures:
    """How long the agent took to answer, in milliseconds; quantiles are type 7."""

    answers: int
    """Agent turns with a latency: greetings and overlaps have none."""
    p50_ms: float | None = None
    p95_ms: float | None = None
    max_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFigures:
    """Who gave way and who was left waiting, counted over many calls."""

    calls: int = 0
    """Calls in which turns were scored."""
    barge_ins: int = 0
    """How often the caller began to speak while the agent did."""
    yields: int = 0
    """How often the agent was silent in time then."""
    disturbances: int = 0
    """How often the caller let something be heard, while the agent spoke, that wants no answer."""
    held: int = 0
    """How often the agent spoke on then."""
    interrupted_turns: int = 0
    """Turns of the caller the agent began to speak into."""
    silences: int = 0
    """Turns of the caller that were followed by dead air."""
    unanswered: int = 0
    """Turns of the caller that were not answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFigures:
    """The figures of one prompt version with one engine_model."""

    prompt: str
    engine_model: str
    role: ArmRole
    cases: Tally
    trials: Tally
    valid_cases: int
    """Cases with at least one valid trial: passed or failed."""
    pass_rate: float | None
    """Mean over cases of passed / valid trials (evaluation.md, section 2.2); None without a valid trial."""
    word_error_rates: tuple[PooledRate, ...]
    latency: LatencyFigures
    turns: TurnFigures = TurnFigures()
    discarded: int = 0
    """Calls our own caller spoiled and that were made again; they are in none of the other figures."""


def trials_frame(run: Run) -> pd.DataFrame:
    """Return one row per call: what it was, what it came to, and it in numbers; `discarded` ones count for nothing."""
    import pandas as pd

    rows = [_trial_row(call, result) | _call_row(call) for result in run.results for call in result.calls]
    return pd.DataFrame(rows, columns=[*_TRIAL_COLUMNS, *_CALL_COLUMNS])


def scores_frame(run: Run) -> pd.DataFrame:
    """Return one row per score of every call; `unscored` holds the reason where there is no value."""
    import pandas as pd

    rows = [
        _trial_row(call, result) | _score_row(score) | _part_row(call, place)
        for result in run.results
        for call in result.calls
        for place, score in enumerate(call.scores)
    ]
    return pd.DataFrame(rows, columns=[*_TRIAL_COLUMNS, *_SCORE_COLUMNS])


def arm_figures(run: Run) -> tuple[ArmFigures, ...]:
    """Return the figures of every arm that has a result, in the order of the run."""
    arms: dict[tuple[str, str, ArmRole], list[CaseResult]] = {}
    for result in run.results:
        arms.setdefault((result.prompt, result.engine_model, result.role), []).append(result)
    trials, scores = _counted(trials_frame(run)), _counted(scores_frame(run))
    figures = []
    for (prompt, engine_model, role), results in arms.items():
        mine = {"prompt": prompt, "engine_model": engine_model, "role": role.value}
        figures.append(
            ArmFigures(
                prompt=prompt,
                engine_model=engine_model,
                role=role,
                cases=Tally.of(result.outcome for result in results),
                trials=Tally.of(trial.outcome for result in results for trial in result.trials),
                valid_cases=sum(any(t.outcome in _VALID for t in result.trials) for result in results),
                pass_rate=_pass_rate(_where(trials, mine)),
                word_error_rates=_word_error_rates(_where(scores, mine), calls=len(_where(trials, mine))),
                latency=_latency(results),
                turns=_turns(_where(scores, mine)),
                discarded=sum(len(result.discarded) for result in results),
            )
        )
    return tuple(figures)


def _counted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["discarded"].eq(False)]


def _trial_row(call: TrialResult, result: CaseResult) -> dict[str, Any]:
    trial = call.trial
    values = (trial.id, trial.suite, trial.case, trial.persona, trial.prompt, trial.engine_model, trial.role.value)
    discarded = any(call is each for each in result.discarded)
    return dict(zip(_TRIAL_COLUMNS, (*values, trial.attempt, trial.repeat, trial.seed, discarded), strict=True))


def _call_row(result: TrialResult) -> dict[str, Any]:
    call = result.call
    parts = dict.fromkeys(blame.part.value for blame in result.blames)
    row: dict[str, Any] = {
        "outcome": result.outcome.value,
        "reasons": "; ".join(result.reasons),
        "failed_parts": "; ".join(parts),
    }
    if result.validity is not None:
        row |= {"valid": result.validity.valid, "invalid_kind": result.validity.kind and result.validity.kind.value}
    if call is None:
        return row
    return row | {
        "end_reason": call.end_reason.value,
        "duration_ms": call.duration_ms,
        "turns": len(call.turns),
        "interruptions": sum(turn.interrupted for turn in call.turns),
    }


def _score_row(score: Scored) -> dict[str, Any]:
    row: dict[str, Any] = {"name": score.name, "turn": score.turn, "required": score.required}
    row |= {"judge": score.by, "advisory": score.advisory, "applicable": True}
    if not isinstance(score, Score):
        return row | {"unscored": score.reason, "applicable": score.applicable}
    counts = score.counts
    return row | {
        "value": score.value,
        "passed": score.passed,
        "reason": score.reason,
        "errors": None if counts is None else counts.errors,
        "words": None if counts is None else counts.reference_words,
    }


def _part_row(result: TrialResult, place: int) -> dict[str, Any]:
    return {"failed_part": next((blame.part.value for blame in result.blames if blame.score == place), None)}


def _where(frame: pd.DataFrame, values: dict[str, str]) -> pd.DataFrame:
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


def _pass_rate(trials: pd.DataFrame) -> float | None:
    valid = trials[trials["outcome"].isin([outcome.value for outcome in _VALID])]
    if valid.empty:
        return None
    passed = valid["outcome"] == Outcome.PASSED.value
    return float(passed.groupby([valid["suite"], valid["case"]]).mean().mean())


def _word_error_rates(scores: pd.DataFrame, *, calls: int) -> tuple[PooledRate, ...]:
    rates = []
    for name in WORD_ERROR_RATES:
        named = scores[scores["name"] == name]
        whole = named[named["turn"].isna()]
        # A call that has a row of its own is counted by it alone: its turns hold the same words again.
        rows = named[named["turn"].isna() | ~named["trial"].isin(whole["trial"])].dropna(subset=["words"])
        counted = int(rows["trial"].nunique())
        if named.empty:
            continue
        rates.append(
            PooledRate(
                name=name,
                errors=int(rows["errors"].sum()),
                words=int(rows["words"].sum()),
                calls=counted,
                # Few cases have a fixed wording; every call has the others.
                left_out=(int(named["trial"].nunique()) if name == "response_wer" else calls) - counted,
                macro=_macro(named[named["turn"].notna()]),
            )
        )
    return tuple(rates)


def _macro(turns: pd.DataFrame) -> float | None:
    measured = turns[turns["words"].fillna(0).gt(0)]
    return float(measured["value"].mean()) if len(measured) else None


def _turns(scores: pd.DataFrame) -> TurnFigures:
    """Count what the scores of turn-taking count; their own rates are never averaged."""
    whole, single = scores[scores["turn"].isna()], scores[scores["turn"].notna()]
    yields = single[single["name"] == "yield_rate"]["value"]
    holds = single[single["name"] == "hold_rate"]["value"]
    dead_air = whole[whole["name"] == "dead_air"]["value"].dropna()
    return TurnFigures(
        calls=len(dead_air),
        barge_ins=len(yields),
        yields=int(yields.sum()),
        disturbances=len(holds),
        held=int(holds.sum()),
        interrupted_turns=int((single["name"] == "agent_interruption_rate").sum()),
        silences=int(dead_air.sum()),
        unanswered=int(whole[whole["name"] == "unanswered_turns"]["value"].sum()),
    )


def _latency(results: list[CaseResult]) -> LatencyFigures:
    import pandas as pd

    values = [
        turn.latency_ms
        for result in results
        for trial in result.trials
        if trial.call is not None
        for turn in trial.call.turns
        if turn.role is Role.AGENT and turn.latency_ms is not None
    ]
    if not values:
        return LatencyFigures(answers=0)
    series = pd.Series(values)
    return LatencyFigures(
        answers=len(values),
        p50_ms=float(series.quantile(0.5)),
        p95_ms=float(series.quantile(0.95)),
        max_ms=max(values),
    )
