"""A run beside those before it: every prompt's versions with their latest verdict, and the trend of its pass rate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.regression.comparability import differences
from harness.regression.decision import Decision
from harness.regression.records import ArmRecord, RunRecord, arm_records
from harness.regression.wording import design
from harness.report.change_words import version_outcome
from harness.report.numbers import count, percent, quantile_interval, seconds
from harness.report.pictures.trend import Trend, TrendValue, draw_trend
from harness.report.versions import PromptVersion

_MOST_VERSIONS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The runs before one, the oldest first."""

    records: tuple[RunRecord, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, and why."""


NO_HISTORY = History()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """One prompt version with one engine model: what it came to in the latest run that tried it."""

    label: str
    href: str
    """Empty for one that is not in this run."""
    engine_model: str
    outcome: Outcome
    is_baseline: bool
    rate: str
    interval: str
    size: str
    left_out: str
    delay: str
    delay_interval: str
    slow: str
    run: str
    """Empty where it is this one."""
    started: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptHistory:
    """One prompt: its versions, the latest first, and how it went over the runs."""

    name: str
    rows: tuple[VersionRow, ...]
    older: int
    """Versions that are not shown."""
    trends: tuple[Trend, ...]
    """One for each engine model it was tried with in two runs or more."""


def record_of(run: Run, decision: Decision, versions: Sequence[PromptVersion]) -> RunRecord:
    """Return what is kept of a run for those after it."""
    outcomes = {version.label: version_outcome(version, decision.judgement) for version in versions}
    return RunRecord(
        id=run.id,
        started_at=run.started_at,
        outcome=decision.outcome,
        sentence=decision.sentence,
        provenance=run.provenance,
        arms=arm_records(run, outcome_of=lambda label: outcomes.get(label, Outcome.INCONCLUSIVE)),
    )


def view_history(record: RunRecord, history: History, *, hrefs: dict[str, str]) -> tuple[PromptHistory, ...]:
    """Return every prompt of a run with what is known of it from the runs before.

    Args:
        record: Of the run.
        history: The runs before.
        hrefs: The page of each of the run's versions, by label.
    """
    names = dict.fromkeys(label.partition("@")[0] for label in hrefs)
    return tuple(_prompt(name, (*history.records, record), hrefs=hrefs) for name in names)


def when(started_at: str) -> str:
    """Return a moment for people: `2026-01-31 09:30`."""
    return started_at.replace("T", " ")[:16]


def _prompt(name: str, records: Sequence[RunRecord], *, hrefs: dict[str, str]) -> PromptHistory:
    latest: dict[tuple[str, str], tuple[RunRecord, ArmRecord]] = {}
    for record in reversed(records):
        for arm in record.arms:
            if arm.name == name:
                latest.setdefault((arm.version, arm.engine_model), (record, arm))
    rows = [_row(record, arm, now=records[-1], hrefs=hrefs) for record, arm in latest.values()]
    rows.sort(key=lambda row: (row.run != "", row.is_baseline and row.run == ""))
    engines = dict.fromkeys(arm.engine_model for arm in records[-1].arms if arm.name == name)
    trends = (_trend(name, engine, records, several=len(engines) > 1) for engine in engines)
    return PromptHistory(
        name=name,
        rows=tuple(rows[:_MOST_VERSIONS]),
        older=len(rows[_MOST_VERSIONS:]),
        trends=tuple(trend for trend in trends if trend),
    )


def _row(record: RunRecord, arm: ArmRecord, *, now: RunRecord, hrefs: dict[str, str]) -> VersionRow:
    rate = arm.rate.interval
    measured = rate.estimate is not None
    is_now = record is now
    return VersionRow(
        label=arm.label,
        href=hrefs.get(arm.label, "") if is_now else "",
        engine_model=arm.engine_model,
        outcome=arm.outcome,
        is_baseline=arm.role is ArmRole.BASELINE,
        rate=percent(rate.estimate),
        interval=f"[{percent(rate.low)}, {percent(rate.high)}]" if measured else "",
        size=design(arm.rate.cases, arm.trials) if measured else "no valid trial",
        left_out=f"{count(arm.invalid, 'trial')} left out" if arm.invalid else "",
        delay=seconds(arm.latency_p50.estimate if arm.latency_p50 else None),
        delay_interval=quantile_interval(arm.latency_p50),
        slow=_slow(arm),
        run="" if is_now else record.id,
        started=when(record.started_at),
    )


def _slow(arm: ArmRecord) -> str:
    if arm.latency_p95 is None:
        return ""
    return f"95% {seconds(arm.latency_p95.estimate)}, {count(arm.answers, 'answer')}"


def _trend(name: str, engine_model: str, records: Sequence[RunRecord], *, several: bool) -> Trend | None:
    values = tuple(_values(name, engine_model, records))
    return draw_trend(f"{name}, {engine_model}" if several else name, values)


def _values(name: str, engine_model: str, records: Sequence[RunRecord]) -> Iterator[TrendValue]:
    """Yield the version under test of each run, the first where there were several."""
    now = _under_test(records[-1], name, engine_model)
    for record in records:
        arm = _under_test(record, name, engine_model)
        if arm is None or now is None or arm.rate.interval.estimate is None:
            continue
        yield TrendValue(
            run=record.id,
            started=when(record.started_at),
            version=arm.version,
            outcome=arm.outcome,
            rate=arm.rate.interval.estimate,
            low=arm.rate.interval.low,
            high=arm.rate.interval.high,
            size=design(arm.rate.cases, arm.trials),
            unlike=_unlike(record, arm, records[-1], now),
        )


def _under_test(record: RunRecord, name: str, engine_model: str) -> ArmRecord | None:
    fitting = [arm for arm in record.arms if arm.name == name and arm.engine_model == engine_model]
    candidates = [arm for arm in fitting if arm.role is ArmRole.CANDIDATE]
    return next(iter(candidates or fitting), None)


def _unlike(record: RunRecord, arm: ArmRecord, now: RunRecord, ours: ArmRecord) -> str:
    if arm.cases_digest != ours.cases_digest:
        return "other cases"
    shared = {name for name, _ in now.provenance.suites} & {name for name, _ in record.provenance.suites}
    found = differences(record.provenance, now.provenance, suites=shared)
    return ", ".join(each.partition(":")[0] for each in found)
