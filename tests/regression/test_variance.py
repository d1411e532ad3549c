import random
from collections.abc import Sequence

import pytest

from harness.regression.variance import icc_oneway, nested_variance


@pytest.mark.parametrize("value", [0.0, 0.1, 1.0])
def test_where_nothing_varies_there_is_no_icc(value: float) -> None:
    found = icc_oneway([[value] * 3, [value] * 2, [value]])
    assert found is not None
    assert (found.between, found.within, found.icc, found.design_effect) == (0.0, 0.0, None, 1.0)


def test_trials_that_repeat_their_case_are_worth_one() -> None:
    found = icc_oneway([[0.1] * 4, [0.7] * 4, [0.4] * 4])
    assert found is not None
    assert found.icc == pytest.approx(1)
    assert found.design_effect == pytest.approx(4)


def test_cases_that_differ_less_than_by_chance_cost_nothing() -> None:
    found = icc_oneway([[0, 1], [0, 1], [1, 0]])
    assert found is not None
    assert found.icc == pytest.approx(-1)
    assert found.case_variance == pytest.approx(-0.25)
    assert found.design_effect == 1.0


def test_without_repeats_trials_are_independent() -> None:
    found = icc_oneway([[0.0], [1.0], [0.5]])
    assert found is not None
    assert (found.within, found.icc, found.design_effect) == (None, None, 1.0)
    assert found.between == pytest.approx(0.25)


@pytest.mark.parametrize("groups", [[], [[1, 0]], [[1, 0], []]], ids=["none", "one", "one and an empty one"])
def test_fewer_than_two_cases_cannot_be_compared(groups: Sequence[Sequence[float]]) -> None:
    assert icc_oneway(groups) is None


def test_one_way_and_nested_agree_where_the_judge_was_asked_once() -> None:
    groups = [[3.0, 4.0, 2.0], [6.0, 7.0, 7.5], [2.0, 2.0, 1.0]]
    flat, nested = icc_oneway(groups), nested_variance([[[value] for value in group] for group in groups])
    assert flat is not None
    assert nested is not None
    assert nested.judge is None
    assert nested.trial == pytest.approx(flat.within)
    assert nested.case == pytest.approx(flat.case_variance)
    assert nested.suite_mean == pytest.approx(flat.between / 9)


def test_noise_is_found_where_it_was_put() -> None:
    dice = random.Random(11)
    scores = []
    for _ in range(400):
        case = dice.gauss(0, 2)
        trials = [case + dice.gauss(0, 1) for _ in range(4)]
        scores.append([[trial + dice.gauss(0, 0.5) for _ in range(3)] for trial in trials])
    found = nested_variance(scores)
    assert found is not None
    assert found.case == pytest.approx(4, rel=0.15)
    assert found.trial == pytest.approx(1, rel=0.15)
    assert found.judge == pytest.approx(0.25, rel=0.15)
    assert found.shares is not None
    assert found.shares.cases > found.shares.calls > found.shares.judge
    assert found.shares.cases + found.shares.calls + found.shares.judge == pytest.approx(1)


def test_variance_below_zero_stays_visible_and_counts_as_none() -> None:
    found = nested_variance([[[0, 1], [1, 0]], [[1, 0], [0, 1]]])
    assert found is not None
    assert found.trial is not None
    assert found.trial < 0
    assert found.case == 0
    assert found.judge == pytest.approx(0.5)
    assert found.suite_mean == pytest.approx(0.5 / 8)


def test_case_that_was_never_repeated_holds_the_noise_of_its_call() -> None:
    found = nested_variance([[[1, 1]], [[3, 3]]])
    assert found is not None
    assert (found.case, found.trial, found.judge) == (2, None, 0)


def test_where_nothing_varies_no_share_is_to_blame() -> None:
    found = nested_variance([[[0.1, 0.1], [0.1, 0.1]]] * 3)
    assert found is not None
    assert (found.suite_mean, found.shares) == (0, None)


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param([], id="no case"),
        pytest.param([[[1, 2], [2, 3]]], id="one case"),
        pytest.param([[[1, 2], [2, 3]], [[1, 2]]], id="a trial less"),
        pytest.param([[[1, 2], [2, 3]], [[1, 2], [2]]], id="a judge sample less"),
        pytest.param([[[], []], [[], []]], id="no judge sample"),
        pytest.param([[], []], id="no trial"),
    ],
)
def test_unbalanced_designs_are_not_taken_apart(scores: Sequence[Sequence[Sequence[float]]]) -> None:
    assert nested_variance(scores) is None
