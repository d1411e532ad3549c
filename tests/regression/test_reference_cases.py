import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UnknownNameError
from harness.regression.reference import METHODS, run

DOCUMENT = json.loads((Path(__file__).parents[1] / "data" / "stats_cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(group, case, id=case["id"]) for group in DOCUMENT["groups"] for case in group["cases"]]


def agrees(actual: Any, expected: Any, *, tolerance: float) -> bool:
    """Compare as the cases ask for: numbers within tolerance x max(1, |expected|), everything else exactly."""
    match expected:
        case bool() | str() | None:
            return type(actual) is type(expected) and bool(actual == expected)
        case int() | float():
            is_number = isinstance(actual, int | float) and not isinstance(actual, bool)
            return is_number and abs(actual - expected) <= tolerance * max(1.0, abs(expected))
        case list():
            return len(actual) == len(expected) and all(
                agrees(one, other, tolerance=tolerance) for one, other in zip(actual, expected, strict=True)
            )
        case dict():
            return actual.keys() == expected.keys() and all(
                agrees(actual[key], expected[key], tolerance=tolerance) for key in expected
            )
    raise AssertionError(f"a kind of value no case had before: {expected!r}")


@pytest.mark.parametrize(("group", "case"), CASES)
def test_reference_case_is_reproduced(group: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    actual = run(group["method"], case["input"])
    assert set(case["expected"]) == set(actual) == set(group["output_fields"])
    for field, value in case["expected"].items():
        tolerance = case.get("tolerances", {}).get(field, case.get("tolerance", group["tolerance"]))
        assert agrees(actual[field], value, tolerance=tolerance), (field, actual[field], value)


def test_every_method_has_a_group_here() -> None:
    assert {group["method"] for group in DOCUMENT["groups"]} == set(METHODS)


def test_unknown_method_is_an_error_that_names_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'panel_verdict'"):
        run("panel_verdicts", {})
