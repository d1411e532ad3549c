from datetime import date
from random import Random

import pytest

from harness.errors import ConfigurationError
from harness.model.quarantine import Quarantine
from harness.model.suite import ArmRole
from harness.regression.one_arm import threshold_binomial_test
from harness.regression.policy import Profile
from harness.regression.wolf import WolfCount, cry_wolf
from tests.planted_runs import planted_arm, planted_arm_results, planted_run

PULL_REQUEST, RELEASE = Profile.PULL_REQUEST, Profile.RELEASE


def dice(cases: int, trials: int, *, rate: float, seed: int = 1) -> list[str]:
    random = Random(seed)
    return ["".join("p" if random.random() < rate else "f" for _ in range(trials)) for _ in range(cases)]


def counts(*outcomes: str, splits: int = 100) -> dict[Profile, WolfCount]:
    run = planted_run(*planted_arm_results(outcomes))
    return {count.profile: count for count in cry_wolf([run], seed=1, splits=splits)}


def test_an_unchanged_prompt_is_not_called_worse_more_often_than_alpha_allows() -> None:
    for count in counts(*dice(40, 6, rate=0.9), splits=200).values():
        assert count.wolves.high < 0.12
        assert not count.cried_wolf


def test_steady_cases_are_always_decided_and_never_wolves() -> None:
    found = counts(*["pppp"] * 60)
    for profile in (PULL_REQUEST, RELEASE):
        assert (found[profile].regressed, found[profile].improved, found[profile].decided) == (0, 0, 100)


def test_few_noisy_cases_decide_hardly_anything() -> None:
    assert counts(*["pf"] * 8)[RELEASE].decided < 10


def test_a_narrower_margin_decides_no_more_often() -> None:
    found = counts(*dice(30, 4, rate=0.9))
    assert found[RELEASE].margin < found[PULL_REQUEST].margin
    assert found[RELEASE].decided <= found[PULL_REQUEST].decided


def test_cases_with_one_attempt_are_left_out_and_counted() -> None:
    found = counts("pp", "pf", "p", "f", "pp")[PULL_REQUEST]
    assert (found.cases, found.left_out) == (3, 2)


def test_cases_in_quarantine_take_no_part() -> None:
    kept = Quarantine(until=date(2027, 1, 1), owner="me", reason="flaky")
    run = planted_run(*planted_arm_results(["pp", "pp", "pf"]), quarantined={"c02": kept})
    assert {count.cases for count in cry_wolf([run], seed=1, splits=5)} == {2}


def test_lost_attempts_leave_the_gate_without_a_word() -> None:
    assert counts(*["piii"] * 30)[PULL_REQUEST].decided == 0


def test_every_arm_of_every_run_has_its_own_rows() -> None:
    runs = [
        planted_run(
            *planted_arm_results(["pp", "pf"], arm=planted_arm("v2")),
            *planted_arm_results(["pp", "pf"], arm=planted_arm("v1", role=ArmRole.BASELINE)),
            run_id=name,
        )
        for name in ("one", "two")
    ]
    rows = [(count.run, count.arm, count.profile) for count in cry_wolf(runs, seed=1, splits=5)]
    arms = ("receptionist@v2-a.one", "receptionist@v1-a.one")
    assert rows == [
        (run, arm, profile) for run in ("one", "two") for arm in arms for profile in (PULL_REQUEST, RELEASE)
    ]


def test_the_same_seed_splits_alike() -> None:
    outcomes = dice(12, 5, rate=0.7)
    assert counts(*outcomes) == counts(*outcomes)


@pytest.mark.parametrize("outcomes", [["p", "f", "p"], ["pp"], ["pp", "f"], []], ids=["single", "one", "two", "none"])
def test_too_few_attempts_are_told_with_what_to_do(outcomes: list[str]) -> None:
    with pytest.raises(ConfigurationError, match=r"two attempts or more.*--trials 4"):
        counts(*outcomes)


@pytest.mark.parametrize(("regressed", "cried"), [(10, False), (12, False), (16, False), (17, True)])
def test_wolf_is_cried_only_beyond_alpha_and_chance(regressed: int, cried: bool) -> None:
    p = threshold_binomial_test(200 - regressed, n=200, threshold=0.95)
    count = WolfCount(
        run="r",
        arm="a",
        profile=RELEASE,
        margin=0.05,
        splits=200,
        regressed=regressed,
        improved=0,
        decided=200,
        p=min(1.0, 2 * p),
        cases=40,
        left_out=0,
    )
    assert count.cried_wolf is cried
