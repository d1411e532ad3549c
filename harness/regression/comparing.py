"""Whether the candidates of a run got worse: each beside its baseline, metric by metric, then all together.

Every arm is paired with the arm of the same prompt name and engine_model. Where several are compared, Holm's method
shares alpha among them for each metric (evaluation.md, section 2.6): the arms are ranked by how sure it is that they
are worse, the one at rank j of m is asked at alpha/(m-j+1) until one is not worse, later ones keep that level, and the
interval of each is computed at its own level, so that word and interval never disagree. Metrics share nothing: all of
them must pass, which needs no correction.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from harness.regression.arm_pair import ArmPair
from harness.regression.comparability import same_label_two_texts
from harness.regression.comparison_words import comparison_sentence, comparison_step, nothing_tried
from harness.regression.facts import ArmFacts
from harness.regression.judgement import THIS_RUN, ArmChange, EarlyEvidence, Judgement, MetricChange, Standing
from harness.regression.metric_change import metric_change, standing_of
from harness.regression.multiple import holm_levels
from harness.regression.policy import Policy
from harness.regression.wording import counted

_WORST_FIRST = (
    Standing.REGRESSED,
    Standing.NOT_COMPARABLE,
    Standing.INCONCLUSIVE,
    Standing.DEGRADED_WITHIN_MARGIN,
    Standing.NON_INFERIOR,
    Standing.IMPROVED,
)
_NO_EVIDENCE: Mapping[str, EarlyEvidence] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What candidates are compared with."""

    source: str
    """`this run`, `baseline NAME` or `run ID`."""
    arms: tuple[ArmFacts, ...]
    differs: tuple[str, ...] = ()
    """Why it was not measured like the candidates (`comparability.differences`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A candidate, and what of a reference belongs beside it."""

    candidate: ArmFacts
    reference: Reference
    baseline: ArmFacts | None
    doubt: str = ""
    """Why there is no baseline."""
    outside: int = 0
    """Cases of the candidate in suites that the baseline was never tried with."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what has to be known of the comparison, though it forbids nothing."""
        if self.baseline is None:
            return ()
        told = same_label_two_texts([self.baseline], [self.candidate])
        if self.outside and self.reference.source != THIS_RUN:
            cases = counted(self.outside, "case")
            told += (f"{cases} of suites that {self.reference.source} was never tried with are not compared",)
        return told


def judge(
    candidates: Sequence[ArmFacts],
    references: Sequence[Reference],
    *,
    policy: Policy,
    early: Mapping[str, EarlyEvidence] = _NO_EVIDENCE,
    extended: bool = False,
) -> Judgement | None:
    """Return what the comparisons of candidates with references come to; None where no reference was asked for.

    A candidate whose prompt a reference does not know is not compared with it, unless it knows none of them: then
    nothing is proved.

    Args:
        candidates: The arms under test.
        references: What they are compared with.
        policy: What is asked.
        early: Evidence that stopped the run, by the candidate's label (`ArmFacts.label`). It stands in for the gate of
            the pass rate where the candidate has one baseline; the interval is shown all the same.
        extended: Whether the trials were extended after a first look.
    """
    if not references:
        return None
    matches = [match for reference in references for match in _matches(candidates, reference)]
    changes = _changes(matches, policy=policy, early=early)
    if not changes:
        return Judgement(
            policy=policy,
            changes=(),
            standing=Standing.INCONCLUSIVE,
            sentence=nothing_tried([reference.source for reference in references]),
            next_step="select at least one case of a prompt under test, and see with `harness check` which there are",
        )
    worst = min(changes, key=lambda change: (_WORST_FIRST.index(change.standing), not change.doubted))
    return Judgement(
        policy=policy,
        changes=changes,
        standing=worst.standing,
        sentence=comparison_sentence(worst, of=len(changes)),
        next_step=comparison_step(worst, policy=policy, extended=extended),
    )


