"""A comparison in one plain sentence with its numbers, and what to do next."""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from harness.regression.intervals import Interval
from harness.regression.judgement import THIS_RUN, ArmChange, EarlyEvidence, MetricChange, Standing
from harness.regression.pairing import COVERAGE_FLOOR
from harness.regression.policy import LATENCY, PASS_RATE, Policy
from harness.regression.wording import between, counted, design, hundredths, share

BLESS = '`harness baseline bless latest --reason "..."`'
READ = "run `harness report latest --open`"


def comparison_sentence(change: ArmChange, *, of: int) -> str:
    """Return what a comparison came to.

    Args:
        change: The one that decides.
        of: How many comparisons there are; more than one is told.
    """
    among = f" (the decisive one of {of} comparisons)" if of > 1 else ""
    return f"{change.standing.value}: {_finding(change)}{among}"


def comparison_step(change: ArmChange, *, policy: Policy, extended: bool) -> str:
    """Return what to do about a comparison.

    Args:
        change: The one that decides.
        policy: What was asked.
        extended: Whether its trials were extended already.
    """
    match change.standing:
        case Standing.REGRESSED:
            return f"{READ} and look at {_where(change)} first"
        case Standing.NOT_COMPARABLE:
            return (
                f"run the baseline again beside it: {_against(change)}, or bless a run that was measured like this one"
            )
        case Standing.INCONCLUSIVE:
            return _mend(change) if change.doubts else _decide(change, policy=policy, extended=extended)
        case Standing.DEGRADED_WITHIN_MARGIN:
            return f"{READ} and look at {_where(change)}; only if that loss is meant: {BLESS}"
        case Standing.NON_INFERIOR | Standing.IMPROVED:
            return f"make it the new baseline: {BLESS}"
        case _:
            assert_never(change.standing)


def _finding(change: ArmChange) -> str:
    theirs = _theirs(change)
    if change.standing is Standing.NOT_COMPARABLE:
        return f"{change.candidate} was not measured like {theirs}: {'; '.join(change.differs)}"
    if change.standing is Standing.INCONCLUSIVE and change.doubts:
        beside = f" beside {theirs}" if change.baseline else ""
        return f"{change.candidate} cannot be judged{beside}: {'; '.join(change.doubts)}"
    metric = _decisive(change)
    difference = f"{change.candidate} {_difference(metric)} {theirs}"
    if change.early is not None and metric.metric == PASS_RATE:
        return f"{difference}, and {_early(change.early, metric)}"
    return f"{difference} ({_sureness(change, metric)}), {_meaning(change.standing, metric)}"


def _early(seen: EarlyEvidence, metric: MetricChange) -> str:
    what = "some case got worse" if seen.standing is Standing.REGRESSED else f"it keeps within {_margin(metric)}"
    return f"{counted(seen.pairs, 'pair')} of calls proved that {what}"


def _theirs(change: ArmChange) -> str:
    return change.baseline if change.source == THIS_RUN else f"{change.baseline} of {change.source}"


def _decisive(change: ArmChange) -> MetricChange:
    """Return the metric the standing comes from; the gates of the others are no worse."""
    return next((each for each in change.metrics if each.word.value == change.standing.value), change.metrics[0])


def _difference(metric: MetricChange) -> str:
    """Return the verb: `passes 33 points less often than`."""
    estimate = metric.interval.estimate if metric.interval is not None else None
    if not estimate:
        return {
            PASS_RATE: "passes as often as",
            LATENCY: "answers as fast as",
        }.get(metric.metric, f"has the same {metric.metric} as")
    size = hundredths(abs(estimate))
    if metric.metric == PASS_RATE:
        return f"passes {size} points {'less' if estimate < 0 else 'more'} often than"
    if metric.metric == LATENCY:
        return f"takes {size}% {'longer' if estimate < 0 else 'less time'} to answer than"
    return f"has a {metric.metric} {size} points {'higher' if estimate < 0 else 'lower'} than"


