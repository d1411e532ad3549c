"""What the comparison of a run's arms came to: values only. `comparing.py` makes them, `decision.py` reads them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.policy import Policy

THIS_RUN: Final = "this run"
"""The source of baselines that ran beside their candidates."""


class Standing(StrEnum):
    """Where a candidate stands beside its baseline: the gate's five words, and that there is nothing to gate."""

    IMPROVED = GateWord.IMPROVED.value
    NON_INFERIOR = GateWord.NON_INFERIOR.value
    DEGRADED_WITHIN_MARGIN = GateWord.DEGRADED_WITHIN_MARGIN.value
    REGRESSED = GateWord.REGRESSED.value
    INCONCLUSIVE = GateWord.INCONCLUSIVE.value
    NOT_COMPARABLE = "not_comparable"
    """The two were not measured alike, so that their difference says nothing about the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChange:
    """What the gate says of one metric."""

    metric: str
    margin: float
    word: GateWord
    interval: Interval | None
    """Of candidate minus baseline, signed so that higher is better; None: there is none.

    A rate: points, as a share. A latency: minus its relative change, -0.2 is a fifth slower, so that it can be held
    against the margin as it stands. An error rate: minus its change.
    """
    confidence: float
    """Of the interval: 1 - 2 alpha, where alpha is shared among planned looks and, by Holm, among arms."""
    baseline: float | None
    """Its mean over the matched cases, in the metric's own unit (a latency: the geometric mean in ms)."""
    candidate: float | None
    cases: int
    """Matched cases it rests on."""
    p_two_sided: float | None = None
    """Of the exact sign-flip test on the case differences; None without two cases."""
    doubts: tuple[str, ...] = ()
    """Why the data cannot carry a verdict; any makes it inconclusive."""
    failing_invalid: GateWord | None = None
    """The word if every invalid trial had failed; only where there are invalid trials and doubts."""
    needed_cases: int | None = None
    """About how many matched cases would decide it; only where it is undecided and can be said."""
    sufficient_margin: float | None = None
    """The least margin, in whole hundredths, that would have let it pass; only where it is undecided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyEvidence:
    """Evidence that was looked at pair by pair, and stopped the run."""

    standing: Standing
    """REGRESSED or NON_INFERIOR."""
    pairs: int
    """Looked at when it sufficed."""
    e_value: float
    p_anytime: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmChange:
    """One candidate arm beside its baseline."""

    candidate: str
    """`name@version`."""
    baseline: str
    """`name@version`; empty where the source knows no prompt of that name."""
    engine_model: str
    source: str
    """Where the baseline comes from: `this run`, `baseline NAME` or `run ID`."""
    standing: Standing
    metrics: tuple[MetricChange, ...]
    """One for each gated metric; none where the two could not be compared at all."""
    matched: int
    trials: tuple[int, int] = (0, 0)
    """Fewest and most valid trials a matched case has in either arm."""
    new: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    """Cases without a valid trial in one of the arms; new and removed ones are not repeated here."""
    worse: tuple[str, ...] = ()
    """Matched cases whose pass rate fell, the furthest first."""
    better: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    """Why they are not comparable: one `field: theirs, ours` each."""
    early: EarlyEvidence | None = None
    doubts: tuple[str, ...] = ()
    """Why the data cannot carry a verdict, those of its metrics among them."""
    notes: tuple[str, ...] = ()
    """What decides nothing and should be known, such as two texts under one label."""

    @property
    def doubted(self) -> bool:
        """Return whether it proves nothing because of its data; without a doubt, more of the same data would."""
        return self.standing is Standing.INCONCLUSIVE and bool(self.doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a run's comparisons come to together."""

    policy: Policy
    changes: tuple[ArmChange, ...]
    """Empty only where no candidate has a result to compare: then nothing is proved."""
    standing: Standing
    """The worst of them."""
    sentence: str
    """The answer, in one plain sentence with its numbers."""
    next_step: str
    """What to do now, with the command."""

    @property
    def doubted(self) -> bool:
        """Return whether some comparison proves nothing because of its data."""
        return not self.changes or any(change.doubted for change in self.changes)
