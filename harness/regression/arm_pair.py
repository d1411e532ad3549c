"""A candidate arm beside its baseline arm: the cases both were tried with, and what each gated metric rests on.

What spoils a comparison is found here, once for all metrics: too few cases in common, too many lost trials, a metric
that one arm does not have (evaluation.md, section 2.7).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.regression.exact_tests import fisher_exact
from harness.regression.facts import ArmFacts, CaseFacts
from harness.regression.measured import Measured, Numbers, Rates
from harness.regression.pairing import (
    COVERAGE_FLOOR,
    INVALID_CEILING,
    CaseCounts,
    MatchedCase,
    Pairing,
    data_doubts,
    failing_invalid,
    invalid_counts,
    pairing,
)
from harness.regression.policy import LATENCY, PASS_RATE, Gated


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What the gate of one metric rests on."""

    gated: Gated
    measured: Measured
    doubts: tuple[str, ...] = ()
    if_invalid_failed: Rates | None = None
    """The second analysis, where there are doubts and invalid trials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmPair:
    """Two arms, case by case, without the cases that either has in quarantine."""

    baseline: Mapping[str, CaseFacts]
    candidate: Mapping[str, CaseFacts]
    paired: Pairing

    @classmethod
    def of(cls, candidate: ArmFacts, baseline: ArmFacts, *, common_only: bool = False) -> "ArmPair":
        """Pair two arms.

        Args:
            candidate: Its facts.
            baseline: The same.
            common_only: Leave out cases that one arm was not tried with at all: those a proof made needless.
        """
        theirs, ours = baseline.by_id, candidate.by_id
        left_out = {case.id for arm in (baseline, candidate) for case in arm.cases if case.quarantined}
        if common_only:
            left_out |= theirs.keys() ^ ours.keys()
        theirs = {case: facts for case, facts in theirs.items() if case not in left_out}
        ours = {case: facts for case, facts in ours.items() if case not in left_out}
        return cls(baseline=theirs, candidate=ours, paired=pairing(_counts(theirs), _counts(ours)))

    @property
    def trials(self) -> tuple[int, int]:
        """Return the fewest and the most valid trials of a matched case in either arm."""
        valid = [counts.valid for each in self.paired.matched for counts in (each.baseline, each.candidate)]
        return (min(valid), max(valid)) if valid else (0, 0)

    @property
    def lost(self) -> tuple[str, ...]:
        """Return the cases that both arms were tried with, one of them without a valid trial."""
        return tuple(case for case in self.paired.unmatched if case in self.baseline and case in self.candidate)

    @property
    def worse(self) -> tuple[str, ...]:
        """Return the matched cases whose pass rate fell, the furthest first."""
        fell = [each for each in self.paired.matched if each.difference < 0]
        return tuple(each.case for each in sorted(fell, key=lambda each: each.difference))

    @property
    def better(self) -> tuple[str, ...]:
        """Return the matched cases whose pass rate rose, the furthest first."""
        rose = [each for each in self.paired.matched if each.difference > 0]
        return tuple(each.case for each in sorted(rose, key=lambda each: -each.difference))

    def measure(self, gated: Gated) -> Measure:
        """Return what the gate of a metric rests on."""
        doubts = self._doubts()
        if gated.metric == PASS_RATE:
            return Measure(
                gated=gated,
                measured=_rates(self.paired.matched),
                doubts=doubts,
                if_invalid_failed=self._if_invalid_failed() if doubts else None,
            )
        both = [
            (theirs, ours)
            for each in self.paired.matched
            if (theirs := self.baseline[each.case].mean(gated.metric)) is not None
            and (ours := self.candidate[each.case].mean(gated.metric)) is not None
        ]
        return Measure(
            gated=gated,
            measured=Numbers(
                baseline=tuple(theirs for theirs, _ in both),
                candidate=tuple(ours for _, ours in both),
                logarithmic=gated.metric == LATENCY,
            ),
            doubts=(*doubts, *self._gaps(gated.metric, measured=len(both))),
        )

    def _doubts(self) -> tuple[str, ...]:
        if not (self.baseline or self.candidate):
            return ("there is no case to compare: each is in quarantine, or neither arm was tried with one",)
        theirs, ours = invalid_counts(_counts(self.baseline)), invalid_counts(_counts(self.candidate))
        fisher = fisher_exact((theirs.invalid, theirs.trials), (ours.invalid, ours.trials))
        doubts = data_doubts(self.paired, baseline=theirs, candidate=ours, fisher_p=fisher)
        few = len(self.paired.matched) < 2
        return (*doubts, "fewer than two cases can be compared, and one alone shows no chance") if few else doubts

    def _if_invalid_failed(self) -> Rates | None:
        theirs, ours = _counts(self.baseline), _counts(self.candidate)
        if not (invalid_counts(theirs).invalid or invalid_counts(ours).invalid):
            return None
        return _rates(pairing(failing_invalid(theirs), failing_invalid(ours)).matched)

    def _gaps(self, metric: str, *, measured: int) -> Iterator[str]:
        """Yield why a metric that could have been measured in every valid trial was not."""
        missing = False
        for name, arm in (("baseline", self.baseline), ("candidate", self.candidate)):
            facts = [arm[each.case] for each in self.paired.matched]
            values, valid = sum(len(case.measured(metric)) for case in facts), sum(case.counts.valid for case in facts)
            odd = sum(not math.isfinite(value) for case in facts for value in _raw(case, metric))
            if odd:
                yield f"{metric} of the {name} is no number in {odd} of {valid} trials"
            elif valid and not values:
                missing = True
                yield f"the {name} has no {metric}"
            elif valid and (valid - values) / valid > INVALID_CEILING:
                yield f"{metric} was measured in {values} of {valid} valid trials of the {name}"
        matched = len(self.paired.matched)
        if matched and not missing and measured < max(2, COVERAGE_FLOOR * matched):
            yield f"{metric} was measured in {measured} of {matched} matched cases"


def _counts(arm: Mapping[str, CaseFacts]) -> Mapping[str, CaseCounts]:
    return {case: facts.counts for case, facts in arm.items()}


def _rates(matched: tuple[MatchedCase, ...]) -> Rates:
    return Rates(baseline=tuple(each.baseline for each in matched), candidate=tuple(each.candidate for each in matched))


def _raw(case: CaseFacts, metric: str) -> Iterator[float]:
    yield from (value for trial in case.trials for name, value in trial.metrics if name == metric)
