from collections.abc import Callable

import pytest

from harness.errors import ConfigurationError
from harness.regression.multiple import benjamini_hochberg, holm


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
