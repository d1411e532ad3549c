"""Which stored runs a report is shown beside, and what of them can be read."""

from dataclasses import replace
from pathlib import Path

from harness.report.history import record_of
from harness.report.versions import prompt_versions
from harness.runs.history import MOST_RUNS, earlier_runs
from harness.store.folder import create_run
from harness.store.records import RECORD, write_record
from tests.report.small_runs import decided, small_run


def stored(runs: Path, *, day: int, recorded: bool = True) -> str:
    run = small_run("PPP", "PPF", version="v1", day=day, latency_ms=(500, 700))
    folder = create_run(runs, run, ()).path
    if recorded:
        write_record(record_of(run, decided(run), prompt_versions(run)), folder)
    return run.id


def test_the_runs_before_are_read_the_oldest_first_and_later_ones_are_not(tmp_path: Path) -> None:
    ids = [stored(tmp_path, day=day) for day in (3, 1, 2, 5)]
    history = earlier_runs(tmp_path, run_id="20250604-000000-0000")
    assert [record.id for record in history.records] == sorted(ids)[:3]
    assert history.notes == ()
    (arm,) = history.records[0].arms
    assert (arm.label, arm.trials, arm.answers, arm.rate.cases) == ("receptionist@v1", (3, 3), 12, 2)


def test_a_run_that_cannot_be_read_is_left_out_with_a_note(tmp_path: Path) -> None:
    broken, missing = stored(tmp_path, day=1), stored(tmp_path, day=2, recorded=False)
    kept = stored(tmp_path, day=3)
    (tmp_path / broken / RECORD).write_text('{"schema": 99}', encoding="utf-8")
    history = earlier_runs(tmp_path, run_id="9")
    assert [record.id for record in history.records] == [kept]
    assert missing not in history.notes[0]
    assert history.notes[0].startswith(f"{broken} is left out: its record.json cannot be read.")
    assert history.notes[1].startswith("1 earlier run left out: not finished, or kept before there were trends.")
    assert str(tmp_path) not in "".join(history.notes)


def test_only_the_latest_runs_are_read(tmp_path: Path) -> None:
    for day in range(1, 29):
        stored(tmp_path, day=day)
    for number in range(5):
        create_run(tmp_path, replace(small_run("P"), id=f"2024010{number}-000000-0000"), ())
    history = earlier_runs(tmp_path, run_id="9")
    assert len(history.records) == 28
    assert history.notes == (
        f"{MOST_RUNS - 28} earlier runs left out: not finished, or kept before there were trends. "
        "`harness report RUN` adds one",
    )


def test_without_runs_there_is_no_history(tmp_path: Path) -> None:
    history = earlier_runs(tmp_path / "none", run_id="9")
    assert (history.records, history.notes) == ((), ())
