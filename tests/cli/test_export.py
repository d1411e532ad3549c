"""`harness export`: which files, in which form, and what is said where it cannot be done."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

import harness
from tests.cli.conftest import Command

TABLES = ["run", "verdict", "prompts", "comparison", "cases", "trials", "scores", "turns"]
NO_PYARROW = """
import sys
sys.modules["pyarrow"] = None
from harness.cli import main
main(["export", "--format", "parquet"])
"""


@pytest.fixture
def compared(command: Command) -> Command:
    """Return the command, after a run in which desk@v2 was compared with desk@v1."""
    command("run", "--prompt", "desk@v2", "--against", "desk@v1")
    return command


def document(path: str = "out/export.json") -> Any:
    return json.loads(Path(path).read_text(encoding="utf-8"))


def test_the_document_is_what_the_published_schema_says(compared: Command) -> None:
    published = compared("export", "--schema")
    assert published.exit_code == 0, published.output
    schema = json.loads(published.stdout)
    Draft202012Validator.check_schema(schema)
    compared("export", "--to", "out", "--events")
    found = document()
    assert list(Draft202012Validator(schema).iter_errors(found)) == []
    assert found["schema"] == 1
    for name, rows in found.items():
        known = schema["properties"][name]
        for row in [] if name == "schema" else rows if isinstance(rows, list) else [rows]:
            assert list(row) == known.get("items", known)["required"], name


def test_the_schema_refuses_what_is_no_export(command: Command) -> None:
    validator = Draft202012Validator(json.loads(command("export", "--schema").stdout))
    command("run")
    command("export", "--to", "out")
    good = document()
    assert validator.is_valid(good)
    for table, column, wrong in (("verdict", "outcome", "fine"), ("run", "seed", "one"), ("run", "id", None)):
        assert not validator.is_valid(good | {table: good[table] | {column: wrong}})
    assert not validator.is_valid(good | {"schema": 2})


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_the_same_run_gives_the_same_bytes(compared: Command, kind: str) -> None:
    for folder in ("one", "two"):
        assert compared("export", "--format", kind, "--events", "--to", folder).exit_code == 0
    one, two = ({path.name: path.read_bytes() for path in Path(folder).iterdir()} for folder in ("one", "two"))
    assert one == two
    assert one


def test_csv_has_a_file_for_every_table_that_any_reader_reads(compared: Command) -> None:
    result = compared("export", "--format", "csv", "--to", "out")
    assert result.stdout.split() == [str(Path("out", f"{name}.csv")) for name in TABLES]
    compared("export", "--to", "out")
    found = document()
    for name in TABLES:
        with Path("out", f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream, strict=True))
        plain = found[name] if isinstance(found[name], list) else [found[name]]
        assert rows == [{column: shown(cell) for column, cell in row.items()} for row in plain], name


def shown(cell: object) -> str:
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


def test_a_notebook_and_the_files_have_the_same_cells(compared: Command) -> None:
    compared("export", "--to", "out", "--events")
    run, found = harness.load(), document()
    for name in ("cases", "trials", "scores", "turns", "events", "comparison", "prompts"):
        frame = getattr(run, name)
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        assert rows == found[name], name


def test_parquet_keeps_the_kinds_of_columns(compared: Command) -> None:
    pytest.importorskip("pyarrow", reason="the extra [parquet] is not installed")
    result = compared("export", "--format", "parquet", "--to", "out")
    assert result.exit_code == 0, result.output
    turns = pd.read_parquet("out/turns.parquet", dtype_backend="numpy_nullable")
    expected = harness.load().turns
    assert turns["latency_ms"].dtype == expected["latency_ms"].dtype
    assert turns.astype(object).equals(expected.astype(object))


def test_parquet_without_its_package_says_what_to_install(compared: Command) -> None:
    done = subprocess.run([sys.executable, "-c", NO_PYARROW], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "pip install 'voipbin-harness[parquet]'" in done.stderr
    assert not Path("reports/exports").exists()


def test_events_are_there_when_they_are_asked_for_and_never_of_another_run(compared: Command) -> None:
    compared("export", "--format", "csv", "--events", "--to", "out")
    assert Path("out/events.csv").is_file()
    compared("export", "--format", "csv", "--to", "out")
    assert not Path("out/events.csv").exists()
    compared("export", "--to", "out")
    assert "events" not in document()


def test_a_redacted_copy_is_exported_without_what_was_masked(command: Command) -> None:
    suite = Path("suites/desk.suite.yaml")
    suite.write_text(suite.read_text().replace("Do you sell used books?", "Used books? My mail is ann@example.org."))
    command("run")
    assert command("report", "--redact").exit_code == 0
    command("export", "--to", "plain", "--events")
    result = command("export", "--to", "masked", "--events", "--reports", "reports/redacted")
    assert result.exit_code == 0, result.output
    plain, masked = (Path(folder, "export.json").read_text(encoding="utf-8") for folder in ("plain", "masked"))
    assert "ann@example.org" in plain
    assert "ann@example.org" not in masked
    assert document("masked/export.json")["run"]["redacted_of"] == document("plain/export.json")["run"]["id"]


def test_without_a_folder_it_goes_beside_the_runs(compared: Command) -> None:
    (run,) = Path("reports/runs").iterdir()
    result = compared("export", run.name[:-1])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(Path("reports", "exports", run.name, "export.json"))
    assert document(result.stdout.strip())["run"]["id"] == run.name


def test_a_run_of_no_calls_is_exported_too(compared: Command) -> None:
    for trials in Path("reports/runs").glob("*/trials/*.jsonl"):
        trials.unlink()
    compared("export", "--to", "out")
    found = document()
    assert (found["verdict"]["outcome"], found["cases"], found["turns"]) == ("inconclusive", [], [])
    assert Draft202012Validator(json.loads(compared("export", "--schema").stdout)).is_valid(found)


@pytest.mark.parametrize(
    ("args", "exit_code", "words"),
    [
        pytest.param(("nonsense",), 2, "unknown run", id="no such run"),
        pytest.param(("--to", "pyproject.toml"), 3, "choose another folder with --to", id="a file in the way"),
        pytest.param(("--format", "xlsx"), 2, "'json', 'csv', 'parquet'", id="no such format"),
    ],
)
def test_what_cannot_be_done_is_said(compared: Command, args: tuple[str, ...], exit_code: int, words: str) -> None:
    result = compared("export", *args)
    assert result.exit_code == exit_code
    assert words in result.stderr
    assert "HARNESS_TO" not in result.stderr
