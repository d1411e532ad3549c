"""The figures per arm that reports print: pooled before they are divided, and counted only where they count."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.model.outcome import Outcome, Tally
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Score, Scored
from harness.model.suite import ArmRole
from harness.regression.facts import VALID
from harness.regression.quantiles import quantile

WORD_ERROR_RATES = ("caller_wer", "hearing_wer", "speaking_wer", "response_wer")
"""Scores that are pooled by their word counts (evaluation.md, section 4.1)."""


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


def arm_figures(run: Run) -> tuple[ArmFigures, ...]:
    """Return the figures of every arm that has a result, in the order of the run."""
    arms: dict[tuple[str, str, ArmRole], list[CaseResult]] = {}
    for result in run.results:
        arms.setdefault((result.prompt, result.engine_model, result.role), []).append(result)
    return tuple(_figures(*arm, results) for arm, results in arms.items())


def _figures(prompt: str, engine_model: str, role: ArmRole, results: Sequence[CaseResult]) -> ArmFigures:
    trials = [trial for result in results for trial in result.trials]
    return ArmFigures(
        prompt=prompt,
        engine_model=engine_model,
        role=role,
        cases=Tally.of(result.outcome for result in results),
        trials=Tally.of(trial.outcome for trial in trials),
        valid_cases=sum(any(trial.outcome in VALID for trial in result.trials) for result in results),
        pass_rate=_pass_rate(results),
        word_error_rates=_word_error_rates(trials),
        latency=_latency(trials),
        turns=_turns([score for trial in trials for score in trial.scores]),
        discarded=sum(len(result.discarded) for result in results),
    )


def _pass_rate(results: Iterable[CaseResult]) -> float | None:
    """Return the mean of the cases' pass rates; a case that stands in several results is one case."""
    passed: dict[tuple[str, str], list[bool]] = {}
    for result in results:
        valid = [trial.outcome is Outcome.PASSED for trial in result.trials if trial.outcome in VALID]
        if valid:
            passed.setdefault((result.suite, result.case), []).extend(valid)
    return fmean(fmean(each) for each in passed.values()) if passed else None


def _word_error_rates(trials: Sequence[TrialResult]) -> tuple[PooledRate, ...]:
    rates = []
    for name in WORD_ERROR_RATES:
        named = [[score for score in trial.scores if score.name == name] for trial in trials]
        asked = [scores for scores in named if scores]
        if asked:
            # Few cases have a fixed wording; every call has the others.
            rates.append(_pooled(name, asked, calls=len(asked) if name == "response_wer" else len(trials)))
    return tuple(rates)


def _pooled(name: str, asked: Sequence[Sequence[Scored]], *, calls: int) -> PooledRate:
    errors = words = counted = 0
    turns: list[float] = []
    for scores in asked:
        # A call that has a score of its own is counted by it alone: its turns hold the same words again.
        whole = [score for score in scores if score.turn is None]
        counts = [score.counts for score in whole or scores if isinstance(score, Score) and score.counts is not None]
        errors += sum(each.errors for each in counts)
        words += sum(each.reference_words for each in counts)
        counted += bool(counts)
        turns += [
            score.value
            for score in scores
            if isinstance(score, Score) and score.turn is not None and score.counts and score.counts.reference_words
        ]
    macro = fmean(turns) if turns else None
    return PooledRate(name=name, errors=errors, words=words, calls=counted, left_out=calls - counted, macro=macro)


def _turns(scores: Sequence[Scored]) -> TurnFigures:
    """Count what the scores of turn-taking count; their own rates are never averaged."""
    whole = [score for score in scores if score.turn is None]
    single = [score for score in scores if score.turn is not None]
    yields = [score for score in single if score.name == "yield_rate"]
    holds = [score for score in single if score.name == "hold_rate"]
    dead_air = [score for score in whole if score.name == "dead_air" and isinstance(score, Score)]
    return TurnFigures(
        calls=len(dead_air),
        barge_ins=len(yields),
        yields=_total(yields),
        disturbances=len(holds),
        held=_total(holds),
        interrupted_turns=sum(score.name == "agent_interruption_rate" for score in single),
        silences=_total(dead_air),
        unanswered=_total(score for score in whole if score.name == "unanswered_turns"),
    )


def _total(scores: Iterable[Scored]) -> int:
    return int(sum(score.value for score in scores if isinstance(score, Score)))


def _latency(trials: Iterable[TrialResult]) -> LatencyFigures:
    calls = (trial.call for trial in trials if trial.call is not None)
    values = [latency for call in calls for latency in call.answer_latencies_ms]
    p50, p95 = quantile(values, q=0.5), quantile(values, q=0.95)
    if p50 is None or p95 is None:
        return LatencyFigures(answers=0)
    return LatencyFigures(answers=len(values), p50_ms=p50.estimate, p95_ms=p95.estimate, max_ms=max(values))
