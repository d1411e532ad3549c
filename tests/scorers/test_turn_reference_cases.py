import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.scorers.reference import run
from harness.scorers.turn_reference import TURN_METHODS

DOCUMENT = json.loads((Path(__file__).parents[1] / "data" / "turn_cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(group, case, id=case["id"]) for group in DOCUMENT["groups"] for case in group["cases"]]


@pytest.mark.parametrize(("group", "case"), CASES)
def test_reference_case_is_reproduced(group: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    assert set(case) <= {"id", "input", "expected", "note", "tolerance", "tolerances"}
    assert set(case["input"]) <= set(group["input_fields"])
    actual = run(group["method"], case["input"])
    assert set(actual) == set(group["output_fields"])
    assert set(case["expected"]) <= set(actual)
    for field, value in case["expected"].items():
        tolerance = case.get("tolerances", {}).get(field, case.get("tolerance", group["tolerance"]))
        assert_same(actual[field], value, tolerance=tolerance, place=field)


def assert_same(actual: Any, expected: Any, *, tolerance: float, place: str) -> None:
    match expected:
        case dict():
            assert set(actual) == set(expected), place
            for key, value in expected.items():
                assert_same(actual[key], value, tolerance=tolerance, place=f"{place}.{key}")
        case list():
            assert len(actual) == len(expected), place
            for index, value in enumerate(expected):
                assert_same(actual[index], value, tolerance=tolerance, place=f"{place}[{index}]")
        case bool() | str() | None:
            assert actual == expected, place
        case _:
            assert abs(actual - expected) <= tolerance * max(1, abs(expected)), place


def test_the_file_holds_as_many_cases_as_it_says() -> None:
    assert len(CASES) == DOCUMENT["case_count"]


def test_every_measure_of_the_reference_cases_is_there_and_no_other() -> None:
    assert {group["method"] for group in DOCUMENT["groups"]} == set(TURN_METHODS)


def test_a_call_in_which_nobody_spoke_has_no_ratios() -> None:
    assert run("conversation_states", {"caller": [], "agent": []}) == {
        "window": 0,
        "caller_ratio": None,
        "agent_ratio": None,
        "double_talk_ratio": None,
        "mutual_silence_ratio": None,
        "agent_talk_share": None,
        "max_mutual_silence": 0,
    }


def test_nobody_who_did_not_speak_has_a_pace() -> None:
    assert run("words_per_minute", {"n_units": 0, "speech_seconds": 0})["rate"] is None


@pytest.mark.parametrize(
    ("given", "score"),
    [
        pytest.param((-500, False), 0, id="far too soon"),
        pytest.param((0, False), 0.5, id="at once"),
        pytest.param((2000, False), 1, id="just in time"),
        pytest.param((3500, False), 0, id="too late"),
        pytest.param((9000, True), 0, id="far too late"),
        pytest.param((4000, True), 0.5, id="late for a tool"),
    ],
)
def test_latency_is_rated_lower_the_further_it_is_from_the_plateau(given: tuple[int, bool], score: float) -> None:
    assert run("latency_score", {"latency_ms": given[0], "tool_call": given[1]})["score"] == pytest.approx(score)


def test_arms_without_any_fault_have_the_highest_relative_rating() -> None:
    assert run("vaqi", {"interruptions": [0, 0], "missed": [0, 0], "latency_s": [0, 0]})["scores"] == [100, 100]


@pytest.mark.parametrize(("rating", "mos"), [(-5, 1), (0, 1), (100, 4.5), (120, 4.5)])
def test_a_line_beyond_the_scale_has_the_mos_of_its_end(rating: float, mos: float) -> None:
    assert run("emodel_mos", {"r": rating})["mos"] == mos
