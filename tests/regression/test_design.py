from collections.abc import Sequence

import pytest

from harness.errors import ConfigurationError
from harness.model.outcome import Outcome
from harness.model.suite import ArmRole
from harness.regression.design import ASSUMED, Variances, cases_to_detect, design_of, variances_of
from harness.regression.facts import ArmFacts, CaseFacts, TrialFacts
from harness.regression.gate import GateWord, gate_verdict
from harness.regression.policy import Profile, policy_of
from harness.regression.two_arms import adjusted_paired_interval

SMOKE, PULL_REQUEST, RELEASE = (policy_of(profile) for profile in Profile)


def arm(passes: Sequence[Sequence[int]], *, version: str = "v1") -> ArmFacts:
    cases = tuple(
        CaseFacts(
            id=f"s::{number}",
            trials=tuple(
                TrialFacts(attempt=attempt, outcome=Outcome.PASSED if passed else Outcome.FAILED)
                for attempt, passed in enumerate(trials, start=1)
            ),
        )
        for number, trials in enumerate(passes)
    )
    return ArmFacts(prompt=f"desk@{version}", digest="", engine_model="m", role=ArmRole.CANDIDATE, cases=cases)


@pytest.mark.parametrize("policy", [PULL_REQUEST, RELEASE], ids=["pull_request", "release"])
def test_a_profile_is_content_with_the_size_it_was_made_for_and_not_with_half_of_it(policy: object) -> None:
    assert isinstance(policy, type(PULL_REQUEST))
    assert design_of(policy.cases, trials=policy.trials, policy=policy).enough
    half = design_of(policy.cases // 2, trials=policy.trials, policy=policy)
    assert not half.enough
    assert half.cases_needed is not None
    assert half.cases_needed <= policy.cases


def test_a_suite_too_small_says_so_and_what_would_do() -> None:
    found = design_of(20, trials=3, policy=PULL_REQUEST)
    assert found.sentence == (
        "20 cases × 3 trials are too few for the margin 0.10: even an unchanged prompt would often be inconclusive. "
        "It needs about 38 cases, or a margin of 0.14; a drop of 19 points or more of the pass rate is found with a "
        "chance of 80%."
    )


@pytest.mark.parametrize(
    ("cases", "trials", "words"),
    [
        (0, 3, "0 cases × 3 trials cannot compare two prompts: at least two cases are needed."),
        (1, 1, "1 case × 1 trial cannot compare two prompts: at least two cases are needed."),
        (2, 1, "It needs about 112 cases; a drop of 86 points"),
        (40, 3, "40 cases × 3 trials are enough for the margin 0.10; a drop of 14 points or more"),
    ],
)
def test_a_design_is_put_in_words(cases: int, trials: int, words: str) -> None:
    assert words in design_of(cases, trials=trials, policy=PULL_REQUEST).sentence


def test_smoke_gates_nothing_so_that_any_size_will_do() -> None:
    found = design_of(2, trials=1, policy=SMOKE)
    assert found.enough
    assert "The profile smoke gates no difference." in found.sentence


@pytest.mark.parametrize("trials", [1, 3, 5])
@pytest.mark.parametrize("cases", [5, 12, 30])
def test_the_margin_it_advises_is_one_that_equal_arms_prove(cases: int, trials: int) -> None:
    # However steady a suite is, the interval has a width, and no margin within it can be proved.
    steady = Variances(case=0.0, trial=1e-6, source="run 1")
    found = design_of(cases, trials=trials, policy=PULL_REQUEST, variances=steady)
    assert found.margin_possible is not None
    alike = [(trials, trials)] * cases
    interval = adjusted_paired_interval(alike, alike, confidence=0.90).interval
    assert gate_verdict(interval, margin=found.margin_possible) is GateWord.NON_INFERIOR
    assert gate_verdict(interval, margin=found.margin_possible - 0.02) is GateWord.INCONCLUSIVE


def test_a_further_look_costs_cases() -> None:
    once = design_of(20, trials=3, policy=policy_of(Profile.PULL_REQUEST, margin="0.1"))
    twice = design_of(20, trials=3, policy=policy_of(Profile.PULL_REQUEST, margin="0.1", max_trials=6))
    assert (twice.cases_needed or 0) > (once.cases_needed or 0)


@pytest.mark.parametrize(("drop", "cases"), [(0.10, 75), (0.20, 19), (0.9, 2)])
def test_how_many_cases_find_a_drop(drop: float, cases: int) -> None:
    assert cases_to_detect(drop, trials=3, policy=PULL_REQUEST) == cases
    detectable = design_of(cases, trials=3, policy=PULL_REQUEST).detectable
    assert detectable is not None
    assert detectable <= drop


@pytest.mark.parametrize("drop", [0.0, -0.1, 1.0, float("nan")])
def test_a_drop_that_is_no_share_is_refused(drop: float) -> None:
    with pytest.raises(ConfigurationError, match="detect is a drop"):
        cases_to_detect(drop, trials=3, policy=PULL_REQUEST)


@pytest.mark.parametrize("power", [0.0, 1.0, float("nan")])
def test_a_power_that_is_no_chance_is_refused(power: float) -> None:
    with pytest.raises(ConfigurationError, match="power is a chance"):
        design_of(10, trials=3, policy=PULL_REQUEST, power=power)


def test_a_design_without_trials_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least one trial"):
        design_of(10, trials=0, policy=PULL_REQUEST)


@pytest.mark.parametrize(
    "arms",
    [[], [arm([[1], [0]])], [arm([[1, 1], [1, 1]])], [arm([[1, 0]])], [arm([[1, 0], [1]])]],
    ids=["no arm", "one trial each", "nothing varied", "one case", "unequal trials"],
)
def test_a_run_that_shows_no_variance_leaves_the_assumed_ones(arms: Sequence[ArmFacts]) -> None:
    assert variances_of(arms, source="run 1") == ASSUMED


def test_a_run_shows_how_its_trials_vary() -> None:
    found = variances_of([arm([[1, 0], [1, 1], [1, 1], [1, 1]])], source="run 1")
    assert (found.trial, found.case, found.source) == (0.125, ASSUMED.case, "run 1")


def test_two_versions_of_a_prompt_show_how_their_difference_varies() -> None:
    one = arm([[1, 0], [1, 1], [1, 1], [0, 0]])
    other = arm([[1, 0], [0, 0], [1, 1], [1, 1]], version="v2")
    found = variances_of([one, other], source="run 1")
    # Seen: differences 0, 1, 0, -1 vary by 2/3; the trials' 0.125 explain 0.125 of it.
    assert found.case == pytest.approx(2 / 3 - 0.125)
