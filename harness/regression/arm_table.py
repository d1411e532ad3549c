"""What comparing the arms of a run with each other comes to: values only. `ranking.py` makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from harness.model.run import TrialResult
from harness.regression.bootstrap import FEWEST
from harness.regression.intervals import ClusteredRate, Interval

CallCost: TypeAlias = Callable[[TrialResult], float | None]
"""What a call cost, in US dollars; None where it cannot be priced."""

LEAST_SHARE: Final = 0.05
"""Share of case resamples a group has to win to be among the best (evaluation.md, section 2.12)."""


class Dimension(StrEnum):
    """What is compared."""

    ENGINE_MODEL = "engine_model"
    PROMPT = "prompt"
    VOICE = "voice"
    """Of the caller, as its persona asks for it."""
    PERSONA = "persona"

    @property
    def paired(self) -> bool:
        """Return whether the groups have their cases in common; otherwise each has cases of its own."""
        return self in (Dimension.ENGINE_MODEL, Dimension.PROMPT)


class Axis(StrEnum):
    """What a Pareto mark looks at; nothing is blended."""

    QUALITY = "quality"
    """Pass rate: higher is better."""
    LATENCY = "latency"
    """Median delay: lower is better."""
    COST = "cost"
    """Of a call: lower is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One row: an engine_model, a prompt version, or the cases of a voice or persona."""

    name: str
    rate: ClusteredRate
    invalid: int
    """Trials that could not be held or measured: they are in no figure of quality."""
    curtailed: int
    """Cases that were not tried as often as planned, because their pass rule was decided."""
    missing: tuple[str, ...]
    """Cases of the table without a valid trial here; empty where groups have cases of their own."""
    latency_p50_ms: float | None
    latency_p95_ms: float | None
    answers: int
    """Agent turns behind the two."""
    hearing_wer: float | None
    """All errors over all words."""
    words: int
    cost_usd: float | None
    """Of a call, on average; None where it is not priced."""
    best_share: float | None
    """Share of case resamples with the highest pass rate, ties shared; None where groups have no case in common."""
    among_best: bool
    pareto: bool
    """No other group is at least as good on every axis and better on one; False where cases differ,
    and where not every group has a pass rate."""

    @property
    def indicative(self) -> bool:
        """Return whether it rests on too few cases to act on."""
        return self.rate.cases < FEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A group beside the reference."""

    reference: str
    group: str
    difference: Interval
    """Pass rate of the group minus the reference's, at 95 %."""
    paired: bool
    """Over common cases; otherwise the two have different cases, and the difference may be theirs."""
    cases: int
    """Common cases it rests on; 0 where it is not paired."""
    p: float | None
    """Two-sided, of the exact sign-flip test; None where it is not paired."""
    p_holm: float | None
    """The same, adjusted for the pairs of the table."""
    doubts: tuple[str, ...]
    """Why the trials of the two may not be alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmTable:
    """Groups beside each other, everything else held fixed."""

    by: Dimension
    fixed: str
    """What is the same in every row: a prompt, an engine_model, or both."""
    groups: tuple[Group, ...]
    """At least two."""
    pairs: tuple[Pair, ...]
    common: int
    """Cases in which every group has a valid trial: the ranking rests on them."""
    axes: tuple[Axis, ...]
    """What the Pareto marks look at: measured in every group. None where groups have cases of their own."""

    @property
    def paired(self) -> bool:
        """Return whether the groups have their cases in common."""
        return self.by.paired

    @property
    def best(self) -> tuple[str, ...]:
        """Return the groups that are among the best; empty where nothing can be ranked."""
        return tuple(group.name for group in self.groups if group.among_best)
