"""The table of the comparison: each candidate beside its baseline, metric by metric."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.run import Run
from harness.regression.decision import Decision
from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import ArmChange, EarlyEvidence, MetricChange, Standing
from harness.regression.tables.shape import Table, finite, integer, listed, number, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What the gate says of one metric of an arm; of an arm that cannot be compared, that it says nothing."""

    change: ArmChange
    metric: MetricChange | None

    @property
    def interval(self) -> Interval | None:
        """Return the interval of the difference."""
        return None if self.metric is None else self.metric.interval

    @property
    def early(self) -> EarlyEvidence | None:
        """Return the evidence that stopped the run, if any."""
        return self.change.early

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return why the data cannot carry a verdict, those of the metric and of the arm each once."""
        own = () if self.metric is None else self.metric.doubts
        return tuple(dict.fromkeys((*own, *self.change.doubts)))


def _compared(_run: Run, decision: Decision) -> Iterator[Compared]:
    for change in decision.judgement.changes if decision.judgement else ():
        for metric in change.metrics or (None,):
            yield Compared(change=change, metric=metric)


COMPARISON: Table[Compared] = Table(
    name="comparison",
    row="one metric of one candidate beside its baseline; one row without a metric where they cannot be compared",
    items=_compared,
    columns=(
        text("candidate", "`name@version`", lambda row: row.change.candidate),
        text("baseline", '`name@version`; "" where there is none', lambda row: row.change.baseline),
        text("engine_model", "The model behind both", lambda row: row.change.engine_model),
        text(
            "source",
            "Where the baseline is from: `this run`, `baseline NAME` or `run ID`",
            lambda row: row.change.source,
        ),
        text(
            "standing",
            "Where the candidate stands, all metrics together",
            lambda row: row.change.standing.value,
            choices=Standing,
        ),
        text(
            "metric",
            "`pass_rate`, `latency` or `hearing_wer`",
            lambda row: None if row.metric is None else row.metric.metric,
            optional=True,
        ),
        text(
            "word",
            "What the gate says of this metric",
            lambda row: None if row.metric is None else row.metric.word.value,
            optional=True,
            choices=GateWord,
        ),
        number(
            "margin",
            "The largest loss that may ship",
            lambda row: None if row.metric is None else row.metric.margin,
            optional=True,
        ),
        number(
            "estimate",
            "Candidate minus baseline, signed so that higher is better; a latency: minus its relative change",
            lambda row: None if row.interval is None else finite(row.interval.estimate),
            optional=True,
        ),
        number(
            "low",
            "Lower end of its interval",
            lambda row: None if row.interval is None else finite(row.interval.low),
            optional=True,
        ),
        number(
            "high", "Upper end", lambda row: None if row.interval is None else finite(row.interval.high), optional=True
        ),
        number(
            "confidence",
            "Of the interval",
            lambda row: None if row.metric is None else row.metric.confidence,
            optional=True,
        ),
        number(
            "baseline_value",
            "The baseline's mean over the matched cases, in the metric's unit",
            lambda row: None if row.metric is None else finite(row.metric.baseline),
            optional=True,
        ),
        number(
            "candidate_value",
            "The candidate's",
            lambda row: None if row.metric is None else finite(row.metric.candidate),
            optional=True,
        ),
        integer(
            "cases",
            "Matched cases the metric rests on",
            lambda row: None if row.metric is None else row.metric.cases,
            optional=True,
        ),
        number(
            "p_two_sided",
            "Of the exact sign-flip test on the cases' differences",
            lambda row: None if row.metric is None else finite(row.metric.p_two_sided),
            optional=True,
        ),
        integer(
            "needed_cases",
            "About how many matched cases would decide it, where it is undecided",
            lambda row: None if row.metric is None else row.metric.needed_cases,
            optional=True,
        ),
        number(
            "sufficient_margin",
            "The least margin that would have let it pass, where it is undecided",
            lambda row: None if row.metric is None else finite(row.metric.sufficient_margin),
            optional=True,
        ),
        text("doubts", "Why the data cannot carry a verdict", lambda row: listed(row.doubts)),
        text("differs", "Why the two are not comparable", lambda row: listed(row.change.differs)),
        integer("matched", "Cases both arms have valid trials of", lambda row: row.change.matched),
        integer(
            "least_trials", "Fewest valid trials of a matched case in either arm", lambda row: row.change.trials[0]
        ),
        integer("most_trials", "Most", lambda row: row.change.trials[1]),
        text("worse", "Matched cases whose pass rate fell, the furthest first", lambda row: listed(row.change.worse)),
        text("better", "Matched cases whose pass rate rose", lambda row: listed(row.change.better)),
        text("new", "Cases the baseline does not have", lambda row: listed(row.change.new)),
        text("removed", "Cases the candidate does not have", lambda row: listed(row.change.removed)),
        text("unmatched", "Cases without a valid trial in one arm", lambda row: listed(row.change.unmatched)),
        text(
            "early",
            "What was proved before the end",
            lambda row: None if row.early is None else row.early.standing.value,
            optional=True,
            choices=Standing,
        ),
        integer(
            "early_pairs",
            "After how many pairs of trials",
            lambda row: None if row.early is None else row.early.pairs,
            optional=True,
        ),
        number(
            "e_value",
            "How strong that evidence is",
            lambda row: None if row.early is None else finite(row.early.e_value),
            optional=True,
        ),
        number(
            "p_anytime",
            "The p-value that holds whenever one looks",
            lambda row: None if row.early is None else finite(row.early.p_anytime),
            optional=True,
        ),
        text("notes", "What decides nothing and should be known", lambda row: listed(row.change.notes)),
    ),
)
