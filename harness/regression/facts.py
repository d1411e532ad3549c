"""What a comparison of arms reads of a run: outcomes and numbers, trial by trial, and nothing else.

The same few values are kept in a baseline file, so that a later run can be paired with it trial by trial.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import fmean

from harness.model.call import Call
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Score
from harness.model.suite import ArmRole
from harness.regression.pairing import CaseCounts
from harness.regression.policy import HEARING_WER, LATENCY

VALID = (Outcome.PASSED, Outcome.FAILED)
"""Trials that say something about the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFacts:
    """One trial, as far as it is compared."""

    attempt: int
    outcome: Outcome
    metrics: tuple[tuple[str, float], ...] = ()
    """(name, value) of the metrics that were measured in a valid trial, by name."""

    @property
    def valid(self) -> bool:
        """Return whether it counts."""
        return self.outcome in VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """One case in one arm."""

    id: str
    """`suite::case`."""
    trials: tuple[TrialFacts, ...]
    """In the order of their attempts; calls that were made again are not among them."""
    quarantined: bool = False
    """Runs and is shown, and is left out of every comparison."""

    @property
    def counts(self) -> CaseCounts:
        """Return how its trials came out."""
        valid = sum(trial.valid for trial in self.trials)
        passes = sum(trial.outcome is Outcome.PASSED for trial in self.trials)
        return CaseCounts(passes=passes, valid=valid, invalid=len(self.trials) - valid)

    def measured(self, metric: str) -> tuple[float, ...]:
        """Return the values of a metric, of the valid trials in which it was measured."""
        return tuple(
            value
            for trial in self.trials
            for name, value in trial.metrics
            if name == metric and trial.valid and math.isfinite(value)
        )

    def mean(self, metric: str) -> float | None:
        """Return the mean of a metric over the trials in which it was measured; None without any."""
        values = self.measured(metric)
        return fmean(values) if values else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmFacts:
    """One prompt version with one engine_model."""

    prompt: str
    """`name@version`."""
    digest: str
    """Of the prompt's text."""
    engine_model: str
    role: ArmRole
    cases: tuple[CaseFacts, ...]

    @property
    def name(self) -> str:
        """Return the prompt's name."""
        return self.prompt.partition("@")[0]

    @property
    def label(self) -> str:
        """Return `name@version-engine_model`."""
        return f"{self.prompt}-{self.engine_model}"

    def may_precede(self, prompt: str) -> bool:
        """Return whether it may be the baseline of a prompt: a text from git, `v2~1a2b3c4`, only of its own version."""
        return "~" not in self.prompt or self.prompt.rpartition("~")[0] == prompt

    @property
    def suites(self) -> frozenset[str]:
        """Return the names of the suites its cases are from."""
        return frozenset(case.id.partition("::")[0] for case in self.cases)

    def within(self, suites: Collection[str]) -> "ArmFacts":
        """Return it with the cases of some suites only."""
        return replace(self, cases=tuple(case for case in self.cases if case.id.partition("::")[0] in suites))

    @property
    def by_id(self) -> Mapping[str, CaseFacts]:
        """Return its cases by id, without those in quarantine."""
        return {case.id: case for case in self.cases if not case.quarantined}


def arms_of(run: Run) -> tuple[ArmFacts, ...]:
    """Return the facts of every arm that has a result, in the order of the run."""
    digests = {prompt.label: prompt.digest for prompt in run.prompts}
    quarantined = {(case.suite, case.id) for case in run.cases if case.quarantine is not None}
    arms: dict[tuple[str, str, ArmRole], list[CaseResult]] = {}
    for result in run.results:
        arms.setdefault((result.prompt, result.engine_model, result.role), []).append(result)
    return tuple(
        ArmFacts(
            prompt=prompt,
            digest=digests.get(prompt, ""),
            engine_model=engine_model,
            role=role,
            cases=tuple(_case(each, quarantined=(each.suite, each.case) in quarantined) for each in results),
        )
        for (prompt, engine_model, role), results in arms.items()
    )


def agent_latencies(results: Iterable[CaseResult]) -> list[int]:
    """Return how long every answer took that was timed, in milliseconds."""
    calls = (trial.call for result in results for trial in result.trials if trial.call is not None)
    return [latency for call in calls for latency in call.answer_latencies_ms]


def _case(result: CaseResult, *, quarantined: bool) -> CaseFacts:
    return CaseFacts(
        id=f"{result.suite}::{result.case}",
        trials=tuple(_trial(trial) for trial in result.trials),
        quarantined=quarantined,
    )


def _trial(result: TrialResult) -> TrialFacts:
    measured = result.outcome in VALID and result.call is not None
    metrics = tuple(sorted(_metrics(result, result.call))) if measured and result.call else ()
    return TrialFacts(attempt=result.trial.attempt, outcome=result.outcome, metrics=metrics)


def _metrics(result: TrialResult, call: Call) -> Iterator[tuple[str, float]]:
    """Yield what can be gated beside the outcome; latency as its logarithm, whose differences are shares."""
    if call.answer_latencies_ms:
        yield LATENCY, fmean(math.log(max(latency, 1)) for latency in call.answer_latencies_ms)
    for score in result.scores:
        if not isinstance(score, Score) or score.name != HEARING_WER or score.turn is not None:
            continue
        if math.isfinite(score.value):
            yield HEARING_WER, score.value
