import math
from collections.abc import Callable
from itertools import product
from random import Random

import pytest

from harness.errors import ConfigurationError
from harness.regression.intervals import Interval
from harness.regression.paired_outcomes import dirichlet_paired_posterior, tango_interval, tango_noninferiority
from harness.regression.two_arms import NO_DIFFERENCE_KNOWN

SMALL = [(b, c, n) for n in (1, 2, 7, 30) for b, c in product(range(n + 1), repeat=2) if b + c <= n and b % 3 == 0]
FEW_PAIRS = [pytest.param(b, c, n, id=f"{b} against {c} of {n}") for b, c, n in SMALL if n < 30 or c % 5 == 0]


def holds(interval: Interval) -> bool:
    return interval.estimate is not None and -1 <= interval.low <= interval.estimate <= interval.high <= 1


def mirrored(interval: Interval) -> tuple[float | None, float, float]:
    assert interval.estimate is not None
    return -interval.estimate, -interval.high, -interval.low


@pytest.mark.parametrize(("b", "c", "n"), FEW_PAIRS)
def test_score_interval_holds_its_estimate_and_mirrors(b: int, c: int, n: int) -> None:
    there = tango_interval(baseline_only=b, candidate_only=c, pairs=n)
    back = tango_interval(baseline_only=c, candidate_only=b, pairs=n)
    assert holds(there)
    assert there.low < there.high
    assert mirrored(back) == (there.estimate, there.low, there.high)


@pytest.mark.parametrize(("b", "c", "n"), [(0, 0, 20), (4, 1, 25), (5, 0, 9), (2, 6, 40)])
def test_noninferiority_is_decided_where_the_interval_ends(b: int, c: int, n: int) -> None:
    low = tango_interval(baseline_only=b, candidate_only=c, pairs=n, confidence=0.9).low
    found = tango_noninferiority(baseline_only=b, candidate_only=c, pairs=n, margin=-low)
    assert found is not None
    assert found.p_value == pytest.approx(0.05, abs=1e-9)


def test_ties_only_are_even_odds_at_margin_zero() -> None:
    found = tango_noninferiority(baseline_only=0, candidate_only=0, pairs=12, margin=0.0)
    assert found is not None
    assert (found.z, found.p_value) == (0.0, 0.5)


def test_widest_margin_excludes_whatever_is_possible() -> None:
    found = tango_noninferiority(baseline_only=1, candidate_only=0, pairs=3, margin=1.0)
    assert found is not None
    assert found.z == math.inf
    assert found.p_value == 0.0


def test_without_pairs_nothing_is_known() -> None:
    assert tango_interval(baseline_only=0, candidate_only=0, pairs=0) == NO_DIFFERENCE_KNOWN
    assert tango_noninferiority(baseline_only=0, candidate_only=0, pairs=0, margin=0.1) is None


@pytest.mark.parametrize(
    ("counts", "margin"),
    [
        pytest.param((0, 0, 0, 0), 0.1, id="no pair"),
        pytest.param((5, 4, 0, 1), 0.2, id="worse"),
        pytest.param((0, 3, 5, 0), 0.3, id="only differences"),
        pytest.param((150, 20, 10, 20), 0.1, id="many"),
    ],
)
def test_posterior_agrees_with_draws_from_it(counts: tuple[int, int, int, int], margin: float) -> None:
    both, baseline_only, candidate_only, neither = counts
    found = dirichlet_paired_posterior(
        both=both, baseline_only=baseline_only, candidate_only=candidate_only, neither=neither, margin=margin
    )
    random, draws, hits = Random(7), 20_000, 0
    for _ in range(draws):
        cells = [random.gammavariate(count + 0.5, 1) for count in counts]
        hits += (cells[2] - cells[1]) / sum(cells) > -margin
    assert found.above_minus_margin == pytest.approx(hits / draws, abs=0.015)


def test_posterior_at_margin_zero_is_that_of_being_better_and_mirrors() -> None:
    there, back = (
        dirichlet_paired_posterior(both=6, baseline_only=b, candidate_only=c, neither=2, margin=0.0)
        for b, c in ((4, 1), (1, 4))
    )
    assert there.above_minus_margin == pytest.approx(there.positive, abs=1e-9)
    assert there.positive + back.positive == pytest.approx(1)
    assert there.mean == -back.mean


def test_posterior_grows_with_the_margin_to_certainty() -> None:
    found = [
        dirichlet_paired_posterior(both=6, baseline_only=4, candidate_only=1, neither=2, margin=margin)
        for margin in (0.0, 0.1, 0.3, 0.6, 1.0)
    ]
    chances = [each.above_minus_margin for each in found]
    assert chances == sorted(chances)
    assert chances[-1] == 1.0


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        pytest.param(
            lambda: tango_interval(baseline_only=2, candidate_only=2, pairs=3), "candidate_only: 2 of 1", id="pairs"
        ),
        pytest.param(
            lambda: tango_noninferiority(baseline_only=0, candidate_only=0, pairs=3, margin=-0.1),
            "margin is -0.1",
            id="margin below zero",
        ),
        pytest.param(
            lambda: dirichlet_paired_posterior(both=-1, baseline_only=0, candidate_only=0, neither=2, margin=0.1),
            "-1 of 1",
            id="negative cell",
        ),
    ],
)
def test_impossible_input_is_refused_by_name(ask: Callable[[], object], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        ask()
