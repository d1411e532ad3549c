"""The gate of one metric, and what the gates of all metrics say of an arm (evaluation.md, section 2.6)."""

from collections.abc import Sequence

from harness.regression.arm_pair import Measure
from harness.regression.exact_tests import sign_flip_exact
from harness.regression.gate import GateWord, gate_verdict
from harness.regression.judgement import EarlyEvidence, MetricChange, Standing
from harness.regression.measured import needed_cases, sufficient_margin
from harness.regression.policy import PASS_RATE


def metric_change(measure: Measure, *, alpha: float, early: EarlyEvidence | None = None) -> MetricChange:
    """Return what the gate says of a metric.

    Args:
        measure: What it rests on.
        alpha: Of each of its two one-sided questions.
        early: Evidence that stopped the run. It stands in for the gate of the pass rate: a proof that the candidate got
            worse stands whatever else is missing, one that it is good enough does not outlive a doubt.
    """
    gated, measured, confidence = measure.gated, measure.measured, 1 - 2 * alpha
    interval = measured.interval(confidence)
    word = gate_verdict(interval, margin=gated.margin, doubts=measure.doubts)
    if early is not None and gated.metric == PASS_RATE:
        word = _early_word(early, doubted=bool(measure.doubts))
    undecided = word is GateWord.INCONCLUSIVE and not measure.doubts
    differences, (baseline, candidate) = measured.differences, measured.levels
    second = measure.if_invalid_failed
    return MetricChange(
        metric=gated.metric,
        margin=gated.margin,
        word=word,
        interval=interval,
        confidence=confidence,
        baseline=baseline,
        candidate=candidate,
        cases=len(differences),
        p_two_sided=sign_flip_exact(differences).p_two_sided if len(differences) > 1 else None,
        doubts=measure.doubts,
        failing_invalid=None if second is None else gate_verdict(second.interval(confidence), margin=gated.margin),
        needed_cases=needed_cases(measured, margin=gated.margin, alpha=alpha) if undecided else None,
        sufficient_margin=sufficient_margin(interval) if undecided and interval is not None else None,
    )


def standing_of(words: Sequence[GateWord]) -> Standing:
    """Return where an arm stands: every gated metric must pass, so the worst of them decides.

    It is improved with one metric that improved and none that is surely worse. Without a metric nothing is known.
    """
    for word in (GateWord.REGRESSED, GateWord.INCONCLUSIVE, GateWord.DEGRADED_WITHIN_MARGIN, GateWord.IMPROVED):
        if word in words:
            return Standing(word.value)
    return Standing.NON_INFERIOR if words else Standing.INCONCLUSIVE


def _early_word(early: EarlyEvidence, *, doubted: bool) -> GateWord:
    if early.standing is Standing.REGRESSED:
        return GateWord.REGRESSED
    return GateWord.NON_INFERIOR if early.standing is Standing.NON_INFERIOR and not doubted else GateWord.INCONCLUSIVE
