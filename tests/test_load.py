"""`harness.load`: a stored run in a notebook."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness.errors import StoreError, UnknownNameError
from harness.model.outcome import Outcome
from tests.cli.conftest import Command
from tests.cli.conftest import command as command


def test_the_public_names_are_these() -> None:
    assert harness.__all__ == ["LoadedRun", "load"]
    assert all(getattr(harness, name).__doc__ for name in harness.__all__)


def test_any_other_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'laod'"):
        harness.laod  # type: ignore[attr-defined]  # noqa: B018


def test_the_latest_run_is_there_with_its_tables(command: Command) -> None:
    command("run")
    run = harness.load()
    assert run.decision.outcome is Outcome.PASSED
    assert run.cases["outcome"].tolist() == ["passed", "passed"]
    assert run.trials["trial"].tolist() == [call.trial.id for call in run.run.calls]
    assert set(run.turns["trial"]) == set(run.trials["trial"])
    assert run.turns.groupby("trial").size().tolist() == run.trials.set_index("trial").turns.sort_index().tolist()
    assert run.scores["name"].isin(["says"]).any()
    assert (run.events["kind"] == "speech_started").any()
    assert run.comparison.empty
    assert run.prompts["prompt"].tolist() == ["desk@v1"]
    assert run.cases is run.cases, "a frame is made once"


def test_a_comparison_is_a_row_for_each_arm_and_metric(command: Command) -> None:
    command("run", "--prompt", "desk@v2", "--against", "desk@v1")
    run = harness.load()
    (row,) = run.comparison.to_dict("records")
    assert (row["candidate"], row["baseline"], row["metric"]) == ("desk@v2", "desk@v1", "pass_rate")
    assert run.decision.judgement is not None
    assert row["standing"] == run.decision.judgement.standing.value
    assert row["baseline_value"] == pytest.approx(1.0)


def test_a_run_is_named_and_looked_for_in_a_folder(command: Command, tmp_path: Path) -> None:
    command("run", "--reports", "elsewhere")
    with pytest.raises(UnknownNameError):
        harness.load()
    named = harness.load(reports="elsewhere").run.id
    assert harness.load(named, reports=tmp_path / "elsewhere").run.id == named
    assert named in repr(harness.load(named[:-1], reports="elsewhere"))


def test_a_run_of_no_calls_has_tables_with_all_their_columns(command: Command) -> None:
    command("run")
    for trials in Path("reports/runs").glob("*/trials/*.jsonl"):
        trials.unlink()
    run = harness.load()
    assert run.decision.outcome is Outcome.INCONCLUSIVE
    assert run.trials.empty
    assert str(run.trials["duration_ms"].dtype) == "Int64"
    assert run.turns.empty


def test_a_run_that_cannot_be_read_says_so(command: Command) -> None:
    command("run")
    next(Path("reports/runs").glob("*/run.json")).write_text("{}")
    with pytest.raises(StoreError, match="schema"):
        harness.load()


def test_importing_the_harness_loads_none_of_it() -> None:
    code = "import sys, harness; sys.exit(any(name.startswith('harness.') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_example_of_the_docs_runs(command: Command) -> None:
    command("run", "--prompt", "desk@v2", "--against", "desk@v1")
    page = (Path(__file__).parent.parent / "docs" / "exports.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, flags=re.S)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "desk@v2" in done.stdout
