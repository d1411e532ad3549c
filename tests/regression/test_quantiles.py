import random
from math import comb, fsum

import numpy as np
import pytest

from harness.regression.quantiles import quantile, quantile_sample_size


def _values(n: int) -> list[float]:
    dice = random.Random(n)
    return [dice.lognormvariate(6, 0.7) for _ in range(n)]


@pytest.mark.parametrize("n", [1, 2, 7, 100, 3000])
@pytest.mark.parametrize("q", [0.0, 0.05, 0.5, 0.9, 0.95, 1.0])
def test_estimate_is_numpys_and_lies_between_the_bounds(n: int, q: float) -> None:
    values = _values(n)
    found = quantile(values, q=q)
    assert found is not None
    assert found.estimate == pytest.approx(float(np.quantile(values, q)))
    assert found.low is None or found.low <= found.estimate
    assert found.high is None or found.high >= found.estimate


@pytest.mark.parametrize("n", [6, 20, 75, 200])
@pytest.mark.parametrize(("q", "confidence"), [(0.5, 0.95), (0.9, 0.9), (0.95, 0.95)])
def test_closed_interval_holds_the_quantile_as_often_as_it_says(n: int, q: float, confidence: float) -> None:
    found = quantile(_values(n), q=q, confidence=confidence)
    assert found is not None
    lower, upper = found.lower_index or 0, n + 1 if found.upper_index is None else found.upper_index
    covered = fsum(comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(lower, upper))
    assert covered >= confidence - 1e-9


def test_surer_intervals_are_wider() -> None:
    values = _values(150)
    narrow, wide = quantile(values, q=0.8, confidence=0.5), quantile(values, q=0.8, confidence=0.99)
    assert narrow is not None
    assert wide is not None
    assert narrow.lower_index is not None
    assert narrow.upper_index is not None
    assert wide.lower_index is not None
    assert wide.upper_index is not None
    assert wide.lower_index < narrow.lower_index < narrow.upper_index < wide.upper_index


def test_chance_that_just_reaches_the_level_counts() -> None:
    # P(Bin(5, 1/2) <= 0) is 1/32, half of what 93.75 % leaves.
    found = quantile([1, 2, 3, 4, 5], q=0.5, confidence=0.9375)
    assert found is not None
    assert (found.lower_index, found.upper_index) == (1, 5)


@pytest.mark.parametrize(("q", "confidence"), [(0.5, 0.95), (0.5, 0.9375), (0.9, 0.9), (0.95, 0.95), (0.99, 0.99)])
def test_upper_bound_appears_with_the_number_of_values_that_was_promised(q: float, confidence: float) -> None:
    n = quantile_sample_size(q=q, confidence=confidence)
    assert n is not None
    enough, short = (quantile(_values(size), q=q, confidence=confidence) for size in (n, n - 1))
    assert enough is not None
    assert enough.upper_index == n
    assert short is not None
    assert short.high is None


def test_p95_needs_72_values() -> None:
    assert quantile_sample_size(q=0.95) == 72


def test_quantiles_at_the_edges() -> None:
    assert quantile([], q=0.5) is None
    assert quantile_sample_size(q=1.0) is None
    assert quantile_sample_size(q=0.5, confidence=1.0) is None
    assert quantile_sample_size(q=0.01) == 1
    single = quantile([7.0], q=0.5)
    assert single is not None
    assert (single.estimate, single.low, single.high) == (7.0, None, None)


def test_order_of_the_values_does_not_matter() -> None:
    values = _values(40)
    assert quantile(values, q=0.5) == quantile(values[::-1], q=0.5)
