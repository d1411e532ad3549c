import math
from collections.abc import Callable
from itertools import product
from random import Random

import pytest

from harness.errors import ConfigurationError
from harness.regression.exact_tests import FLIPS, fisher_exact, mcnemar_exact, monte_carlo_p, sign_flip_exact


@pytest.mark.parametrize(("b", "c"), [(0, 0), (1, 0), (3, 3), (2, 9), (600, 700)])
def test_mcnemar_mirrors_and_its_sides_share_what_was_seen(b: int, c: int) -> None:
    there = mcnemar_exact(baseline_only=b, candidate_only=c)
    back = mcnemar_exact(baseline_only=c, candidate_only=b)
    assert (there.p_worse, there.p_two_sided, there.p_mid) == (back.p_better, back.p_two_sided, back.p_mid)
    assert there.p_mid <= there.p_two_sided
    seen = math.comb(b + c, b) / (1 << (b + c))
    assert there.p_worse + there.p_better == pytest.approx(1 + seen)


def test_pairs_without_difference_are_no_evidence() -> None:
    found = mcnemar_exact(baseline_only=0, candidate_only=0)
    assert (found.p_two_sided, found.p_mid, found.p_worse, found.p_better) == (1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        pytest.param((0, 0), (0, 0), 1.0, id="no trial"),
        pytest.param((0, 9), (0, 7), 1.0, id="none invalid"),
        pytest.param((9, 9), (7, 7), 1.0, id="all invalid"),
        pytest.param((3, 3), (0, 3), 0.1, id="lady tasting tea"),
        pytest.param((0, 4), (3, 8), (56 + 48 + 4) / 220, id="uneven arms"),
    ],
)
def test_fisher_counts_the_tables_no_likelier(first: tuple[int, int], second: tuple[int, int], p: float) -> None:
    assert fisher_exact(first, second) == fisher_exact(second, first)
    assert fisher_exact(first, second) == pytest.approx(p)


@pytest.mark.parametrize("count", [1, 2, 5, 11])
def test_sign_flips_are_those_of_a_full_list(count: int) -> None:
    random = Random(count)
    differences = [random.randint(-3, 3) / 3 for _ in range(count)]
    thirds = [round(3 * difference) for difference in differences]
    sums = [sum(s * t for s, t in zip(signs, thirds, strict=True)) for signs in product((-1, 1), repeat=count)]
    found, total = sign_flip_exact(differences), sum(thirds)
    assert found.exact
    assert found.p_two_sided == sum(abs(each) >= abs(total) for each in sums) / len(sums)
    assert found.p_less == sum(each <= total for each in sums) / len(sums)
    assert found.p_greater == sum(each >= total for each in sums) / len(sums)


@pytest.mark.parametrize("differences", [[], [0.0], [0.0, -0.0, 0.0]], ids=["none", "one", "three"])
def test_without_differences_chance_explains_all(differences: list[float]) -> None:
    found = sign_flip_exact(differences)
    assert (found.p_two_sided, found.p_less, found.p_greater) == (1.0, 1.0, 1.0)


def test_differences_that_cancel_but_for_rounding_are_no_evidence() -> None:
    assert sign_flip_exact([0.1, 0.2, -0.3]).p_two_sided == 1.0


def test_twenty_differences_are_enumerated_and_zeros_cost_nothing() -> None:
    found = sign_flip_exact([-0.1] * 20 + [0.0] * 50)
    assert found.exact
    assert found.p_less == 2**-20
    assert found.p_two_sided == 2**-19


def test_more_differences_are_drawn_from_the_seed_and_near_the_truth() -> None:
    differences = [1.0] * 14 + [-1.0] * 8
    found = sign_flip_exact(differences, seed=3)
    coins = mcnemar_exact(baseline_only=8, candidate_only=14)
    assert not found.exact
    assert found == sign_flip_exact(differences, seed=3)
    assert found != sign_flip_exact(differences, seed=4)
    assert found.p_two_sided == pytest.approx(coins.p_two_sided, abs=0.02)
    assert (found.p_less, found.p_greater) == pytest.approx((coins.p_worse, coins.p_better), abs=0.02)


def test_drawn_p_is_never_zero() -> None:
    found = sign_flip_exact([-1.0] * 60)
    assert found.p_less == found.p_two_sided == 1 / (FLIPS + 1)
    assert found.p_greater == 1.0
    assert monte_carlo_p(0, resamples=0) == 1.0


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        pytest.param(lambda: mcnemar_exact(baseline_only=-1, candidate_only=2), "-1 of 1", id="negative pairs"),
        pytest.param(lambda: fisher_exact((1, 0), (0, 1)), "first: 1 of 0", id="impossible table"),
        pytest.param(lambda: sign_flip_exact([math.inf]), r"differences\[0\] is inf", id="infinite difference"),
        pytest.param(lambda: monte_carlo_p(10, resamples=9), "10 of 9", id="more extremes than resamples"),
    ],
)
def test_impossible_input_is_refused_by_name(ask: Callable[[], object], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        ask()
