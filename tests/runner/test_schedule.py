from dataclasses import replace

import pytest

from harness.model.case import PassRule
from harness.model.suite import Arm, ArmRole, Planned
from harness.runner.schedule import Slot, extension, schedule
from harness.testing.builders import make_arm, make_case, make_prompt

OURS = make_arm(make_prompt(version="v2"))
THEIRS = make_arm(make_prompt(version="v1"), role=ArmRole.BASELINE)


def cell(case: str, arm: Arm = OURS, *, trials: int = 3, compared: bool = True, of: int = 1) -> Planned:
    made = make_case(id=case, pass_rule=PassRule(required=1, of=of))
    return Planned(suite="desk", case=made, arm=arm, at_least=trials if compared else 0, compared=compared)


CASES = [f"case{number}" for number in range(12)]
COMPARED = [cell(case, arm) for case in CASES for arm in (OURS, THEIRS)]


def written(slots: tuple[Slot, ...]) -> list[tuple[str, str, int]]:
    return [(slot.planned.case.id, slot.planned.arm.role.value, slot.attempt) for slot in slots]


def test_the_two_trials_of_a_pair_stand_side_by_side() -> None:
    order = written(schedule(COMPARED, seed=1))
    assert len(order) == 12 * 2 * 3
    for first, second in zip(order[::2], order[1::2], strict=True):
        assert (first[0], first[2]) == (second[0], second[2])
        assert {first[1], second[1]} == {"candidate", "baseline"}


def test_neither_arm_is_always_first() -> None:
    leading = [role for _, role, _ in written(schedule(COMPARED, seed=1))[::2]]
    assert leading.count("candidate") == leading.count("baseline")


def test_every_case_is_tried_once_before_any_is_tried_again() -> None:
    order = written(schedule(COMPARED, seed=1))
    assert [attempt for _, _, attempt in order] == [1] * 24 + [2] * 24 + [3] * 24
    assert {case for case, _, _ in order[:24]} == set(CASES)


def test_the_order_of_the_cases_is_shuffled_by_the_seed_alone() -> None:
    assert schedule(COMPARED, seed=1) != schedule(COMPARED, seed=2)
    assert written(schedule(COMPARED, seed=1)) == written(schedule(COMPARED, seed=1))
    backwards = [each for case in reversed(CASES) for each in (cell(case), cell(case, THEIRS))]
    assert written(schedule(backwards, seed=1)) == written(schedule(COMPARED, seed=1))


def test_what_is_not_compared_keeps_its_order_case_by_case_behind_the_rest() -> None:
    alone = [cell("first", compared=False, of=2), cell("second", compared=False)]
    order = written(schedule([*alone, cell("pair"), cell("pair", THEIRS)], seed=1))
    assert [case for case, _, _ in order[:6]] == ["pair"] * 6
    assert order[6:] == [("first", "candidate", 1), ("first", "candidate", 2), ("second", "candidate", 1)]


@pytest.mark.parametrize("trials", [3, 5])
def test_an_extension_adds_only_what_was_not_planned(trials: int) -> None:
    more = extension([*COMPARED, cell("alone", compared=False)], trials=trials, seed=1)
    assert {attempt for _, _, attempt in written(more)} == set(range(4, trials + 1))
    assert len(more) == 24 * (trials - 3)
    assert not set(written(more)) & set(written(schedule(COMPARED, seed=1)))


def test_an_extension_of_cases_with_trials_of_their_own_goes_to_the_same_number() -> None:
    longer = replace(cell("long"), at_least=4)
    order = written(extension([longer, cell("short")], trials=5, seed=1))
    assert sorted(order) == [("long", "candidate", 5), ("short", "candidate", 4), ("short", "candidate", 5)]
