import pytest

from harness.regression.intervals import Interval
from harness.regression.wording import between, counted, design, hundredths, share


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.33333, "33"),
        (-0.58, "−58"),
        (-0.0855, "−8.6"),
        (0.09, "9"),
        (0.0996, "10"),
        (-0.0004, "−0.04"),
        (0.000001, "0.01"),
        (12.0, "1,200"),
    ],
)
def test_points_have_a_real_minus_and_only_zero_is_zero(value: float, text: str) -> None:
    assert hundredths(value) == text


def test_interval_names_its_unit_once() -> None:
    assert between(Interval(estimate=None, low=-0.58, high=-0.09), unit=" points") == "−58 to −9 points"


@pytest.mark.parametrize(("value", "text"), [(0.9, "90%"), (0.975, "97.5%"), (1 - 0.1 / 3, "96.67%")])
def test_share_has_no_needless_digits(value: float, text: str) -> None:
    assert share(value) == text


@pytest.mark.parametrize(
    ("cases", "trials", "text"),
    [(7, (3, 3), "7 cases × 3"), (1, (1, 1), "1 case × 1"), (40, (2, 3), "40 cases × 2 to 3")],
)
def test_design_tells_cases_and_trials(cases: int, trials: tuple[int, int], text: str) -> None:
    assert design(cases, trials) == text


def test_counts_agree_with_their_noun() -> None:
    assert (counted(1, "case"), counted(1200, "case")) == ("1 case", "1,200 cases")
