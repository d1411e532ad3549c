import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.errors import UnknownNameError
from harness.regression.reference import METHODS, run

DOCUMENT = json.loads((Path(__file__).parents[1] / "data" / "stats_cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(group, case, id=case["id"]) for group in DOCUMENT["groups"] for case in group["cases"]]


@pytest.mark.parametrize(("group", "case"), CASES)
def test_reference_case_is_reproduced(group: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    actual = run(group["method"], case["input"])
    assert set(case["expected"]) == set(actual) == set(group["output_fields"])
    for field, value in case["expected"].items():
        tolerance = case.get("tolerances", {}).get(field, case.get("tolerance", group["tolerance"]))
        if isinstance(value, str | bool) or value is None:
            assert actual[field] == value, field
        else:
            assert actual[field] == pytest.approx(value, rel=tolerance, abs=tolerance), field


def test_every_method_has_a_group_here() -> None:
    assert {group["method"] for group in DOCUMENT["groups"]} == set(METHODS)


def test_unknown_method_is_an_error_that_names_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'panel_verdict'"):
        run("panel_verdicts", {})
