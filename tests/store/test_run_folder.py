import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.audio.files import load_recording
from harness.audio.recording import Recording
from harness.errors import ConfigurationError, StoreError, UnknownNameError
from harness.interfaces import RunStore, StopSign
from harness.model.call import Tier
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import Run, Trial, TrialResult
from harness.model.snapshots import Provenance
from harness.model.stop import Stop, StopKind
from harness.model.suite import Planned
from harness.model.validity import VALID, InvalidKind, Validity
from harness.store.codec import SCHEMA
from harness.store.folder import RunFolder, create_run, new_run_id, open_run
from harness.store.reading import find_run, load_run, read_header, read_trials
from harness.testing.builders import make_arm, make_case, make_result

PLANNED = (
    Planned(suite="desk", case=make_case(id="late", pass_rule=PassRule(required=2, of=3)), arm=make_arm()),
    Planned(suite="desk", case=make_case(id="early"), arm=make_arm()),
)


def header(run_id: str = "20250601-120000-ab12") -> Run:
    provenance = Provenance(harness_version="0", transport="simulated", tier=Tier.AUDIO, latency="modelled", seed=1)
    return Run(id=run_id, started_at="2025-06-01T12:00:00Z", provenance=provenance)


def all_passed(rule: PassRule, trials: Sequence[TrialResult]) -> Outcome:
    passed = sum(trial.outcome is Outcome.PASSED for trial in trials)
    return Outcome.PASSED if passed >= rule.required else Outcome.INCONCLUSIVE


def result(planned: Planned, attempt: int = 1, outcome: Outcome = Outcome.PASSED) -> TrialResult:
    return make_result(outcome, planned=planned, attempt=attempt)


def recording() -> Recording:
    tone = (np.sin(np.arange(8000) / 5) * 9000).astype(np.int16)
    return Recording(Clip(tone, 8000), Clip(np.zeros(8000, dtype=np.int16), 8000))


def test_the_folder_is_a_run_store(tmp_path: Path) -> None:
    store: RunStore = create_run(tmp_path, header(), PLANNED)
    assert store.finished() == {}


def test_what_was_appended_is_there_for_whoever_opens_the_run(tmp_path: Path) -> None:
    create_run(tmp_path, header(), PLANNED).append(result(PLANNED[0]))
    again = open_run(tmp_path, header().id, worker="gw1")
    again.append(result(PLANNED[1]))
    assert set(again.finished()) == {f"{each.id}#1" for each in PLANNED}
    assert again.header.trial_ids() == (*(f"{PLANNED[0].id}#{n}" for n in (1, 2, 3)), f"{PLANNED[1].id}#1")


def test_workers_of_one_session_join_the_same_run(tmp_path: Path) -> None:
    folders = [create_run(tmp_path, header(), PLANNED, worker=worker) for worker in ("gw0", "gw1")]
    for folder, planned in zip(folders, PLANNED, strict=True):
        folder.append(result(planned))
    assert len(folders[0].finished()) == 2
    assert sorted(path.name for path in (folders[0].path / "trials").iterdir()) == ["gw0.jsonl", "gw1.jsonl"]


def test_another_plan_under_a_taken_id_is_refused(tmp_path: Path) -> None:
    create_run(tmp_path, header(), PLANNED)
    with pytest.raises(StoreError, match="another run of the same id"):
        create_run(tmp_path, header(), PLANNED[:1])


def test_a_folder_that_cannot_be_written_names_cause_and_fix(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="--reports") as caught:
        create_run(tmp_path / "runs", header(), PLANNED)
    assert "run.json" in caught.value.path


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_names_cause_and_fix(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match=r"Permission denied.*--reports"):
        create_run(tmp_path, header(), PLANNED)


