import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.errors import MissingExtraError, UnknownNameError
from harness.scorers.reference import METHODS, run
from harness.scorers.turn_reference import TURN_METHODS

DOCUMENT = json.loads((Path(__file__).parents[1] / "data" / "wer_cases.json").read_text(encoding="utf-8"))
CASES = [pytest.param(group, case, id=case["id"]) for group in DOCUMENT["groups"] for case in group["cases"]]


@pytest.mark.parametrize(("group", "case"), CASES)
def test_reference_case_is_reproduced(group: Mapping[str, Any], case: Mapping[str, Any]) -> None:
    try:
        actual = run(group["method"], case["input"])
    except MissingExtraError as error:
        pytest.skip(str(error))
    expected = dict(case["expected"])
    assert set(expected) <= set(group["output_fields"])
    if expected.get("split_unique") is False:
        # Several alignments have the fewest errors; only what they share can be compared.
        expected = {k: v for k, v in expected.items() if k in {"errors", "n_ref", "n_hyp", "wer", "split_unique"}}
    for field, value in expected.items():
        tolerance = case.get("tolerances", {}).get(field, case.get("tolerance", group["tolerance"]))
        assert_same(actual[field], value, tolerance=tolerance, field=field)


def assert_same(actual: Any, expected: Any, *, tolerance: float, field: str) -> None:
    if isinstance(expected, bool | str | list) or expected is None:
        assert actual == expected, field
    else:
        assert abs(actual - expected) <= tolerance * max(1, abs(expected)), field


def test_every_method_of_the_reference_cases_has_a_group_here() -> None:
    assert {group["method"] for group in DOCUMENT["groups"]} == set(METHODS) - set(TURN_METHODS)


def test_unknown_method_is_an_error_that_names_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'word_errors'"):
        run("word_error", {})


def test_corpus_without_reference_words_has_no_rate() -> None:
    result = run("corpus_wer", {"utterances": [["", "hello there"]]})
    assert result["corpus_wer"] is None
    assert result["empty_ref_insertions"] == 2


def test_no_entities_have_no_error_rate() -> None:
    assert run("entity_accuracy", {"entities": [], "hypothesis": "hello"}) == {"hits": [], "entity_error_rate": None}
