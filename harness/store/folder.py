"""One folder per run, `<runs>/<id>/`, complete after every trial however the session ends.

    run.json               what was set out to do, written before the first call
    trials/<worker>.jsonl  one finished trial a line, synced at once
    audio/<name>.flac      one recording a trial
    verdict.json, junit.xml
    record.json            a few numbers of each arm, for the trends of later runs
    stopped.txt            why no further call is placed, if so

Each worker process of a session appends to a file of its own, so that none waits for another.
"""

import os
import random
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from harness.audio.files import save_recording
from harness.audio.recording import Recording
from harness.errors import StoreError
from harness.model.call import ClipRef
from harness.model.run import Run, Trial, TrialResult
from harness.model.slug import slug
from harness.model.stop import Stop
from harness.model.suite import Planned
from harness.store.codec import encode, encode_trial
from harness.store.files import append_line, store_errors, write_atomically
from harness.store.header import RunHeader
from harness.store.reading import HEADER, STOPPED, read_header, read_stop, read_trials

AUDIO = "audio"
MAIN = "main"
"""Name of the worker of a session that runs in one process."""


class RunFolder:
    """Keeps one run in a folder; an implementation of `RunStore`, and of `StopSign` for all workers of the run."""

    def __init__(self, path: Path, *, header: RunHeader, worker: str = MAIN) -> None:
        """Take the folder of a run that was created; `create_run` and `open_run` make one."""
        self.path = path
        self.header = header
        self._trials = path / "trials" / f"{slug(worker)}.jsonl"

    def append(self, result: TrialResult) -> None:
        """Keep a finished trial for good. Raises StoreError."""
        append_line(self._trials, encode_trial(result))

    def save_recording(self, trial: Trial, recording: Recording) -> ClipRef:
        """Keep a trial's audio and return where. Raises StoreError."""
        path = self.path / AUDIO / f"{slug(trial.id)}.flac"
        with store_errors(path, "write"):
            path.parent.mkdir(parents=True, exist_ok=True)
        save_recording(recording, path)
        return ClipRef(
            path=path.relative_to(self.path).as_posix(),
            duration_ms=recording.duration_ms,
            sample_rate_hz=recording.rate_hz,
            channels=2,
            sha256=recording.digest,
        )

    def describe(self, header: RunHeader) -> None:
        """Say what the run is, where that is known only after its trials. Raises StoreError."""
        path = self.path / HEADER
        write_atomically(path, encode(header, as_type=RunHeader, path=str(path)) + "\n")

    def finished(self) -> Mapping[str, TrialResult]:
        """Return the trials kept so far by id, by any worker."""
        return {result.trial.id: result for result in read_trials(self.path).results}

    def stop(self, stop: Stop) -> None:
        """Let no worker of the run place a further call. Raises StoreError."""
        write_atomically(self.path / STOPPED, f"{stop.kind}: {stop.reason}\n")

    def stopped(self) -> Stop | None:
        """Return why no further call may be placed; None while it may. Raises StoreError."""
        return read_stop(self.path)

    def go_on(self) -> None:
        """Take down the stop sign of an earlier session. Raises StoreError."""
        path = self.path / STOPPED
        with store_errors(path, "delete"):
            path.unlink(missing_ok=True)


def create_run(runs: Path, header: Run, planned: Sequence[Planned], *, worker: str = MAIN) -> RunFolder:
    """Make the folder of a run that is about to start.

    Workers of one session may all call this with the same plan: the first makes the folder, the others join it.

    Args:
        runs: Folder of all runs.
        header: The run; its results and number of planned trials are not looked at.
        planned: The (case, arm) pairs that will be tried, in order.
        worker: Name of this process within the session.

    Raises:
        StoreError: the folder cannot be written, or holds another run of that id.
    """
    folder = runs / header.id
    mine = RunHeader.of(header, tuple(planned))
    path = folder / HEADER
    if path.is_file():
        if read_header(folder) != mine:
            raise StoreError("holds another run of the same id. Use a new id, or resume it", path=str(folder))
    else:
        write_atomically(path, encode(mine, as_type=RunHeader, path=str(path)) + "\n")
    return RunFolder(folder, header=mine, worker=worker)


def copy_run(source: Path, header: RunHeader) -> RunFolder:
    """Make a run of another one's calls: its header, and the recordings of the other, but no trial yet.

    Args:
        source: The other run's folder; nothing in it changes.
        header: Of the new run, whose folder stands beside the other's.

    Raises:
        StoreError: the folder cannot be written, or is there already.
    """
    folder = source.parent / header.run.id
    if folder.exists():
        raise StoreError("holds another run of the same id. Use a new id", path=str(folder))
    write_atomically(folder / HEADER, encode(header, as_type=RunHeader, path=str(folder / HEADER)) + "\n")
    with store_errors(folder, "write"):
        if (source / AUDIO).is_dir():
            shutil.copytree(source / AUDIO, folder / AUDIO, copy_function=_link)
    return RunFolder(folder, header=header)


def replace_copy(runs: Path, header: RunHeader) -> RunFolder:
    """Make the folder of a changed copy of a run, in place of an earlier copy; it is a run once `describe` was called.

    Raises:
        StoreError: the folder cannot be written.
    """
    folder = runs / header.run.id
    with store_errors(folder, "write"):
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    return RunFolder(folder, header=header)


def _link(source: str, target: str) -> None:
    """Let two runs share a recording, where the file system can do that: none is ever written twice."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def open_run(runs: Path, run_id: str, *, worker: str = MAIN) -> RunFolder:
    """Open a run made before, to go on with it.

    Raises:
        StoreError: there is no run of that id, or its header cannot be read.
    """
    folder = runs / run_id
    return RunFolder(folder, header=read_header(folder), worker=worker)


def new_run_id(started: datetime, *, dice: random.Random) -> str:
    """Return `YYYYMMDD-HHMMSS-xxxx`: ids sort by start time, and two runs of one second differ."""
    return f"{started:%Y%m%d-%H%M%S}-{dice.randrange(16**4):04x}"
