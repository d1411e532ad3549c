"""Faults planted into simulated calls, and the part each is assigned to: the accuracy in docs/which-part.md."""

from dataclasses import replace

import pytest

from benchmarks.planted.calls import Plant, hold
from benchmarks.planted.sets import PLANTS, SOUND, UNSEEN
from harness.model.blame import Part
from harness.model.call import EventKind
from harness.model.platform import PlatformSetup
from harness.runner.blame import assign
from harness.runner.diagnosis import diagnose

UNDECIDED = {"our recogniser mishears the agent": (Part.SPEAKING, Part.HARNESS)}
"""What is assigned wrongly, and the alternative it names: nobody else has listened to the agent."""


def by_id(plant: Plant) -> str:
    return plant.id.replace(" ", "-").replace(",", "")


@pytest.mark.parametrize("plant", [*PLANTS, *UNSEEN], ids=by_id)
def test_a_planted_fault_is_assigned_to_its_part(plant: Plant) -> None:
    first = hold(plant).blames[0]
    if plant.id in UNDECIDED:
        assert (first.part, *first.alternatives) == UNDECIDED[plant.id]
    else:
        assert first.part is plant.part, first
    assert first.evidence


@pytest.mark.parametrize("part", Part)
def test_every_part_has_at_least_three_planted_faults(part: Part) -> None:
    assert sum(plant.part is part for plant in PLANTS) >= 3
    assert sum(plant.part is part for plant in UNSEEN) >= 3


@pytest.mark.parametrize("plant", SOUND, ids=by_id)
def test_a_call_without_a_fault_blames_nobody(plant: Plant) -> None:
    assert hold(plant).blames == ()


@pytest.mark.parametrize("plant", [plant for plant in (*PLANTS, *UNSEEN) if plant.case.platform.faults], ids=by_id)
def test_parts_are_assigned_by_symptoms_alone(plant: Plant) -> None:
    result = hold(plant)
    assert result.call is not None
    case = replace(plant.case, platform=replace(plant.case.platform, faults=PlatformSetup().faults))
    told = tuple(event for event in result.call.events if event.kind is not EventKind.FAULT_INJECTED)
    call = replace(result.call, events=told)
    call = replace(call, findings=diagnose(call, case))
    assert assign(case, result.scores, call=call, validity=result.validity) == result.blames


def test_the_same_seed_gives_the_same_blames() -> None:
    plant = next(plant for plant in PLANTS if plant.id == "packets lost in bursts")
    assert hold(plant).blames == hold(plant).blames
