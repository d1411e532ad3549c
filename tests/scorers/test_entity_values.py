import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from harness.model.entity import Entity, EntityKind
from harness.scorers.entities import entity_found
from harness.scorers.values import says_value, value_of, values_in

PAIRS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "data" / "entity_values.json").read_text("utf-8"))
"""A value, a sentence, and whether the sentence says it; also what docs/scores.md counts."""


@pytest.mark.parametrize("pair", PAIRS, ids=lambda p: f"{p['type']} {p['lang']}: {p['value']} in {p['text']}")
def test_value_is_found_where_it_is_said_and_only_there(pair: dict[str, Any]) -> None:
    today = date.fromisoformat(pair["today"]) if "today" in pair else None
    kind = EntityKind(pair["type"])
    expected = pair["match"] and not pair.get("known_miss", False)
    assert says_value(pair["value"], pair["text"], kind=kind, lang=pair["lang"], today=today) is expected


@pytest.mark.parametrize("around", ["{}.", "{}, thank you.", "Okay, {}?", "uh, {} please"])
def test_words_and_signs_around_a_value_change_nothing(around: str) -> None:
    # A bare figure is an amount only where there is nothing else, as in a tool's argument.
    pairs = [pair for pair in PAIRS if not pair["text"].replace(".", "").isdecimal()]
    today = {id(pair): date.fromisoformat(pair["today"]) if "today" in pair else None for pair in pairs}
    changed = [
        pair
        for pair in pairs
        for text in (pair["text"], around.format(pair["text"]))
        if says_value(pair["value"], text, kind=EntityKind(pair["type"]), lang=pair["lang"], today=today[id(pair)])
        is not (pair["match"] and not pair.get("known_miss", False))
    ]
    assert changed == []


def test_there_are_enough_pairs_of_every_kind() -> None:
    assert len(PAIRS) >= 120
    assert {pair["type"] for pair in PAIRS} == {"money", "date", "time", "phone", "email"}


def test_other_readings_can_be_listed_for_a_value() -> None:
    entity = Entity(kind=EntityKind.DATE, value="2026-05-03", accept=("the third", "Star Wars eve"))
    assert entity_found(entity, hypothesis="see you on the third", lang="en-US")
    assert entity_found(entity, hypothesis="it is star wars eve", lang="en-US")


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        pytest.param("time", "soon", id="no time"),
        pytest.param("time", "at 8 or at 9", id="two times"),
        pytest.param("money", "some dollars", id="no amount"),
        pytest.param("date", "31 February 2026", id="no day of the calendar"),
        pytest.param("email", "anna at home", id="no domain"),
    ],
)
def test_what_is_no_single_value_has_none(kind: str, written: str) -> None:
    assert value_of(written, kind=EntityKind(kind), lang="en-US") is None


ODD_TEXTS = (
    "",
    "@",
    ".",
    "a@",
    "@.com",
    "\ud800 at 8",
    "٠١٢٣٤٥٦٧٨٩",
    "99:99",
    "$",
    "1" * 400,
    "at at dot dot",
    "²",
    "½ past 2",
)


@pytest.mark.parametrize("kind", list(EntityKind))
@pytest.mark.parametrize("lang", ["en-US", "en", "de-DE", "fr-FR", "es-ES", "ko-KR", "ar-SA", "th-TH", "x-none", ""])
def test_any_text_can_be_read(kind: EntityKind, lang: str) -> None:
    assert all(isinstance(values_in(text, kind=kind, lang=lang), tuple) for text in ODD_TEXTS)


@pytest.mark.parametrize("kind", ["money", "time", "date", "phone", "email"])
def test_long_text_is_read_quickly_enough_to_finish(kind: str) -> None:
    long = "so that is a 1 2 at dot 10 30 dollars and the 3rd of may - " * 400
    assert isinstance(values_in(long, kind=EntityKind(kind), lang="en-US"), tuple)
