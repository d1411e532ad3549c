"""The pictures of a prompt version's page: how long it took to answer, and what every trial came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.model.run import CaseResult
from harness.regression.facts import agent_latencies
from harness.report.pictures import LatencyPicture, OutcomeGrid, draw_grid, draw_latency
from harness.report.pictures.grid import MOST_CASES, GridCase
from harness.report.versions import PromptVersion, worst_first
from harness.report.view_case import anchor_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptPictures:
    """Both; each None where there is nothing to draw."""

    latency: LatencyPicture | None
    grid: OutcomeGrid | None


def view_prompt_pictures(version: PromptVersion) -> PromptPictures:
    """Return the pictures of a version; its delays stand above those of the version compared with."""
    arms = dict(_by_arm(version.label, version.counted))
    if version.comparison is not None:
        arms |= _by_arm(version.comparison.reference.label, version.comparison.results)
    return PromptPictures(latency=draw_latency(_timed(arms)), grid=draw_grid(_cases(version)))


def view_arm_latencies(versions: Sequence[PromptVersion]) -> LatencyPicture | None:
    """Return the delays of every arm of a run, those under test first; None where nobody was timed."""
    arms: dict[str, list[CaseResult]] = {}
    for version in versions:
        arms |= _by_arm(version.label, version.counted)
    return draw_latency(_timed(arms))


def _by_arm(label: str, results: Sequence[CaseResult]) -> dict[str, list[CaseResult]]:
    arms: dict[str, list[CaseResult]] = {}
    for result in results:
        arms.setdefault(f"{label}, {result.engine_model}", []).append(result)
    return arms


def _timed(arms: Mapping[str, Sequence[CaseResult]]) -> dict[str, list[int]]:
    """Return the delays of arms; the engine model is told only where there are several."""
    engines = {name.partition(", ")[2] for name in arms}
    return {
        name if len(engines) > 1 else name.partition(", ")[0]: agent_latencies(results)
        for name, results in arms.items()
    }


def _cases(version: PromptVersion) -> list[GridCase]:
    several = len({result.engine_model for result in version.results}) > 1
    named = len(version.results) <= MOST_CASES
    return [
        GridCase(
            title=f"{result.case}, {result.engine_model}" if several else result.case,
            anchor=anchor_of(result) if named else "",
            outcome=result.outcome,
            trials=tuple(trial.outcome for trial in result.trials),
        )
        for result in worst_first(version.results)
    ]