def test_a_half_written_line_is_left_out_with_a_note_and_the_next_one_is_whole(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    folder.append(result(PLANNED[0]))
    with (folder.path / "trials" / "main.jsonl").open("a") as stream:
        stream.write('{"schema": 1, "value": {"tri')
    folder.append(result(PLANNED[1]))
    stored = read_trials(folder.path)
    assert len(stored.results) == 2
    assert "main.jsonl:2" in stored.notes[0]


def test_a_line_of_another_schema_is_an_error_not_a_gap(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    folder.append(result(PLANNED[0]))
    path = folder.path / "trials" / "main.jsonl"
    path.write_text(path.read_text().replace(f'"schema": {SCHEMA}', '"schema": 99'))
    with pytest.raises(StoreError, match="newer harness"):
        folder.finished()


def test_a_killed_process_leaves_a_readable_run(tmp_path: Path) -> None:
    child = """
import itertools, sys
from pathlib import Path
from harness.store.folder import open_run
from harness.model.case import PassRule
from harness.model.suite import Planned
from harness.model.validity import VALID, InvalidKind, Validity
from harness.testing.builders import make_arm, make_case, make_result
planned = Planned(suite="desk", case=make_case(id="late", pass_rule=PassRule(required=2, of=3)), arm=make_arm())
folder = open_run(Path(sys.argv[1]), sys.argv[2])
for attempt in itertools.count(1):
    folder.append(make_result(planned=planned, attempt=attempt))
    print(attempt, flush=True)
"""
    create_run(tmp_path, header(), PLANNED)
    with subprocess.Popen(
        [sys.executable, "-c", child, str(tmp_path), header().id], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        acknowledged = 0
        while acknowledged < 5:
            acknowledged = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *(int(line) for line in process.stdout if line.endswith("\n"))])
    finished = open_run(tmp_path, header().id).finished()
    assert {f"{PLANNED[0].id}#{attempt}" for attempt in range(1, acknowledged + 1)} <= set(finished)


def test_a_recording_is_kept_as_two_channels_with_the_digest_of_its_samples(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    trial = Trial.of(PLANNED[0], attempt=1, run_seed=1)
    reference = folder.save_recording(trial, recording())
    assert (reference.channels, reference.sample_rate_hz, reference.duration_ms) == (2, 8000, 1000)
    assert reference.path.startswith("audio/")
    assert reference.path.endswith(".flac")
    back = load_recording(folder.path / reference.path)
    assert back.digest == reference.sha256 == recording().digest


def test_loading_folds_cases_in_the_order_of_the_plan_and_counts_what_is_missing(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    folder.append(result(PLANNED[1]))
    for attempt in (2, 1):
        folder.append(result(PLANNED[0], attempt))
    run = load_run(folder.path, fold=all_passed)
    assert [case.case for case in run.results] == ["late", "early"]
    assert [trial.trial.attempt for trial in run.results[0].trials] == [1, 2]
    assert run.results[0].pass_rule == PassRule(required=2, of=3)
    assert run.results[0].outcome is Outcome.PASSED
    assert run.planned == 4


def test_a_run_without_any_result_loads_empty(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    assert load_run(folder.path, fold=all_passed).results == ()


def test_of_a_trial_kept_twice_the_later_counts(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    folder.append(result(PLANNED[1], outcome=Outcome.ERROR))
    folder.append(result(PLANNED[1]))
    assert folder.finished()[f"{PLANNED[1].id}#1"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("ref", "found"),
    [
        pytest.param("20250601-120000-ab12", "20250601-120000-ab12", id="whole id"),
        pytest.param("20250602", "20250602-080000-0001", id="unique start"),
        pytest.param("latest", "20250602-080000-0001", id="latest"),
    ],
)
def test_a_run_is_found_by(tmp_path: Path, ref: str, found: str) -> None:
    for run_id in ("20250601-120000-ab12", "20250601-130000-cd34", "20250602-080000-0001"):
        create_run(tmp_path, header(run_id), PLANNED)
    assert find_run(tmp_path, ref) == tmp_path / found


def test_an_ambiguous_start_names_the_runs_that_fit(tmp_path: Path) -> None:
    for run_id in ("20250601-120000-ab12", "20250601-130000-cd34"):
        create_run(tmp_path, header(run_id), PLANNED)
    with pytest.raises(ConfigurationError, match=r"2 runs.*cd34"):
        find_run(tmp_path, "20250601")


@pytest.mark.parametrize("ref", ["latest", "yesterday", ""])
def test_an_unknown_run_is_an_error_even_when_there_is_no_folder(tmp_path: Path, ref: str) -> None:
    with pytest.raises(UnknownNameError):
        find_run(tmp_path / "nowhere", ref)


def test_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no run\.json"):
        read_header(tmp_path)


def test_a_broken_header_says_where(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    (folder.path / "run.json").write_text(json.dumps({"schema": 1, "value": {}}))
    with pytest.raises(StoreError, match=r"run\.json"):
        RunFolder(folder.path, header=read_header(folder.path))


def test_ids_sort_by_start_time() -> None:
    dice = random.Random(1)
    early = new_run_id(datetime(2025, 6, 1, 9, 5, 7, tzinfo=UTC), dice=dice)
    late = new_run_id(datetime(2025, 6, 1, 10, 0, 0, tzinfo=UTC), dice=dice)
    assert early < late
    assert early.startswith("20250601-090507-")
    assert len(early) == len(late) == 20


def test_the_last_call_of_an_attempt_counts_and_the_ones_before_are_discarded(tmp_path: Path) -> None:
    folder = create_run(tmp_path, header(), PLANNED)
    spoiled = Validity(valid=False, kind=InvalidKind.AUDIO, reason="mumbled")
    for repeat, validity in ((1, VALID), (0, spoiled)):
        trial = Trial.of(PLANNED[1], attempt=1, repeat=repeat, run_seed=1)
        folder.append(replace(result(PLANNED[1]), trial=trial, validity=validity))
    (case,) = load_run(folder.path, fold=all_passed).results
    assert [call.trial.repeat for call in case.trials] == [1]
    assert [(call.trial.repeat, call.validity) for call in case.discarded] == [(0, spoiled)]


TOO_MANY = Stop(kind=StopKind.SPOILED, reason="stopped: too many")


def test_a_stop_sign_is_seen_by_every_worker_and_kept_with_the_run_until_it_goes_on(tmp_path: Path) -> None:
    create_run(tmp_path, header(), PLANNED, worker="gw0").stop(TOO_MANY)
    other: StopSign = open_run(tmp_path, header().id, worker="gw1")
    assert other.stopped() == TOO_MANY
    assert load_run(tmp_path / header().id, fold=all_passed).stop == TOO_MANY
    open_run(tmp_path, header().id).go_on()
    assert other.stopped() is None
