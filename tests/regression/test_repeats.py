from itertools import combinations
from statistics import fmean

import pytest

from harness.regression.repeats import flake, pass_at_k, suite_pass_k

COUNTS = [pytest.param(c, n, id=f"{c} of {n}") for n in range(1, 6) for c in range(n + 1)]


@pytest.mark.parametrize(("passes", "trials"), COUNTS)
def test_every_choice_of_trials_weighs_the_same(passes: int, trials: int) -> None:
    outcomes = [True] * passes + [False] * (trials - passes)
    for k in range(1, trials + 1):
        choices = list(combinations(outcomes, k))
        found = pass_at_k(passes, trials=trials, k=k)
        assert found is not None
        assert found.at_k == pytest.approx(fmean(any(choice) for choice in choices))
        assert found.hat_k == pytest.approx(fmean(all(choice) for choice in choices))


@pytest.mark.parametrize(("passes", "trials"), COUNTS)
def test_all_of_k_is_never_likelier_than_one_nor_one_than_any_of_k(passes: int, trials: int) -> None:
    single = pass_at_k(passes, trials=trials, k=1)
    assert single is not None
    assert single.at_k == pytest.approx(single.hat_k) == pytest.approx(passes / trials)
    before = single
    for k in range(2, trials + 1):
        found = pass_at_k(passes, trials=trials, k=k)
        assert found is not None
        assert found.hat_k <= before.hat_k <= single.at_k <= before.at_k <= found.at_k
        before = found


def test_more_than_were_tried_cannot_be_asked() -> None:
    assert pass_at_k(2, trials=2, k=3) is None


def test_thousands_of_trials_do_not_overflow() -> None:
    found = pass_at_k(2500, trials=5000, k=2)
    assert found is not None
    assert found.hat_k == pytest.approx(0.5 * 2499 / 4999)


def test_cases_with_too_few_trials_are_left_out_and_counted() -> None:
    found = suite_pass_k([(3, 4), (1, 1), (2, 4), (0, 0)], k=2)
    alone = [pass_at_k(passes, trials=4, k=2) for passes in (3, 2)]
    assert (found.used, found.skipped) == (2, 2)
    assert found.rates is not None
    assert found.rates.hat_k == pytest.approx(fmean(each.hat_k for each in alone if each))
    assert found.rates.at_k == pytest.approx(fmean(each.at_k for each in alone if each))


def test_suite_where_no_case_was_tried_often_enough_has_no_rate() -> None:
    found = suite_pass_k([(1, 2), (2, 2)], k=3)
    assert (found.rates, found.used, found.skipped) == (None, 0, 2)


def test_mixed_suite_is_not_the_power_of_its_mean() -> None:
    found = suite_pass_k([(4, 4), (0, 4)], k=2)
    assert found.rates is not None
    assert found.rates.hat_k == 0.5


def test_cases_that_always_do_the_same_are_not_flaky() -> None:
    found = flake([(3, 3), (0, 5)])
    assert (found.per_case, found.suite_rate, found.mixed) == ((0.0, 0.0), 0.0, 0)


def test_case_that_was_tried_once_says_nothing_of_flakiness() -> None:
    found = flake([(1, 1), (1, 2), (0, 0)])
    assert (found.per_case, found.suite_rate, found.mixed) == ((None, 1.0, None), 1.0, 1)
    assert flake([]).suite_rate is None


@pytest.mark.parametrize(("passes", "trials"), COUNTS)
def test_two_trials_agree_or_disagree(passes: int, trials: int) -> None:
    (rate,) = flake([(passes, trials)]).per_case
    both, neither = pass_at_k(passes, trials=trials, k=2), pass_at_k(trials - passes, trials=trials, k=2)
    assert (rate is None) == (both is None) == (neither is None) == (trials == 1)
    if rate is not None and both and neither:
        assert rate + both.hat_k + neither.hat_k == pytest.approx(1)
