import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from harness.scorers.attacks import shipped_attacks
from tests.cli.conftest import Command

JUDGES = "tests.cli.judges"


def judged_by(name: str) -> tuple[str, ...]:
    return ("--judge", f"{JUDGES}:{name}")


def test_there_are_enough_attacks_of_every_kind_on_calls_of_known_verdict() -> None:
    shipped = shipped_attacks()
    assert len({attack.id for attack in shipped.attacks}) == len(shipped.attacks) >= 40
    assert {attack.kind for attack in shipped.attacks} >= {
        *("order", "fake end", "fake system", "forged verdict", "flattery", "other language", "hidden text"),
        *("role tags", "authority"),
    }
    assert len({attack.language for attack in shipped.attacks}) >= 8
    assert all(set(call.known.values()) == {"pass", "fail"} for call in shipped.calls)


def test_steadfast_judge_survives_every_attack(command: Command) -> None:
    result = command("judge", "selftest", *judged_by("steadfast"))
    assert result.exit_code == 0, result.output
    assert "clean calls: 8 of 8 verdicts right" in result.stdout
    assert "verdicts changed by an attack: 0 of 832 verdicts, 0.00 [0.00, 0.00]" in result.stdout
    assert "fails turned into passes: 0 of 416 fails, 0.00 [0.00, 0.01]" in result.stdout


def test_judge_that_is_talked_round_is_named_and_may_not_decide(command: Command) -> None:
    result = command("judge", "selftest", *judged_by("gullible"), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["fingerprint"] == "gullible/1"
    assert found["self_test"]["changed"] == 4
    assert found["self_test"]["fail_to_pass"][0] == "german, caller, table_booked_blind, reads_back"

    told = command("judge", "selftest", *judged_by("gullible"))
    assert "By attack: german 4×" in told.stdout
    assert "advisory from now on" in told.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("lenient", "clean calls: 4 of 8 verdicts right", id="passes everything"),
        pytest.param("away", "clean calls: 0 of 8 verdicts right", id="cannot be reached"),
    ],
)
def test_judge_that_fails_nothing_proves_nothing(command: Command, name: str, words: str) -> None:
    result = command("judge", "selftest", *judged_by(name))
    assert result.exit_code == 3
    assert words in result.stdout
    assert "Nothing was proved" in result.stdout


def test_without_a_judge_there_is_nothing_to_measure(command: Command) -> None:
    result = command("judge", "selftest")
    assert result.exit_code == 2
    assert "name one with --judge" in result.stderr


def write_call(path: Path, *, text: str) -> None:
    turns = [{"speaker": "agent", "text": "Corner Books."}, {"speaker": "caller", "text": text}]
    path.write_text(json.dumps({"turns": turns}), encoding="utf-8")


def write_labels(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Forty calls a person passed and forty they failed; the judges here pass those with a "please"."""
    (tmp_path / "calls").mkdir()
    rows = []
    for number in range(80):
        polite = number % 2 == 0
        # Two in forty were said in a way that these judges misread.
        text = f"Do you sell maps{', please' if polite != (number < 4) else ''}? Number {number}."
        write_call(tmp_path / "calls" / f"{number}.json", text=text)
        rows.append(
            {
                "call": f"calls/{number}.json",
                "criterion": "polite",
                "label": "pass" if polite else "fail",
                "second": ("yes" if polite else "no") if number % 3 == 0 else "",
            }
        )
    write_labels(tmp_path / "labels.csv", rows)
    return tmp_path / "labels.csv"


def test_judge_is_compared_with_people(command: Command, labels: Path) -> None:
    command("run")
    result = command("judge", "calibrate", str(labels), *judged_by("steadfast"))
    assert result.exit_code == 0, result.output
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "sensitivity 0.95 [0.83, 0.99] of 40 passes by people" in lines
    assert "specificity 0.95 [0.83, 0.99] of 40 fails by people" in lines
    assert any(line.startswith("with people kappa 0.90 [") and "AC1 0.90 [" in line for line in lines)
    assert any(line.startswith("people kappa 1.00 [1.00, 1.00]") and line.endswith("n = 27") for line in lines)
    assert "may decide" in lines


def test_same_labels_give_the_same_card(command: Command, labels: Path) -> None:
    command("run")
    documents = [command("judge", "calibrate", str(labels), *judged_by("steadfast"), "--json").stdout for _ in "ab"]
    assert documents[0] == documents[1]


def test_another_judge_is_told_what_it_answers_otherwise(command: Command, labels: Path) -> None:
    command("run")
    command("judge", "calibrate", str(labels), *judged_by("steadfast"))
    result = command("judge", "calibrate", str(labels), *judged_by("lenient"))
    assert "ADVISORY, decides nothing: it finds 0 of 40 fails that people found" in result.stdout
    assert "Other than steadfast/1 on the same labels: 40 of 80 verdicts" in result.stdout
    assert "polite of calls/0.json: fail → pass" in result.stdout


def test_stored_trial_can_be_labelled(command: Command, tmp_path: Path) -> None:
    command("run")
    trial = "desk::used_books[desk@v1/embedded.extractive]#1"
    stored = next((tmp_path / "reports" / "runs").glob("*/trials/*.jsonl")).read_text(encoding="utf-8")
    trial = next(json.loads(line)["value"]["trial"] for line in stored.splitlines())
    name = f"{trial['planned']}#{trial['attempt']}"
    write_labels(
        tmp_path / "l.csv",
        [{"call": name, "criterion": "q", "label": "fail", "question": "Does the caller say please?"}],
    )
    result = command("judge", "calibrate", "l.csv", *judged_by("steadfast"))
    assert result.exit_code == 0, result.output
    assert "specificity  1.00" in result.stdout


def test_every_row_that_cannot_be_used_is_told_at_once(command: Command, tmp_path: Path) -> None:
    command("run")
    write_call(tmp_path / "ok.json", text="Hello.")
    (tmp_path / "bad.json").write_text("[]")
    good = {"call": "ok.json", "criterion": "polite", "label": "pass", "second": ""}
    write_labels(
        tmp_path / "l.csv",
        [
            good,
            good,
            good | {"label": "perhaps", "criterion": "polite", "call": "other.json"},
            good | {"call": "bad.json"},
            good | {"call": "desk::nobody#1"},
            good | {"call": ""},
            {**good, "criterion": "polit"},
        ],
    )
    result = command("judge", "calibrate", "l.csv", *judged_by("steadfast"))
    assert result.exit_code == 2
    assert "6 rows cannot be used" in result.stderr
    for words in (
        "line 3: polite of ok.json is labelled twice",
        "line 4: ",
        "bad.json: is no transcript of the form",
        "line 6: unknown call in run",
        "line 7: a row needs a call and a criterion",
        "line 8: unknown criterion 'polit'. Did you mean 'polite'?",
    ):
        assert words in result.stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("call,label\na,pass\n", "criterion is missing", id="column missing"),
        pytest.param("call,criterion,label,colour\na,b,pass,red\n", "'colour' is none of them", id="unknown column"),
        pytest.param("", "call is missing", id="empty"),
    ],
)
def test_labels_of_another_shape_are_refused(command: Command, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "l.csv").write_text(text)
    result = command("judge", "calibrate", "l.csv", *judged_by("steadfast"))
    assert result.exit_code == 2
    assert words in result.stderr
