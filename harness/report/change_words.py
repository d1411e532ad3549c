"""What a comparison of arms found, in words and numbers: the same in the terminal and on the pages.

The gate turns every metric so that higher is better; people read a metric as it is, so that a latency that rose by a
fifth stands here as `+20%`, and the word beside it says that this is worse.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import assert_never

from harness.model.outcome import Outcome
from harness.model.verdict import Verdict
from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import ArmChange, Judgement, MetricChange, Standing
from harness.regression.wording import design
from harness.report.numbers import NOT_MEASURED, count, p_value, percent, points, relative, seconds
from harness.report.versions import PromptVersion, worst

STANDING_SYMBOLS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.IMPROVED: "▲",
        Standing.NON_INFERIOR: "✓",
        Standing.DEGRADED_WITHIN_MARGIN: "▼",
        Standing.REGRESSED: "✗",
        Standing.INCONCLUSIVE: "?",
        Standing.NOT_COMPARABLE: "≠",
    }
)

_MEANINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.IMPROVED: "better, and not by chance",
        Standing.NON_INFERIOR: "not worse by more than the margin",
        Standing.DEGRADED_WITHIN_MARGIN: "worse, by less than the margin",
        Standing.REGRESSED: "worse, and not by chance",
        Standing.INCONCLUSIVE: "not enough evidence to say",
        Standing.NOT_COMPARABLE: "not measured alike, so nothing can be said",
    }
)

_LOWER_IS_BETTER = frozenset({"latency", "hearing_wer"})
_RELATIVE = frozenset({"latency"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWords:
    """One metric's change, formatted."""

    metric: str
    before: str
    after: str
    change: str
    """Signed, with its unit; empty where nothing is known."""
    interval: str
    """`[−71.2, −17.3]`, or that there is none."""
    confidence: str
    margin: str
    size: str
    """`7 cases × 3`: matched cases, and valid trials of each in either arm."""
    symbol: str
    word: str
    standing: Standing
    p: str
    """Of the sign-flip test; empty without one."""
    doubts: tuple[str, ...]
    if_failed: str
    """The word if every invalid trial had failed; empty where none raised a doubt."""


def change_words(found: MetricChange, *, trials: tuple[int, int]) -> ChangeWords:
    """Return a metric's change in words.

    Args:
        found: What the gate says of it.
        trials: Fewest and most valid trials of a matched case in either arm.
    """
    standing = Standing(found.word.value)
    return ChangeWords(
        metric=found.metric,
        before=_value(found.metric, found.baseline),
        after=_value(found.metric, found.candidate),
        change=_change(found.metric, found.interval),
        interval=_bounds(found.metric, found.interval),
        confidence=percent(found.confidence),
        margin=_margin(found),
        size=design(found.cases, trials),
        symbol=STANDING_SYMBOLS[standing],
        word=standing_word(standing),
        standing=standing,
        p="" if found.p_two_sided is None else p_value(found.p_two_sided),
        doubts=found.doubts,
        if_failed="" if found.failing_invalid is None else _word(found.failing_invalid),
    )


def standing_word(standing: Standing) -> str:
    """Return `non-inferior`, `degraded within margin` and so on."""
    return standing.value.replace("non_", "non-").replace("_", " ")


def standing_outcome(standing: Standing) -> Outcome:
    """Return the outcome whose colour a standing has."""
    match standing:
        case Standing.IMPROVED | Standing.NON_INFERIOR:
            return Outcome.PASSED
        case Standing.REGRESSED:
            return Outcome.FAILED
        case Standing.DEGRADED_WITHIN_MARGIN | Standing.INCONCLUSIVE | Standing.NOT_COMPARABLE:
            return Outcome.INCONCLUSIVE
        case _:
            assert_never(standing)


def version_outcome(version: PromptVersion, judgement: Judgement | None) -> Outcome:
    """Return what a prompt version came to: by its own cases, and by the comparison where that gates the run."""
    if judgement is None or not judgement.policy.gates:
        return version.outcome
    standings = [change.standing for change in judgement.changes if change.candidate == version.label]
    if version.deciding:
        regressed = [Outcome.FAILED] if Standing.REGRESSED in standings else []
        return worst([version.outcome, *regressed])
    return worst([standing_outcome(each) for each in standings] or [version.outcome])


def compared_words(change: ArmChange) -> str:
    """Return `receptionist@v3 against receptionist@v2`."""
    return f"{change.candidate} against {change.baseline or 'nothing: no prompt of that name is there'}"


def own_doubts(change: ArmChange) -> tuple[str, ...]:
    """Return why a comparison proves nothing, without what its metrics say themselves."""
    told = {doubt for metric in change.metrics for doubt in metric.doubts}
    return tuple(doubt for doubt in change.doubts if doubt not in told)


def case_groups(change: ArmChange) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what happened to cases, in words, and which they are; groups without a case are left out."""
    groups = (
        ("worse", change.worse),
        ("better", change.better),
        ("new, not compared", change.new),
        ("removed, not compared", change.removed),
        ("without a valid trial in one of the two", change.unmatched),
    )
    return tuple((title, tuple(name.rpartition("::")[2] for name in names)) for title, names in groups if names)


def meaning(change: ArmChange) -> str:
    """Return what a standing means, and no more: pairs looked at one by one prove less than a whole comparison."""
    if change.early is not None and change.standing is Standing.REGRESSED:
        return "some case got worse, and not by chance"
    return _MEANINGS[change.standing]


def early_words(change: ArmChange, verdict: Verdict) -> str:
    """Return the evidence that was looked at pair by pair, and whether it ended the run; empty without any."""
    if change.early is None:
        return ""
    proved = "some case got worse" if change.early.standing is Standing.REGRESSED else "it keeps within the margin"
    head = "stopped early" if stopped_early(verdict) else "seen pair by pair"
    return (
        f"{head}: {count(change.early.pairs, 'pair')} of trials proved that {proved} "
        f"(e-value {change.early.e_value:.3g}, anytime p {p_value(change.early.p_anytime)})"
    )


def stopped_early(verdict: Verdict) -> bool:
    """Return whether a run ended because its question was answered, so that its intervals saw fewer trials."""
    return verdict.stop is not None and verdict.stop.kind.proved


def _word(word: GateWord) -> str:
    return standing_word(Standing(word.value))


def _value(metric: str, value: float | None) -> str:
    if value is None:
        return NOT_MEASURED
    return seconds(value) if metric in _RELATIVE else percent(value)


def _change(metric: str, found: Interval | None) -> str:
    if found is None or math.isnan(found.low + found.high):
        return ""
    if found.estimate is None:
        return "no estimate"
    value = -found.estimate if metric in _LOWER_IS_BETTER else found.estimate
    if metric in _RELATIVE:
        return relative(value)
    shown = points(value)
    return f"{shown} {'point' if shown in ('+1', '−1') else 'points'}"


def _bounds(metric: str, found: Interval | None) -> str:
    if found is None or math.isnan(found.low + found.high):
        return "no interval"
    bounds = (-found.high, -found.low) if metric in _LOWER_IS_BETTER else (found.low, found.high)
    low, high = (relative(bound) if metric in _RELATIVE else points(bound) for bound in bounds)
    return f"[{low}, {high}]"


def _margin(found: MetricChange) -> str:
    size = percent(found.margin)
    if found.metric in _RELATIVE:
        return size
    number = size.removesuffix("%")
    return f"{number} {'point' if number == '1' else 'points'}"
