import math
from collections.abc import Mapping

import pytest

from harness.regression.gate import GateWord, gate_verdict
from harness.regression.intervals import Interval
from harness.regression.pairing import (
    CaseCounts,
    InvalidCounts,
    data_doubts,
    failing_invalid,
    invalid_counts,
    pairing,
)

CLEAN = InvalidCounts(invalid=0, trials=30)


def arm(cases: int, *, passes: int = 3) -> Mapping[str, CaseCounts]:
    return {f"case{number:02}": CaseCounts(passes=passes, valid=3) for number in range(cases)}


def test_new_and_removed_cases_are_listed_and_not_compared() -> None:
    baseline = {"kept": CaseCounts(passes=1, valid=1), "old": CaseCounts(passes=0, valid=1)}
    candidate = {"kept": CaseCounts(passes=1, valid=1), "fresh": CaseCounts(passes=0, valid=1)}
    paired = pairing(baseline, candidate)
    assert [each.case for each in paired.matched] == ["kept"]
    assert (paired.unmatched, paired.new, paired.removed) == (("fresh", "old"), ("fresh",), ("old",))
    assert (paired.mean_difference, paired.usable) == (0.0, False)


def test_case_whose_trials_were_all_lost_is_unmatched_in_either_arm() -> None:
    lost, held = CaseCounts(passes=0, valid=0, invalid=2), CaseCounts(passes=1, valid=2)
    assert lost.rate is None
    assert held.rate == 0.5
    paired = pairing({"a": lost, "b": held, "c": held}, {"a": held, "b": lost, "c": held})
    assert (paired.unmatched, paired.new, paired.removed) == (("a", "b"), (), ())


def test_cases_weigh_the_same_whatever_their_trials() -> None:
    baseline = {"a": CaseCounts(passes=9, valid=9), "b": CaseCounts(passes=0, valid=1)}
    candidate = {"a": CaseCounts(passes=1, valid=2), "b": CaseCounts(passes=1, valid=1)}
    paired = pairing(baseline, candidate)
    assert [each.difference for each in paired.matched] == [-0.5, 1.0]
    assert paired.mean_difference == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("candidate"),
    [pytest.param({}, id="nothing"), pytest.param({"x": CaseCounts(passes=1, valid=1)}, id="no common case")],
)
def test_without_a_common_case_there_is_no_difference(candidate: Mapping[str, CaseCounts]) -> None:
    paired = pairing({}, candidate)
    assert (paired.coverage, paired.usable, paired.mean_difference) == (0.0, False, None)


@pytest.mark.parametrize(
    ("kept", "word"), [pytest.param(9, GateWord.IMPROVED, id="90 %"), pytest.param(8, GateWord.INCONCLUSIVE, id="80 %")]
)
def test_low_coverage_is_inconclusive(kept: int, word: GateWord) -> None:
    doubts = data_doubts(pairing(arm(10, passes=0), arm(kept)), baseline=CLEAN, candidate=CLEAN, fisher_p=1.0)
    assert gate_verdict(Interval(estimate=1.0, low=0.5, high=1.0), margin=0.1, doubts=doubts) is word


@pytest.mark.parametrize(
    ("baseline", "candidate", "fisher_p", "doubt"),
    [
        pytest.param(CLEAN, InvalidCounts(invalid=4, trials=30), 0.11, "4 of 30 trials of the candidate", id="share"),
        pytest.param(
            InvalidCounts(invalid=4, trials=30), CLEAN, 0.11, "4 of 30 trials of the baseline", id="other arm"
        ),
        pytest.param(CLEAN, InvalidCounts(invalid=3, trials=30), 0.04, "unequally", id="one arm lost more"),
        pytest.param(CLEAN, InvalidCounts(invalid=0, trials=0), 1.0, "the candidate has no trial", id="no trial"),
        pytest.param(CLEAN, CLEAN, math.nan, "unequally", id="p is no number"),
    ],
)
def test_lost_trials_raise_a_doubt(
    baseline: InvalidCounts, candidate: InvalidCounts, fisher_p: float, doubt: str
) -> None:
    (found,) = data_doubts(pairing(arm(10), arm(10)), baseline=baseline, candidate=candidate, fisher_p=fisher_p)
    assert doubt in found


def test_a_tenth_lost_alike_raises_no_doubt() -> None:
    lost = InvalidCounts(invalid=3, trials=30)
    assert data_doubts(pairing(arm(10), arm(10)), baseline=lost, candidate=lost, fisher_p=1.0) == ()


def test_second_analysis_counts_lost_trials_as_failed() -> None:
    cases = {"a": CaseCounts(passes=2, valid=2, invalid=1), "b": CaseCounts(passes=0, valid=0, invalid=3)}
    assert invalid_counts(cases) == InvalidCounts(invalid=4, trials=6)
    assert invalid_counts({}).share == 1.0
    assert failing_invalid(cases) == {"a": CaseCounts(passes=2, valid=3), "b": CaseCounts(passes=0, valid=3)}
