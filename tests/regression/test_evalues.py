import math
import random

import pytest

from harness.errors import ConfigurationError
from harness.regression.evalues import (
    TrialPair,
    evalue_noninferiority,
    evalue_sharp_null,
    stop_for_noninferiority,
    stop_for_regression,
)

TIED = TrialPair(baseline=True, candidate=True)
LOST = TrialPair(baseline=True, candidate=False)
WON = TrialPair(baseline=False, candidate=True)
ALPHA = 0.05


def drawn(dice: random.Random, *, pairs: int, baseline: float, candidate: float) -> list[TrialPair]:
    return [TrialPair(baseline=dice.random() < baseline, candidate=dice.random() < candidate) for _ in range(pairs)]


def test_seven_pairs_against_the_candidate_stop_the_run() -> None:
    found = stop_for_regression([TIED, *[LOST] * 9])
    assert found.after == 8
    assert found.p_anytime == pytest.approx(1 / found.e_value)
    assert found.p_anytime < ALPHA


@pytest.mark.parametrize(("margin", "needed"), [(0.1, 45), (0.05, 92), (0.03, 154)])
def test_ties_alone_prove_non_inferiority_in_time(margin: float, needed: int) -> None:
    assert stop_for_noninferiority([TIED] * 200, margin=margin).after == needed


def test_evidence_that_faded_still_counts_for_the_anytime_p() -> None:
    found = stop_for_regression([*[LOST] * 5, *[WON] * 5])
    assert found.after is None
    assert found.e_value == evalue_sharp_null(baseline_only=5, candidate_only=0).e_regression


def test_no_pairs_are_no_evidence() -> None:
    assert evalue_sharp_null(baseline_only=0, candidate_only=0).e_regression == 1
    assert evalue_noninferiority(baseline_only=0, candidate_only=0, tied=0, margin=0.1) == pytest.approx(1)
    assert stop_for_regression([]).p_anytime == 1


@pytest.mark.parametrize("lost", range(7))
def test_evidence_expects_to_stay_where_it_is_under_the_null(lost: int) -> None:
    def regression(b: int, c: int) -> float:
        return evalue_sharp_null(baseline_only=b, candidate_only=c).e_regression

    def two_sided(b: int, c: int) -> float:
        return evalue_sharp_null(baseline_only=b, candidate_only=c).e_two_sided

    won = 3
    assert two_sided(lost + 1, won) + two_sided(lost, won + 1) == pytest.approx(2 * two_sided(lost, won))
    assert regression(lost + 1, won) + regression(lost, won + 1) == pytest.approx(2 * regression(lost, won))


def test_unchanged_prompt_is_seldom_stopped_however_often_one_looks() -> None:
    dice = random.Random(20)
    stopped = sum(
        stop_for_regression(drawn(dice, pairs=80, baseline=0.7, candidate=0.7), alpha=ALPHA).after is not None
        for _ in range(400)
    )
    assert stopped <= ALPHA * 400


def test_prompt_worse_by_the_margin_seldom_passes_early() -> None:
    dice = random.Random(21)
    passed = sum(
        stop_for_noninferiority(drawn(dice, pairs=80, baseline=0.9, candidate=0.8), margin=0.1).after is not None
        for _ in range(400)
    )
    assert passed <= ALPHA * 400


def test_broken_prompt_is_stopped_early() -> None:
    dice = random.Random(22)
    runs = [stop_for_regression(drawn(dice, pairs=80, baseline=0.95, candidate=0.4)) for _ in range(50)]
    assert all(run.after is not None and run.after < 40 for run in runs)


def test_long_runs_neither_overflow_nor_lose_digits() -> None:
    certain = evalue_sharp_null(baseline_only=3000, candidate_only=0)
    assert math.isinf(certain.e_regression)
    assert math.isinf(certain.e_two_sided)
    assert evalue_sharp_null(baseline_only=0, candidate_only=3000).e_regression == pytest.approx(1 / 3001)
    assert math.isinf(evalue_noninferiority(baseline_only=0, candidate_only=0, tied=10**6, margin=0.1))
    assert evalue_noninferiority(baseline_only=10**6, candidate_only=0, tied=0, margin=0.1) == 0


@pytest.mark.parametrize("margin", [0.0, -0.1, 1.0, math.nan])
def test_margin_that_proves_nothing_is_refused(margin: float) -> None:
    with pytest.raises(ConfigurationError, match="less than 1"):
        stop_for_noninferiority([TIED], margin=margin)


def test_impossible_counts_and_alphas_are_refused() -> None:
    with pytest.raises(ConfigurationError):
        evalue_sharp_null(baseline_only=-1, candidate_only=2)
    with pytest.raises(ConfigurationError):
        evalue_noninferiority(baseline_only=0, candidate_only=-1, tied=3, margin=0.1)
    with pytest.raises(ConfigurationError):
        stop_for_regression([LOST], alpha=0)
