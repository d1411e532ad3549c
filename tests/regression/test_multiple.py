from collections.abc import Callable
from random import Random

import pytest

from harness.errors import ConfigurationError
from harness.regression.multiple import benjamini_hochberg, holm, holm_levels


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_adjusting_keeps_the_order_and_never_makes_a_p_smaller(
    adjust: Callable[[list[float]], tuple[float, ...]],
) -> None:
    values = [0.4, 0.001, 0.04, 0.04, 0.9, 0.0, 1.0]
    adjusted = adjust(values)
    assert all(after >= before for after, before in zip(adjusted, values, strict=True))
    assert all(after <= 1 for after in adjusted)
    assert [after for _, after in sorted(zip(values, adjusted, strict=True))] == sorted(adjusted)
    assert adjusted[2] == adjusted[3]


def test_false_discovery_is_never_stricter_than_family_error() -> None:
    values = [0.01, 0.02, 0.2, 0.03, 0.5]
    assert all(q <= p for q, p in zip(benjamini_hochberg(values), holm(values), strict=True))


def test_no_question_needs_no_adjusting() -> None:
    assert holm([]) == benjamini_hochberg([]) == ()


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_what_is_no_probability_is_refused_by_its_place(adjust: Callable[[list[float]], tuple[float, ...]]) -> None:
    with pytest.raises(ConfigurationError, match=r"p_values\[1\] is 1.2"):
        adjust([0.5, 1.2])


@pytest.mark.parametrize(
    ("p_values", "levels"),
    [
        pytest.param([], (), id="no arm"),
        pytest.param([0.5], (0.05,), id="one arm has it all"),
        pytest.param([0.5, 0.2], (0.025, 0.025), id="none is worse"),
        pytest.param([0.2, 0.01], (0.05, 0.025), id="the first proved leaves its share"),
        pytest.param([0.001, 0.03, 0.2], (0.05 / 3, 0.025, 0.025), id="stepping down ends at the first not proved"),
        pytest.param([0.025, 0.04], (0.025, 0.025), id="touching the level proves nothing"),
    ],
)
def test_levels_are_shared_out_by_holm(p_values: list[float], levels: tuple[float, ...]) -> None:
    assert holm_levels(p_values, alpha=0.05) == pytest.approx(levels)


def test_levels_prove_what_adjusted_p_values_prove() -> None:
    random = Random(3)
    for _ in range(200):
        values = [random.random() ** 4 for _ in range(4)]
        by_level = [p < level for p, level in zip(values, holm_levels(values, alpha=0.05), strict=True)]
        assert by_level == [p < 0.05 for p in holm(values)]