def _matches(candidates: Sequence[ArmFacts], reference: Reference) -> Iterator[_Match]:
    known = {arm.name for arm in reference.arms}
    strange = not any(candidate.name in known for candidate in candidates)
    for candidate in candidates:
        named = [arm for arm in reference.arms if arm.name == candidate.name and arm.may_precede(candidate.prompt)]
        fitting = [arm for arm in named if arm.engine_model == candidate.engine_model]
        for arm in fitting:
            # A suite that only one of them was tried with is no case that went missing.
            shared = candidate.suites & arm.suites or candidate.suites | arm.suites
            outside = len(candidate.cases) - len(candidate.within(shared).cases)
            yield _Match(
                candidate=candidate.within(shared), reference=reference, baseline=arm.within(shared), outside=outside
            )
        if fitting or not (named or strange):
            continue
        engines, names = sorted({arm.engine_model for arm in named}), ", ".join(sorted(known)) or "none"
        doubt = (
            f"{reference.source} has {candidate.name} with {', '.join(engines)} only, not with {candidate.engine_model}"
            if named
            else f"{reference.source} has no prompt named {candidate.name} (it has: {names})"
        )
        yield _Match(candidate=candidate, reference=reference, baseline=None, doubt=doubt)


def _changes(matches: Sequence[_Match], *, policy: Policy, early: Mapping[str, EarlyEvidence]) -> tuple[ArmChange, ...]:
    # Where a candidate has several baselines, nobody knows which of them the evidence is about.
    labels = Counter(match.candidate.label for match in matches)
    evidence = {
        place: early[label]
        for place, match in enumerate(matches)
        if (label := match.candidate.label) in early and labels[label] == 1
    }
    pairs = {
        place: ArmPair.of(match.candidate, match.baseline, common_only=place in evidence)
        for place, match in enumerate(matches)
        if match.baseline is not None and not match.reference.differs
    }
    gates = _gates(pairs, policy=policy, early=evidence)
    return tuple(
        _arm_change(match, pair=pairs.get(place), metrics=gates.get(place, ()), early=evidence.get(place))
        for place, match in enumerate(matches)
    )


def _gates(
    pairs: Mapping[int, ArmPair], *, policy: Policy, early: Mapping[int, EarlyEvidence]
) -> Mapping[int, tuple[MetricChange, ...]]:
    """Return the gate of every metric of every pair, each at the level that Holm's method leaves it."""
    alpha = policy.spending.look
    gates: dict[int, tuple[MetricChange, ...]] = dict.fromkeys(pairs, ())
    for gated in policy.gated:
        measures = {place: pair.measure(gated) for place, pair in pairs.items()}
        levels = holm_levels([each.measured.spread.p_worse for each in measures.values()], alpha=alpha)
        for (place, measure), level in zip(measures.items(), levels, strict=True):
            gates[place] += (metric_change(measure, alpha=level, early=early.get(place)),)
    return gates


def _arm_change(
    match: _Match, *, pair: ArmPair | None, metrics: tuple[MetricChange, ...], early: EarlyEvidence | None
) -> ArmChange:
    candidate, baseline, differs = match.candidate, match.baseline, match.reference.differs
    doubts = [match.doubt, *(doubt for metric in metrics for doubt in metric.doubts)]
    unlike = baseline is not None and bool(differs)
    return ArmChange(
        candidate=candidate.prompt,
        baseline=baseline.prompt if baseline is not None else "",
        engine_model=candidate.engine_model,
        source=match.reference.source,
        standing=Standing.NOT_COMPARABLE if unlike else standing_of([metric.word for metric in metrics]),
        metrics=metrics,
        matched=len(pair.paired.matched) if pair else 0,
        trials=pair.trials if pair else (0, 0),
        new=pair.paired.new if pair else (),
        removed=pair.paired.removed if pair else (),
        unmatched=pair.lost if pair else (),
        worse=pair.worse if pair else (),
        better=pair.better if pair else (),
        differs=differs if unlike else (),
        early=early if pair else None,
        doubts=tuple(dict.fromkeys(doubt for doubt in doubts if doubt)),
        notes=match.notes,
    )
