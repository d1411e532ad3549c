import math
from itertools import product

import pytest

from harness.errors import ConfigurationError
from harness.regression.gate import GateWord, gate_verdict, look_confidence
from harness.regression.intervals import Interval


def between(low: float, high: float) -> Interval:
    return Interval(estimate=None, low=low, high=high)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        pytest.param(0.0, 0.2, GateWord.NON_INFERIOR, id="touching zero from above is no improvement"),
        pytest.param(-0.1, 0.2, GateWord.INCONCLUSIVE, id="touching the margin is not within it"),
        pytest.param(-0.1, -0.01, GateWord.REGRESSED, id="touching the margin and below zero is worse"),
        pytest.param(-0.05, 0.0, GateWord.NON_INFERIOR, id="touching zero from below is no decline"),
        pytest.param(-0.3, -0.2, GateWord.REGRESSED, id="wholly below the margin"),
        pytest.param(-1.0, 1.0, GateWord.INCONCLUSIVE, id="everything"),
    ],
)
def test_bounds_decide_strictly(low: float, high: float, word: GateWord) -> None:
    assert gate_verdict(between(low, high), margin=0.1) is word


def test_words_share_out_the_plane_of_intervals() -> None:
    margin, grid = 0.1, [step / 40 for step in range(-12, 13)]
    seen = set()
    for low, high in product(grid, grid):
        if low > high:
            continue
        claims = {
            GateWord.IMPROVED: low > 0,
            GateWord.REGRESSED: high < 0 and low <= -margin,
            GateWord.DEGRADED_WITHIN_MARGIN: high < 0 and low > -margin,
            GateWord.NON_INFERIOR: low <= 0 <= high and low > -margin,
            GateWord.INCONCLUSIVE: high >= 0 and low <= -margin,
        }
        assert [word for word, holds in claims.items() if holds] == [gate_verdict(between(low, high), margin=margin)]
        seen.add(gate_verdict(between(low, high), margin=margin))
    assert seen == set(GateWord)


@pytest.mark.parametrize("margin", [0.0, -0.05, math.nan, math.inf])
def test_margin_that_proves_nothing_is_refused(margin: float) -> None:
    with pytest.raises(ConfigurationError, match="largest drop you would still ship"):
        gate_verdict(between(0.1, 0.2), margin=margin)


@pytest.mark.parametrize(
    "interval",
    [
        pytest.param(None, id="no interval"),
        pytest.param(between(math.nan, 0.2), id="low is no number"),
        pytest.param(between(0.1, math.nan), id="high is no number"),
    ],
)
def test_missing_interval_never_passes(interval: Interval | None) -> None:
    assert gate_verdict(interval, margin=0.1) is GateWord.INCONCLUSIVE


def test_doubt_about_the_data_outweighs_any_interval() -> None:
    assert gate_verdict(between(0.1, 0.2), margin=0.1, doubts=("half the calls are lost",)) is GateWord.INCONCLUSIVE


def test_only_a_regression_fails_and_only_a_lack_of_evidence_is_left_open() -> None:
    assert {word for word in GateWord if word.passed is False} == {GateWord.REGRESSED}
    assert {word for word in GateWord if word.passed is None} == {GateWord.INCONCLUSIVE}


def test_every_further_look_widens_the_interval() -> None:
    assert look_confidence() == pytest.approx(0.9)
    assert look_confidence(alpha=0.05, looks=2) == pytest.approx(0.95)


@pytest.mark.parametrize(("alpha", "looks"), [(0.0, 1), (0.5, 1), (0.05, 0)])
def test_look_that_cannot_be_planned_is_refused(alpha: float, looks: int) -> None:
    with pytest.raises(ConfigurationError):
        look_confidence(alpha=alpha, looks=looks)
