from itertools import product

import pytest

from harness.errors import ConfigurationError
from harness.regression.planned_looks import obf_boundaries
from harness.regression.sequential import SprtWord, StopWord, curtailment, wald_sprt


@pytest.mark.parametrize("required", range(8))
def test_early_answer_is_the_final_one_and_the_earliest_certain(required: int) -> None:
    planned = 6
    for outcomes in product((True, False), repeat=planned):
        found = curtailment(outcomes, required=required, planned=planned)
        assert found.stop_after is not None
        assert found.verdict is (StopWord.PASS if sum(outcomes) >= required else StopWord.FAIL)
        if found.stop_after:
            before = outcomes[: found.stop_after - 1]
            assert curtailment(before, required=required, planned=planned).verdict is StopWord.CONTINUE
            reachable = {sum(before) + more >= required for more in range(planned - len(before) + 1)}
            assert reachable == {True, False}


def test_open_question_goes_on() -> None:
    found = curtailment([True, False], required=2, planned=4)
    assert (found.verdict, found.stop_after) == (StopWord.CONTINUE, None)


def test_run_of_passes_is_accepted_when_promised_and_not_before() -> None:
    needed = wald_sprt(0, n=0, p0=0.8, p1=0.95).min_passes_to_accept
    words = [wald_sprt(n, n=n, p0=0.8, p1=0.95).decision for n in range(needed + 1)]
    assert words == [SprtWord.CONTINUE] * needed + [SprtWord.ACCEPT]


def test_bound_that_is_met_exactly_on_paper_decides() -> None:
    found = wald_sprt(3, n=3, p0=0.1, p1=0.5, alpha=0.004, beta=0.5)
    assert (found.decision, found.min_passes_to_accept) == (SprtWord.ACCEPT, 3)


def test_failures_reject() -> None:
    assert wald_sprt(0, n=3, p0=0.8, p1=0.95).decision is SprtWord.REJECT


@pytest.mark.parametrize(
    ("rates", "errors", "text"),
    [
        pytest.param((0.9, 0.8), (0.05, 0.1), "not less than p1", id="rates the wrong way round"),
        pytest.param((0.9, 0.9), (0.05, 0.1), "not less than p1", id="equal rates"),
        pytest.param((0.9, 1.0), (0.05, 0.1), "p1 is 1", id="rate of one"),
        pytest.param((0.8, 0.9), (0.0, 0.1), "alpha is 0", id="no error allowed"),
        pytest.param((0.8, 0.9), (0.5, 0.5), "sum must be below 1", id="errors of a coin"),
    ],
)
def test_test_that_cannot_decide_is_refused(rates: tuple[float, float], errors: tuple[float, float], text: str) -> None:
    with pytest.raises(ConfigurationError, match=text):
        wald_sprt(1, n=1, p0=rates[0], p1=rates[1], alpha=errors[0], beta=errors[1])


def test_published_boundaries_of_five_looks() -> None:
    plan = obf_boundaries(5, alpha=0.025)
    assert [look.critical_z for look in plan] == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)
    assert [look.information for look in plan] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])


def test_single_look_is_the_ordinary_test() -> None:
    (look,) = obf_boundaries(1, alpha=0.05)
    assert (look.critical_z, look.alpha_spent) == pytest.approx((1.6448536, 0.05))


@pytest.mark.parametrize("looks", [2, 3, 4, 6])
def test_looks_grow_easier_and_spend_alpha_once(looks: int) -> None:
    plan = obf_boundaries(looks, alpha=0.05)
    bounds = [look.critical_z for look in plan]
    spent = [look.alpha_spent for look in plan]
    assert bounds == sorted(bounds, reverse=True)
    assert spent == sorted(spent)
    assert spent[-1] == 0.05


@pytest.mark.parametrize(("looks", "alpha"), [(0, 0.05), (2, 0.0), (2, 1.0)])
def test_plan_without_looks_or_alpha_is_refused(looks: int, alpha: float) -> None:
    with pytest.raises(ConfigurationError):
        obf_boundaries(looks, alpha=alpha)
