from collections.abc import Callable
from random import Random

import pytest

from harness.errors import ConfigurationError
from harness.regression.intervals import Interval
from harness.regression.reference_two_arms import METHODS
from harness.regression.two_arms import (
    NO_DIFFERENCE_KNOWN,
    adjusted_paired_interval,
    newcombe_unpaired_interval,
    paired_mean_difference,
)


def holds(interval: Interval) -> bool:
    return interval.estimate is not None and -1 <= interval.low <= interval.estimate <= interval.high <= 1


def mirrored(interval: Interval) -> tuple[float | None, float, float]:
    assert interval.estimate is not None
    return -interval.estimate, -interval.high, -interval.low


def test_exchanging_the_arms_turns_a_mean_difference_round() -> None:
    first, second = [1.0, 2.0, 4.0, 3.0], [1.5, 1.0, 5.0, 6.0]
    there, back = paired_mean_difference(first, second), paired_mean_difference(second, first)
    assert there.interval.mean == pytest.approx(-(back.interval.mean or 0))
    assert there.interval.low == pytest.approx(-(back.interval.high or 0))
    assert (there.p_two_sided, there.correlation) == pytest.approx((back.p_two_sided, back.correlation))


def test_interval_touches_zero_where_the_test_says_five_percent() -> None:
    first, second = [1.0, 2.0, 4.0, 3.0], [1.5, 1.0, 5.0, 6.0]
    p = paired_mean_difference(first, second).p_two_sided
    assert p is not None
    assert paired_mean_difference(first, second, confidence=1 - p).interval.low == pytest.approx(0, abs=1e-9)


def test_one_case_has_a_difference_and_no_test() -> None:
    found = paired_mean_difference([1.0], [3.0])
    assert found.interval.mean == 2.0
    assert (found.p_two_sided, found.correlation, found.se_unpaired) == (None, None, None)
    assert paired_mean_difference([], []).interval.mean is None


@pytest.mark.parametrize(
    ("candidate", "p", "correlation"),
    [
        pytest.param([1.0, 2.0, 3.0], 1.0, 1.0, id="the same"),
        pytest.param([2.0, 3.0, 4.0], 0.0, 1.0, id="one higher throughout"),
        pytest.param([2.0, 2.0, 2.0], 1.0, None, id="an arm that does not vary"),
    ],
)
def test_differences_without_spread_have_a_defined_test(
    candidate: list[float], p: float, correlation: float | None
) -> None:
    found = paired_mean_difference([1.0, 2.0, 3.0], candidate)
    assert found.p_two_sided == pytest.approx(p)
    assert found.correlation == (None if correlation is None else pytest.approx(correlation))


@pytest.mark.parametrize("trials", [1, 3, 5])
@pytest.mark.parametrize("cases", [2, 5, 40])
def test_rate_interval_holds_its_estimate_mirrors_and_never_shrinks_to_nothing(cases: int, trials: int) -> None:
    random = Random(f"{cases} {trials}")
    for chance in (0.0, 0.5, 0.9, 1.0):
        baseline = [(sum(random.random() < chance for _ in range(trials)), trials) for _ in range(cases)]
        candidate = [(random.randint(0, trials), trials) for _ in range(cases)]
        there, back = adjusted_paired_interval(baseline, candidate), adjusted_paired_interval(candidate, baseline)
        assert holds(there.interval)
        assert there.interval.low < there.interval.high
        assert mirrored(back.interval) == pytest.approx(
            (there.interval.estimate, there.interval.low, there.interval.high)
        )
        assert there.harmonic_trials == pytest.approx(trials)


def test_identical_arms_still_leave_doubt_that_more_cases_lessen() -> None:
    widths = [adjusted_paired_interval([(3, 3)] * n, [(3, 3)] * n).interval.high for n in (2, 5, 20, 80)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] > 0


def test_fewer_than_two_common_cases_say_nothing_of_the_width() -> None:
    one = adjusted_paired_interval([(3, 3), (2, 3)], [(0, 3), (0, 0)])
    assert one.interval == Interval(estimate=-1.0, low=-1.0, high=1.0)
    assert one.cases == 1
    none = adjusted_paired_interval([(0, 0)], [(1, 1)])
    assert none.interval == NO_DIFFERENCE_KNOWN
    assert (none.cases, none.adjusted, none.se, none.harmonic_trials) == (0, None, None, None)


def test_a_case_without_valid_trials_in_an_arm_does_not_count() -> None:
    baseline, candidate = [(3, 3), (1, 3), (2, 2)], [(2, 3), (1, 3), (2, 2)]
    assert adjusted_paired_interval([*baseline, (0, 0)], [*candidate, (3, 3)]) == adjusted_paired_interval(
        baseline, candidate
    )


@pytest.mark.parametrize(
    ("candidate", "baseline"),
    [((3, 4), (1, 9)), ((0, 5), (5, 5)), ((6, 6), (6, 6)), ((0, 3), (0, 8))],
    ids=["apart", "opposite", "all pass", "all fail"],
)
def test_unmatched_arms_mirror_and_stay_in_range(candidate: tuple[int, int], baseline: tuple[int, int]) -> None:
    there = newcombe_unpaired_interval(candidate, baseline)
    assert holds(there)
    assert mirrored(newcombe_unpaired_interval(baseline, candidate)) == pytest.approx(
        (there.estimate, there.low, there.high)
    )


def test_unmatched_arm_without_trials_says_nothing() -> None:
    assert newcombe_unpaired_interval((0, 0), (3, 4)) == NO_DIFFERENCE_KNOWN
    assert newcombe_unpaired_interval((3, 4), (0, 0)) == NO_DIFFERENCE_KNOWN


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        pytest.param(lambda: paired_mean_difference([1], [1, 2]), "1 and 2 items", id="unmatched means"),
        pytest.param(lambda: adjusted_paired_interval([(1, 1)], []), "1 and 0 items", id="unmatched cases"),
        pytest.param(lambda: adjusted_paired_interval([(2, 1)], [(1, 1)]), "2 of 1", id="impossible case"),
        pytest.param(lambda: newcombe_unpaired_interval((1, 2), (3, 2)), "3 of 2", id="impossible arm"),
    ],
)
def test_impossible_input_is_refused_by_name(ask: Callable[[], object], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        ask()


@pytest.mark.parametrize(
    ("method", "given", "nulls"),
    [
        pytest.param("mean_t_interval", {"values": [], "confidence": 0.9}, {"mean", "se", "low", "high"}, id="mean"),
        pytest.param("tango_noninferiority", {"b": 0, "c": 0, "n": 0, "margin": 0.1}, {"z", "p_value"}, id="no pairs"),
        pytest.param(
            "adjusted_paired_interval",
            {"baseline": [], "candidate": [], "confidence": 0.9},
            {"estimate", "adjusted", "se", "k_harmonic"},
            id="no cases",
        ),
    ],
)
def test_what_is_not_known_is_null_by_name_too(method: str, given: dict[str, object], nulls: set[str]) -> None:
    found = METHODS[method](given)
    assert {field for field, value in found.items() if value is None} == nulls
