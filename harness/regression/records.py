"""What is kept of a run so that later ones can be shown beside it: a few numbers for each arm, and no case.

Reading the whole of thirty runs to draw one line would take longer than making the pages.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run
from harness.model.snapshots import Provenance
from harness.model.suite import ArmRole
from harness.regression.facts import VALID, agent_latencies
from harness.regression.intervals import ClusteredRate, clustered_wilson
from harness.regression.quantiles import Quantile, quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRecord:
    """One prompt version with one engine model."""

    name: str
    """Of the prompt."""
    version: str
    digest: str
    engine_model: str
    role: ArmRole
    outcome: Outcome
    """Of the version, in this run."""
    rate: ClusteredRate
    trials: tuple[int, int]
    """Fewest and most valid trials of a case that has one."""
    invalid: int
    """Trials that could not be held or measured."""
    answers: int
    """How many were timed."""
    latency_p50: Quantile | None
    """In milliseconds."""
    latency_p95: Quantile | None
    cases_digest: str
    """Of the ids of its cases: equal where two runs tried the same."""

    @property
    def label(self) -> str:
        """Return `name@version`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run."""

    id: str
    started_at: str
    outcome: Outcome
    sentence: str
    provenance: Provenance
    arms: tuple[ArmRecord, ...]


def arm_records(run: Run, *, outcome_of: Callable[[str], Outcome]) -> tuple[ArmRecord, ...]:
    """Return what is kept of every arm that has a result, in the order of the run.

    Args:
        run: What was tried.
        outcome_of: What a prompt version came to, by its label.
    """
    prompts = {prompt.label: prompt for prompt in run.prompts}
    arms: dict[tuple[str, str, ArmRole], list[CaseResult]] = {}
    for result in run.results:
        arms.setdefault((result.prompt, result.engine_model, result.role), []).append(result)
    records = []
    for (label, engine_model, role), results in arms.items():
        name, _, version = label.partition("@")
        latencies = sorted(agent_latencies(results))
        records.append(
            ArmRecord(
                name=name,
                version=version,
                digest=prompts[label].digest if label in prompts else "",
                engine_model=engine_model,
                role=role,
                outcome=outcome_of(label),
                rate=pass_rate(results),
                trials=trials_of(results),
                invalid=sum(trial.outcome not in VALID for result in results for trial in result.trials),
                answers=len(latencies),
                latency_p50=quantile(latencies, q=0.5),
                latency_p95=quantile(latencies, q=0.95),
                cases_digest=_digest(results),
            )
        )
    return tuple(records)


def pass_rate(results: Sequence[CaseResult]) -> ClusteredRate:
    """Return the pass rate of cases with its interval: every case weighs the same."""
    return clustered_wilson(
        [
            (sum(trial.outcome is Outcome.PASSED for trial in result.trials), _valid(result))
            for result in results
            if result.trials
        ]
    )


def trials_of(results: Sequence[CaseResult]) -> tuple[int, int]:
    """Return the fewest and the most valid trials of a case that has one; (0, 0) where none has."""
    numbers = [number for number in map(_valid, results) if number]
    return (min(numbers), max(numbers)) if numbers else (0, 0)


def _valid(result: CaseResult) -> int:
    return sum(trial.outcome in VALID for trial in result.trials)


def _digest(results: Sequence[CaseResult]) -> str:
    cases = sorted({f"{result.suite}::{result.case}" for result in results})
    return hashlib.sha256("\n".join(cases).encode(errors="replace")).hexdigest()
