from itertools import product
from math import comb

import pytest

from harness.regression.planning import (
    PairedDesign,
    mcnemar_power,
    minimum_detectable_effect,
    optimal_trials,
    sample_size_mcnemar,
    sample_size_noninferiority,
    sample_size_paired_mean,
)

DESIGN = PairedDesign(trials_a=3, trials_b=3)


@pytest.mark.parametrize("cases", [2, 10, 40, 80, 1000])
@pytest.mark.parametrize(("alpha", "power"), [(0.05, 0.8), (0.1, 0.95)])
def test_smallest_visible_difference_needs_just_the_cases_it_was_asked_for(
    cases: int, alpha: float, power: float
) -> None:
    effect = minimum_detectable_effect(cases, design=DESIGN, alpha=alpha, power=power)
    assert effect is not None
    # A hair to either side: the effect itself lies on the edge between two whole numbers.
    for factor, needed in ((1 + 1e-9, cases), (1 - 1e-9, cases + 1)):
        assert sample_size_paired_mean(effect * factor, design=DESIGN, alpha=alpha, power=power) == needed
        assert sample_size_paired_mean(-effect * factor, design=DESIGN, alpha=alpha, power=power) == needed


def test_questions_without_an_answer_have_none() -> None:
    assert sample_size_paired_mean(0.0, design=DESIGN) is None
    assert minimum_detectable_effect(0, design=DESIGN) is None
    assert sample_size_noninferiority(0.05, variance=0.1, true_difference=-0.05) is None
    assert sample_size_noninferiority(0.05, variance=0.1, true_difference=-0.2) is None
    assert sample_size_mcnemar(baseline_only=0.1, candidate_only=0.1) is None


def test_trials_help_until_only_the_cases_are_left() -> None:
    needed = [sample_size_paired_mean(0.1, design=PairedDesign(trials_a=k, trials_b=k)) for k in (1, 2, 5, 10**9)]
    assert needed == sorted(needed, key=lambda n: -(n or 0))
    assert needed[-1] == sample_size_paired_mean(
        0.1, design=PairedDesign(trials_a=1, trials_b=1, variance_a=0, variance_b=0)
    )


def test_smaller_margin_needs_more_cases_and_a_better_candidate_fewer() -> None:
    def cases(margin: float, difference: float = 0.0) -> int:
        found = sample_size_noninferiority(margin, variance=DESIGN.variance, true_difference=difference)
        assert found is not None
        return found

    assert cases(0.05) > cases(0.1) > cases(0.1, 0.05)
    assert cases(0.05, 0.05) == cases(0.1)


def test_certainty_about_every_case_takes_one_case() -> None:
    assert sample_size_noninferiority(0.1, variance=0.0) == 1


def _by_hand(pairs: int, *, baseline_only: float, candidate_only: float, alpha: float) -> float:
    power = 0.0
    for b, c in product(range(pairs + 1), repeat=2):
        m, rest = b + c, pairs - b - c
        if rest < 0 or min(1.0, 2 * sum(comb(m, i) for i in range(min(b, c) + 1)) / 2**m) > alpha:
            continue
        ways = comb(pairs, m) * comb(m, b)
        power += ways * baseline_only**b * candidate_only**c * (1 - baseline_only - candidate_only) ** rest
    return power


@pytest.mark.parametrize(
    ("pairs", "baseline_only", "candidate_only", "alpha"),
    [
        pytest.param(5, 0.5, 0.3, 0.0625, id="on the edge of the test"),
        pytest.param(12, 0.4, 0.0, 0.05, id="one direction only"),
        pytest.param(12, 0.0, 0.4, 0.05, id="the other direction"),
        pytest.param(15, 0.6, 0.4, 0.1, id="every pair differs"),
        pytest.param(30, 0.3, 0.1, 0.05, id="both"),
    ],
)
def test_power_of_mcnemar_is_the_sum_over_all_tables(
    pairs: int, baseline_only: float, candidate_only: float, alpha: float
) -> None:
    found = mcnemar_power(pairs, baseline_only=baseline_only, candidate_only=candidate_only, alpha=alpha)
    expected = _by_hand(pairs, baseline_only=baseline_only, candidate_only=candidate_only, alpha=alpha)
    assert found == pytest.approx(expected, abs=1e-10)
    assert found == pytest.approx(
        mcnemar_power(pairs, baseline_only=candidate_only, candidate_only=baseline_only, alpha=alpha)
    )


def test_five_pairs_can_show_nothing_and_thousands_nearly_everything() -> None:
    assert mcnemar_power(5, baseline_only=0.9, candidate_only=0.0) == 0.0
    assert mcnemar_power(0, baseline_only=0.9, candidate_only=0.0) == 0.0
    assert mcnemar_power(50, baseline_only=0.0, candidate_only=0.0) == 0.0
    assert mcnemar_power(2000, baseline_only=0.15, candidate_only=0.05) == pytest.approx(1)


def test_without_a_difference_the_test_is_wrong_no_oftener_than_it_says() -> None:
    for pairs in (10, 40, 160):
        assert mcnemar_power(pairs, baseline_only=0.2, candidate_only=0.2) <= 0.05


def test_pairs_by_formula_bring_about_the_power_they_promise() -> None:
    pairs = sample_size_mcnemar(baseline_only=0.2, candidate_only=0.05, power=0.9)
    assert pairs is not None
    assert mcnemar_power(pairs, baseline_only=0.2, candidate_only=0.05) == pytest.approx(0.9, abs=0.05)


def test_no_other_number_of_trials_is_a_better_buy() -> None:
    within, between, case_cost, trial_cost = 0.16, 0.03, 7.0, 1.5
    plan = optimal_trials(within=within, between=between, case_cost=case_cost, trial_cost=trial_cost)

    def price_of_certainty(k: int) -> float:
        return (between + within / k) * (case_cost + trial_cost * k)

    assert plan is not None
    assert plan.trials == min(range(1, 50), key=price_of_certainty)


@pytest.mark.parametrize(
    ("within", "between", "trial_cost", "trials"),
    [
        pytest.param(0.0, 0.1, 1, 1, id="trials never differ"),
        pytest.param(-0.01, 0.1, 1, 1, id="trials differ less than by chance"),
        pytest.param(0.001, 10, 1, 1, id="cases are everything"),
        pytest.param(0.1, -0.01, 1, None, id="cases do not differ"),
        pytest.param(0.1, 0.1, 0, None, id="trials are free"),
    ],
)
def test_trials_at_the_edges(within: float, between: float, trial_cost: float, trials: int | None) -> None:
    plan = optimal_trials(within=within, between=between, case_cost=5, trial_cost=trial_cost)
    assert (None if plan is None else plan.trials) == trials
