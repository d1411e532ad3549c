from datetime import date
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.model.call import Tier
from harness.model.case import Case, PassRule
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.snapshots import Provenance
from harness.model.suite import Arm, ArmRole, Planned
from harness.regression.facts import ArmFacts, CaseFacts, TrialFacts
from harness.regression.policy import Profile
from harness.runs.asked import StoredReference
from harness.runs.planning import Plan, make_plan
from harness.settings import Settings
from harness.testing.builders import make_arm, make_case, make_prompt

TODAY = date(2026, 3, 1)
OURS = make_arm(make_prompt(version="v2"))
THEIRS = make_arm(make_prompt(version="v1"), role=ArmRole.BASELINE)
KEPT = Quarantine(until=date(2026, 3, 1), owner="desk team", reason="the recogniser mishears it")


def cells(case: Case, *arms: Arm) -> list[Planned]:
    return [Planned(suite="desk", case=case, arm=arm) for arm in arms]


def plan(planned: list[Planned], *, against: bool = True, today: date = TODAY, **settings: Any) -> Plan:
    stored = settings.pop("stored", ())
    return make_plan(Settings(**settings), planned, today=today, against=against, stored=stored)


def trials(made: Plan) -> dict[str, int]:
    return {each.arm.prompt.version: each.trials for each in made.planned}


def test_arms_that_are_compared_are_tried_as_often_as_the_profile_says() -> None:
    made = plan(cells(make_case(), OURS, THEIRS))
    assert made.asked.policy.profile is Profile.PULL_REQUEST
    assert trials(made) == {"v2": 3, "v1": 3}
    assert made.compared_cases == 1
    assert [slot.attempt for slot in made.slots] == [1, 1, 2, 2, 3, 3]


def test_a_baseline_nobody_asked_for_is_shown_and_gates_nothing() -> None:
    made = plan(cells(make_case(), OURS, THEIRS), against=False)
    assert made.asked.policy.profile is Profile.SMOKE
    assert trials(made) == {"v2": 1, "v1": 1}
    assert not made.compared


def test_a_profile_that_is_set_gates_the_baseline_of_the_suite_file() -> None:
    made = plan(cells(make_case(), OURS, THEIRS), against=False, profile="release")
    assert trials(made) == {"v2": 5, "v1": 5}


def test_a_case_with_more_trials_of_its_own_keeps_them() -> None:
    many = make_case(pass_rule=PassRule(required=4, of=6))
    assert trials(plan(cells(many, OURS, THEIRS))) == {"v2": 6, "v1": 6}


def test_an_arm_without_a_partner_is_tried_as_its_case_says() -> None:
    other = make_arm(make_prompt(name="sales", version="v9"))
    made = plan([*cells(make_case(), OURS, THEIRS), *cells(make_case(id="offer"), other)])
    assert trials(made) == {"v2": 3, "v1": 3, "v9": 1}
    assert len(made.compared) == 2


def test_another_engine_model_is_no_partner() -> None:
    other = make_arm(make_prompt(version="v1"), role=ArmRole.BASELINE, engine_model="openai.gpt-4o")
    assert not plan(cells(make_case(), OURS, other)).compared


def test_a_stored_baseline_is_a_partner() -> None:
    arm = ArmFacts(
        prompt="receptionist@v1",
        digest="1",
        engine_model="embedded.extractive",
        role=ArmRole.CANDIDATE,
        cases=(CaseFacts(id="desk::hello", trials=(TrialFacts(attempt=1, outcome=Outcome.PASSED),)),),
    )
    kept = Provenance(harness_version="1", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1)
    stored = StoredReference(source="baseline receptionist", arms=(arm,), provenance=kept)
    assert trials(plan(cells(make_case(), OURS), stored=(stored,))) == {"v2": 3}


def test_a_case_in_quarantine_is_not_compared() -> None:
    made = plan(cells(make_case(quarantine=KEPT), OURS, THEIRS))
    assert not made.compared
    assert not any(each.expired for each in made.planned)


@pytest.mark.parametrize(("today", "expired"), [(date(2026, 3, 1), False), (date(2026, 3, 2), True)])
def test_a_quarantine_ends_with_its_last_day(today: date, expired: bool) -> None:
    (made,) = plan(cells(make_case(quarantine=KEPT), OURS), today=today).planned
    assert made.expired is expired


def test_trials_that_are_asked_for_are_made_of_every_case() -> None:
    assert trials(plan(cells(make_case(), OURS, THEIRS), against=False, trials=4)) == {"v2": 4, "v1": 4}


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param({"margin": "0"}, "margin 0 cannot be gated on", id="a margin of nothing"),
        pytest.param({"margin": "ten"}, "is no number", id="a margin in words"),
        pytest.param({"gate": "charm"}, "charm", id="a metric nobody knows"),
        pytest.param({"trials": 5, "max_trials": 3}, "less than the 5 trials", id="fewer at most than at least"),
    ],
)
def test_a_comparison_that_proves_nothing_is_refused_before_the_first_call(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        plan(cells(make_case(), OURS, THEIRS), **settings)