def _sureness(change: ArmChange, metric: MetricChange) -> str:
    cases = design(metric.cases, change.trials)
    if metric.interval is None:
        return cases
    shown = _own(metric, metric.interval)
    unit = "%" if metric.metric == LATENCY else " points"
    return f"{share(metric.confidence)} interval {between(shown, unit=unit)}, {cases}"


def _own(metric: MetricChange, interval: Interval) -> Interval:
    """Return an interval in the metric's own direction: of a latency or an error rate, plus is worse."""
    if metric.metric == PASS_RATE:
        return interval
    return replace(interval, low=-interval.high, high=-interval.low)


def _meaning(standing: Standing, metric: MetricChange) -> str:
    margin = _margin(metric)
    match standing:
        case Standing.REGRESSED:
            sure = metric.interval is not None and metric.interval.high <= -metric.margin
            return f"surely worse by more than {margin}" if sure else f"surely worse, and perhaps by more than {margin}"
        case Standing.DEGRADED_WITHIN_MARGIN:
            return f"surely worse, and surely by less than {margin}"
        case Standing.NON_INFERIOR:
            return f"surely not worse by {margin}"
        case Standing.IMPROVED:
            return "surely better"
        case Standing.INCONCLUSIVE | Standing.NOT_COMPARABLE:
            return f"which neither proves nor rules out a loss beyond {margin}{_need(metric)}"
        case _:
            assert_never(standing)


def _margin(metric: MetricChange) -> str:
    return f"the margin of {hundredths(metric.margin)} {'%' if metric.metric == LATENCY else 'points'}"


def _need(metric: MetricChange) -> str:
    margin = "" if metric.sufficient_margin is None else f"margin {metric.sufficient_margin:.2f}"
    more = "" if metric.needed_cases is None else f"about {counted(metric.needed_cases - metric.cases, 'more case')}"
    needs = ", or ".join(need for need in (more, margin) if need)
    return f"; needs {needs}" if needs else ""


def _where(change: ArmChange) -> str:
    metric = _decisive(change)
    if metric.metric == PASS_RATE:
        return change.worse[0] if change.worse else "the failed calls"
    return "the slowest answers" if metric.metric == LATENCY else "what was misheard"


def _against(change: ArmChange) -> str:
    return f"`--against {change.baseline or change.candidate.partition('@')[0] + '@VERSION'}`"


def _mend(change: ArmChange) -> str:
    if not change.metrics:
        return f"name a baseline of this prompt and engine_model: {_against(change)}"
    if change.matched < 2:
        return f"compare at least two cases, and {READ} to see what became of those there were"
    missing = [each.metric for each in change.metrics if each.doubts]
    if PASS_RATE not in missing:
        return f"run both again, so that {' and '.join(missing)} is measured in each: {_against(change)}"
    apart = len(change.removed) + len(change.new)
    if apart > (1 - COVERAGE_FLOOR) * (change.matched + len(change.unmatched) + apart):
        both = f"{counted(len(change.removed), 'case')} of the baseline and {counted(len(change.new), 'new case')}"
        return (
            f"try the same cases in both: {both} have no counterpart; or run the baseline beside it: {_against(change)}"
        )
    return f"{READ}, mend what kept calls from being held or measured, and run it again"


def _decide(change: ArmChange, *, policy: Policy, extended: bool) -> str:
    if not policy.gates:
        return (
            f"nothing is gated in the profile {policy.profile.value}; ask for a verdict with `--profile pull_request`"
        )
    metric = _decisive(change)
    ways = []
    if metric.needed_cases is not None:
        ways.append(f"add about {counted(metric.needed_cases - metric.cases, 'case')}")
    if not extended and policy.looks == 1:
        ways.append(f"try each case more often with `--max-trials {2 * policy.trials}`")
    if metric.sufficient_margin is not None:
        option = "--margin " if metric.metric == PASS_RATE else f"--gate {metric.metric}="
        ways.append(f"accept more with `{option}{metric.sufficient_margin:.2f}`")
    return ", or ".join(ways) or f"{READ} and compare the calls by ear"


def nothing_tried(sources: Sequence[str]) -> str:
    """Return the sentence of a comparison without a candidate."""
    return f"{Standing.INCONCLUSIVE.value}: no candidate has a result to compare with {', '.join(sources)}"
