import math
from itertools import product
from statistics import fmean

import pytest

from harness.regression.bootstrap import bca_mean, bootstrap_mean, bootstrap_wer_ratio
from harness.regression.intervals import Interval

SKEWED = [0.2, 0.3, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7, 0.7, 0.8, 0.9, 1.1, 1.2, 1.4, 1.9, 2.3, 2.8, 3.9, 5.5, 9.0]
CALLS = [(1, 10), (3, 20), (0, 8), (6, 24), (2, 15), (0, 30), (9, 12), (1, 18), (4, 40), (0, 9), (2, 22), (5, 16)]


def test_few_values_are_resampled_in_every_possible_way() -> None:
    values = [0.1, 0.4, 0.45, 0.9]
    means = sorted(fmean(pick) for pick in product(values, repeat=4))
    found = bootstrap_mean(values, seed=1, confidence=0.9)
    assert found is not None
    assert found.interval.low == pytest.approx(means[math.ceil(0.05 * len(means)) - 1])
    assert found.interval.high == pytest.approx(means[math.ceil(0.95 * len(means)) - 1])
    assert found.standard_error == pytest.approx(math.sqrt(fmean((mean - fmean(values)) ** 2 for mean in means)))


def test_few_values_give_the_same_interval_whatever_the_seed() -> None:
    values = [0.3, 0.4, 0.45, 0.5, 0.8, 0.95, 1.0, 1.0]
    assert bootstrap_mean(values, seed=1) == bootstrap_mean(values, seed=2)
    assert bca_mean(values, seed=1) == bca_mean(values, seed=2)


def test_the_seed_alone_decides_what_is_drawn() -> None:
    first, same, other = (bootstrap_mean(SKEWED, seed=seed) for seed in (7, 7, 8))
    assert first == same != other


def test_drawing_agrees_with_weighing_every_resample() -> None:
    # Eight calls have 6,435 different resamples: one draw fewer, and they are drawn.
    found = bootstrap_wer_ratio(CALLS[:8], seed=3, confidence=0.9, draws=6434)
    exact = bootstrap_wer_ratio(CALLS[:8], seed=3, confidence=0.9)
    assert found is not None
    assert exact is not None
    assert found.interval.low == pytest.approx(exact.interval.low, abs=0.01)
    assert found.interval.high == pytest.approx(exact.interval.high, abs=0.01)
    assert found.standard_error == pytest.approx(exact.standard_error, rel=0.05)


def test_wer_pools_the_words_of_all_calls_before_it_divides() -> None:
    found = bootstrap_wer_ratio([(5, 10), (0, 90)], seed=1)
    assert found is not None
    assert found.interval == Interval(estimate=0.05, low=0.0, high=0.5)


def test_resample_without_a_word_has_no_rate() -> None:
    found = bootstrap_wer_ratio([(3, 0), (1, 10)], seed=1)
    assert found is not None
    assert found.interval == Interval(estimate=0.4, low=0.1, high=0.4)


def test_surer_percentile_interval_is_wider() -> None:
    narrow, wide = (bootstrap_mean(SKEWED, seed=4, confidence=confidence) for confidence in (0.8, 0.99))
    assert narrow is not None
    assert wide is not None
    inner, outer = narrow.interval, wide.interval
    assert outer.low < inner.low < fmean(SKEWED) < inner.high < outer.high


def test_surer_bca_interval_is_wider() -> None:
    narrow, wide = (bca_mean(SKEWED, seed=4, confidence=confidence) for confidence in (0.8, 0.99))
    assert narrow is not None
    assert wide is not None
    inner, outer = narrow.resampled.interval, wide.resampled.interval
    assert outer.low < inner.low < fmean(SKEWED) < inner.high < outer.high


def test_bca_follows_the_skew_where_percentiles_do_not() -> None:
    plain, corrected = bootstrap_mean(SKEWED, seed=5), bca_mean(SKEWED, seed=5)
    assert plain is not None
    assert corrected is not None
    assert corrected.acceleration is not None
    assert corrected.acceleration > 0
    assert corrected.resampled.interval.low > plain.interval.low
    assert corrected.resampled.interval.high > plain.interval.high


def test_bca_of_mirrored_values_is_the_mirrored_interval() -> None:
    values = SKEWED[-8:]
    here, there = bca_mean(values, seed=1), bca_mean([-value for value in values], seed=1)
    assert here is not None
    assert there is not None
    assert here.acceleration == pytest.approx(-(there.acceleration or 0.0))
    assert here.resampled.interval.low == pytest.approx(-there.resampled.interval.high)
    assert here.resampled.interval.high == pytest.approx(-there.resampled.interval.low)


@pytest.mark.parametrize("n", [1, 8, 30])
def test_equal_values_have_no_skew_and_no_width(n: int) -> None:
    found = bca_mean([0.1] * n, seed=1)
    assert found is not None
    assert found.acceleration is None
    interval = found.resampled.interval
    assert (interval.low, interval.estimate, interval.high) == pytest.approx((0.1, 0.1, 0.1))


@pytest.mark.parametrize(("n", "indicative"), [(9, True), (10, False)])
def test_interval_from_fewer_than_ten_is_indicative(n: int, indicative: bool) -> None:
    found = bootstrap_mean(SKEWED[:n], seed=1)
    assert found is not None
    assert found.units == n
    assert found.indicative is indicative


def test_without_data_there_is_nothing_to_resample() -> None:
    assert bootstrap_mean([], seed=1) is None
    assert bca_mean([], seed=1) is None
    assert bootstrap_wer_ratio([], seed=1) is None
    assert bootstrap_wer_ratio([(2, 0)], seed=1) is None
