"""What is said on the phone comes out of an export as it went in, whatever it is."""

import csv
import io
import json
from dataclasses import replace

import pytest

from harness.model.call import Event, EventKind, Role
from harness.model.run import Run
from harness.regression.tables import COMPARISON, EVENTS, TABLES, TURNS, VERDICT
from harness.store.exports.csv_files import csv_parts
from harness.store.exports.document import document_parts
from harness.testing.builders import make_call, make_change, make_judgement, make_turn
from tests.loaded_runs import loaded
from tests.planted_runs import planted_case, planted_run

HARD = [
    pytest.param('she said "yes", twice', id="quotes and commas"),
    pytest.param("one\ntwo\r\nthree", id="line breaks"),
    pytest.param("=HYPERLINK(1)", id="a formula"),
    pytest.param("<script>alert(1)</script>", id="markup"),
    pytest.param("שלום, מה שלומך?", id="right to left"),
    pytest.param("こんにちは 世界 🎉", id="CJK and emoji"),
    pytest.param("a\u2028b\x00c\x1f", id="separators and control characters"),
    pytest.param("word " * 3000, id="three thousand words"),
]


def run_that_says(words: str) -> Run:
    result = planted_case("a", "p")
    (trial,) = result.trials
    turn = make_turn(Role.CALLER, words, heard="", said=None)
    event = Event(at_ms=5, kind=EventKind.TRANSCRIPT_FINAL, text=words, data={"b": words, "a": None})
    call = make_call(turn, events=(event,))
    return planted_run(replace(result, trials=(replace(trial, call=call),)))


@pytest.mark.parametrize("words", HARD)
def test_any_words_survive_json(words: str) -> None:
    run = loaded(run_that_says(words))
    found = json.loads("".join(document_parts(TABLES, run.run, run.decision)))
    assert found["turns"][0]["meant"] == words
    assert json.loads(found["events"][0]["data"]) == {"a": None, "b": words}


@pytest.mark.parametrize("words", HARD)
def test_any_words_survive_csv(words: str) -> None:
    run = loaded(run_that_says(words))
    text = "".join(csv_parts(TURNS, run.run, run.decision))
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert row["meant"] == words


def test_csv_tells_what_was_not_measured_from_what_was_empty() -> None:
    run = loaded(run_that_says("hm"))
    header, row, end = "".join(csv_parts(TURNS, run.run, run.decision)).split("\r\n")
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert (cells["said"], cells["heard"], cells["interrupted"], end) == ("", '""', "false", "")


def test_json_has_a_row_a_line() -> None:
    run = loaded(run_that_says("one\ntwo"))
    lines = "".join(document_parts((VERDICT, TURNS, EVENTS), run.run, run.decision)).splitlines()
    assert sum(line.startswith('{"trial"') for line in lines) == 2


def test_arms_that_cannot_be_compared_are_a_row_too() -> None:
    change = replace(make_change(), metrics=(), differs=("tier: audio, text",))
    run = loaded(planted_run(planted_case("a", "p")), make_judgement(change))
    ((*cells,),) = COMPARISON.rows(run.run, run.decision)
    row = dict(zip((column.name for column in COMPARISON.columns), cells, strict=True))
    assert (row["metric"], row["estimate"], row["differs"]) == (None, None, "tier: audio, text")


def test_evidence_beyond_all_measure_is_no_number() -> None:
    (metric,) = make_change().metrics
    run = loaded(planted_run(), make_judgement(make_change(replace(metric, baseline=float("inf")))))
    document = json.loads("".join(document_parts((COMPARISON,), run.run, run.decision)))
    assert document["comparison"][0]["baseline_value"] is None
