import math
from collections.abc import Callable

import pytest

from harness.errors import ConfigurationError
from harness.regression.one_arm import (
    MeanInterval,
    beta_posterior,
    cluster_robust_mean,
    mean_t_interval,
    threshold_binomial_test,
    zero_failure_sample_size,
)


def test_posterior_without_trials_is_the_prior() -> None:
    found = beta_posterior(0, n=0, threshold=0.8)
    assert (found.mean, found.low, found.high) == pytest.approx((0.5, 0.025, 0.975))
    assert found.at_least_threshold == pytest.approx(0.2)


def test_posterior_of_failures_mirrors_that_of_passes() -> None:
    passes, failures = (beta_posterior(x, n=10, threshold=0.5) for x in (8, 2))
    assert (passes.low, passes.high) == pytest.approx((1 - failures.high, 1 - failures.low))
    assert passes.at_least_threshold == pytest.approx(1 - failures.at_least_threshold)


@pytest.mark.parametrize(
    ("passes", "n", "threshold", "expected"),
    [
        pytest.param(0, 0, 0.9, 1.0, id="no trial"),
        pytest.param(5, 5, 0.9, 1.0, id="all pass"),
        pytest.param(0, 3, 0.9, 0.1**3, id="all fail"),
        pytest.param(1, 2, 0.5, 0.75, id="coins"),
        pytest.param(4, 5, 1.0, 0.0, id="a failure where none can be"),
        pytest.param(0, 5, 0.0, 1.0, id="no pass is asked for"),
    ],
)
def test_floor_is_tested_exactly(passes: int, n: int, threshold: float, expected: float) -> None:
    assert threshold_binomial_test(passes, n=n, threshold=threshold) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("max_rate", "confidence", "n"),
    [
        pytest.param(0.5, 0.75, 2, id="met exactly"),
        pytest.param(0.1, 0.19, 2, id="met exactly, not in binary"),
        pytest.param(0.1, 0.271, 3, id="met exactly at three"),
        pytest.param(0.9, 0.5, 1, id="never fewer than one"),
        pytest.param(0.001, 0.99, 4603, id="rare"),
    ],
)
def test_clean_trials_bound_a_rate(max_rate: float, confidence: float, n: int) -> None:
    assert zero_failure_sample_size(max_rate, confidence=confidence) == n


def test_mean_needs_two_values_for_an_interval() -> None:
    assert mean_t_interval([]) == MeanInterval(mean=None, se=None, low=None, high=None)
    assert mean_t_interval([3.0]) == MeanInterval(mean=3.0, se=None, low=None, high=None)
    assert mean_t_interval([0.5, 0.5, 0.5]) == MeanInterval(mean=0.5, se=0.0, low=0.5, high=0.5)


def test_more_confidence_is_a_wider_interval() -> None:
    narrow, wide = (mean_t_interval([1.0, 2.0, 5.0], confidence=confidence) for confidence in (0.8, 0.95))
    assert narrow.low is not None
    assert wide.low is not None
    assert wide.low < narrow.low < 8 / 3


def test_clusters_of_one_are_plain_values() -> None:
    values = [0.2, 0.9, 0.4, 1.0]
    found = cluster_robust_mean(values, clusters=["a", "b", "c", "d"])
    plain = mean_t_interval(values)
    assert found.interval.se == pytest.approx(plain.se)
    assert (found.interval.low, found.interval.high) == pytest.approx((plain.low, plain.high))


def test_values_that_repeat_within_their_cluster_weigh_once() -> None:
    thrice = cluster_robust_mean([1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.5], clusters=list("aaabbbccc"))
    assert thrice.interval.se == pytest.approx(mean_t_interval([1.0, 0.0, 0.5]).se)
    assert thrice.se_naive is not None
    assert thrice.interval.se is not None
    assert thrice.se_naive < thrice.interval.se


@pytest.mark.parametrize(
    ("values", "clusters", "mean", "has_naive"),
    [
        pytest.param([], 0, None, False, id="nothing"),
        pytest.param([1.0], 1, 1.0, False, id="one value"),
        pytest.param([1.0, 0.0], 1, 0.5, True, id="one cluster"),
    ],
)
def test_fewer_than_two_clusters_have_no_interval(
    values: list[float], clusters: int, mean: float | None, has_naive: bool
) -> None:
    found = cluster_robust_mean(values, clusters=["only"] * len(values))
    assert found.interval == MeanInterval(mean=mean, se=None, low=None, high=None)
    assert found.clusters == clusters
    assert (found.se_naive is not None, found.se_miller is not None) == (has_naive, has_naive)


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        pytest.param(lambda: beta_posterior(3, n=2, threshold=0.5), "3 of 2 is no count", id="more passes than trials"),
        pytest.param(lambda: beta_posterior(1, n=2, threshold=1.5), "threshold is 1.5", id="threshold"),
        pytest.param(lambda: beta_posterior(1, n=2, threshold=0.5, prior=(0, 1)), "prior is 0", id="prior"),
        pytest.param(lambda: threshold_binomial_test(-1, n=2, threshold=0.5), "-1 of 2", id="negative count"),
        pytest.param(lambda: zero_failure_sample_size(0.0), "max_rate is 0.0", id="a rate of zero"),
        pytest.param(lambda: mean_t_interval([1, 2], confidence=95), "confidence is 95", id="percent"),
        pytest.param(lambda: mean_t_interval([1, math.nan]), r"values\[1\] is nan", id="no number"),
        pytest.param(lambda: cluster_robust_mean([1, 2], clusters="a"), "2 and 1 items", id="a value without cluster"),
    ],
)
def test_impossible_input_is_refused_by_name(ask: Callable[[], object], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        ask()
