"""What the comparison of a run's arms came to: values only. `comparing.py` makes them, `decision.py` reads them."""

from dataclasses import dataclass
from enum import StrEnum

from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.policy import Policy


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
    """Of candidate minus baseline, higher is better (a latency: minus its relative change); None: there is none."""
    confidence: float
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
    """The word if every invalid trial had failed; only where invalid trials raised a doubt."""


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
    engine_model: str
    source: str
    """Where the baseline comes from: `this run`, `baseline NAME` or `run ID`."""
    standing: Standing
    metrics: tuple[MetricChange, ...]
    matched: int
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a run's comparisons come to together."""

    policy: Policy
    changes: tuple[ArmChange, ...]
    """At least one."""
    standing: Standing
    """The worst of them."""
    sentence: str
    """The answer, in one plain sentence with its numbers."""
    next_step: str
    """What to do now, with the command."""
