import pytest

from harness.regression.agreement import (
    JudgeCounts,
    agreement_two_raters,
    krippendorff_alpha,
    panel_verdict,
    ppi_mean,
    rogan_gladen,
)
from harness.regression.beta import beta_cdf, beta_quantile, student_quantile
from harness.regression.intervals import NOTHING_KNOWN, clopper_pearson_interval, clustered_wilson, wilson_interval


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        pytest.param(beta_cdf(0.3, a=1, b=1), 0.3, id="uniform"),
        pytest.param(beta_cdf(0.25, a=2, b=3), 0.26171875, id="polynomial"),
        pytest.param(beta_cdf(0.9, a=20, b=2), 1 - (1 - 0.9**21 - 21 * 0.9**20 * 0.1), id="binomial tail"),
        pytest.param(beta_quantile(0.5, a=7, b=7), 0.5, id="symmetric"),
        pytest.param(student_quantile(0.975, freedom=1), 12.7062047361747, id="t with 1"),
        pytest.param(student_quantile(0.975, freedom=10), 2.2281388519649, id="t with 10"),
        pytest.param(student_quantile(0.05, freedom=30), -1.6972608865940, id="t, lower tail"),
        pytest.param(student_quantile(0.975, freedom=100_000), 1.9599877, id="t is nearly normal"),
    ],
)
def test_distributions_have_their_published_values(actual: float, expected: float) -> None:
    assert actual == pytest.approx(expected, rel=1e-7)


def test_without_data_nothing_is_known() -> None:
    assert wilson_interval(0, n=0) == NOTHING_KNOWN
    assert clopper_pearson_interval(0, n=0) == NOTHING_KNOWN
    assert clustered_wilson([(0, 0)]).interval == NOTHING_KNOWN
    assert agreement_two_raters([[0, 0], [0, 0]]) is None
    assert krippendorff_alpha([[1, None], [None, 1]], level="nominal") is None
    assert ppi_mean([], [], [1.0]) is None


def test_published_alpha_of_four_observers() -> None:
    nan = None
    ratings = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, nan, nan, nan],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, nan, 3],
        [nan, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, nan],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, nan],
    ]
    assert krippendorff_alpha(ratings, level="nominal") == pytest.approx(0.743, abs=5e-4)
    assert krippendorff_alpha(ratings, level="ordinal") == pytest.approx(0.815, abs=5e-4)
    assert krippendorff_alpha(ratings, level="interval") == pytest.approx(0.849, abs=5e-4)


def test_judge_no_better_than_chance_has_no_correction() -> None:
    blind = JudgeCounts(right_passes=5, human_passes=10, right_fails=5, human_fails=10)
    assert rogan_gladen(8, n=10, counts=blind) == NOTHING_KNOWN
    untried = JudgeCounts(right_passes=5, human_passes=10, right_fails=0, human_fails=0)
    assert untried.youden is None
    assert rogan_gladen(8, n=10, counts=untried) == NOTHING_KNOWN


@pytest.mark.parametrize(
    ("votes", "verdict", "agreement"),
    [
        pytest.param(("pass", "fail", "not_applicable"), "split", 1 / 3, id="three words"),
        pytest.param(("not_applicable", "not_applicable", "fail"), "not_applicable", 2 / 3, id="not applicable wins"),
        pytest.param(("pass", "abstain", "abstain"), "no_verdict", 1.0, id="below the quorum"),
        pytest.param(("abstain", "abstain"), "no_verdict", None, id="nobody voted"),
        pytest.param(("pass", "fail", "abstain"), "split", 0.5, id="tie"),
    ],
)
def test_panel(votes: tuple[str, ...], verdict: str, agreement: float | None) -> None:
    found = panel_verdict(votes, quorum=2)
    assert (found.verdict, found.agreement) == (verdict, agreement)
