"""The recordings of a report: as small files beside its pages, or within them."""

import base64
from pathlib import Path, PurePosixPath
from typing import Final, Protocol

from harness.audio.files import load_recording
from harness.audio.opus_files import MEDIA_TYPE, SUFFIX, opus_bytes
from harness.audio.recording import Recording
from harness.errors import HarnessError
from harness.model.run import TrialResult
from harness.report.callview import TrialAudio
from harness.report.numbers import count

_PAGE_TO_AUDIO = "../audio"
"""From a prompt's folder to the recordings; links are relative so that the pages can be moved or sent."""

MEGABYTE: Final = 1_000_000


class Recordings(Protocol):
    """Where the recordings of a report go."""

    def of(self, result: TrialResult) -> TrialAudio:
        """Put a trial's recording in its place and return how its page reaches it; called once a trial."""
        ...

    @property
    def left_out(self) -> str:
        """Return a sentence about recordings that found no room; empty while all did."""
        ...


class SideFiles:
    """Recordings as files in a folder beside the pages."""

    left_out = ""

    def __init__(self, run_folder: Path, *, pages: Path) -> None:
        self._run_folder = run_folder
        self._folder = pages / "audio"

    def of(self, result: TrialResult) -> TrialAudio:
        """Write a trial's recording."""
        found = _recording_of(result, self._run_folder)
        if isinstance(found, str):
            return TrialAudio(missing=found)
        name = f"{PurePosixPath(_path_of(result)).stem}{SUFFIX}"
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{name}.part")
        part.write_bytes(opus_bytes(found))
        part.replace(target)
        return TrialAudio(href=f"{_PAGE_TO_AUDIO}/{name}", recording=found)


class Embedded:
    """Recordings within the pages, up to a size: the failures and their baselines are asked for first."""

    def __init__(self, run_folder: Path, *, limit_bytes: int) -> None:
        self._run_folder = run_folder
        self._limit_bytes = limit_bytes
        self._taken_bytes = 0
        self._left_out = 0

    def of(self, result: TrialResult) -> TrialAudio:
        """Return a trial's recording as the text of its address."""
        found = _recording_of(result, self._run_folder)
        if isinstance(found, str):
            return TrialAudio(missing=found)
        sound = base64.b64encode(opus_bytes(found)).decode("ascii")
        if self._taken_bytes + len(sound) > self._limit_bytes:
            self._left_out += 1
            return TrialAudio(
                recording=found,
                missing=f"The recording is left out: the pages hold no more than {self._limit}. "
                f"It is in the run's folder: {_path_of(result)}",
            )
        self._taken_bytes += len(sound)
        return TrialAudio(href=f"data:{MEDIA_TYPE.replace(' ', '')};base64,{sound}", recording=found)

    @property
    def left_out(self) -> str:
        """Return how many recordings found no room."""
        if not self._left_out:
            return ""
        return (
            f"{count(self._left_out, 'recording')} left out: these pages hold no more than {self._limit} of sound, "
            "failed cases first. The others are in the run's folder."
        )

    @property
    def _limit(self) -> str:
        return f"{self._limit_bytes / MEGABYTE:g} MB"


def _recording_of(result: TrialResult, run_folder: Path) -> Recording | str:
    """Return a trial's recording, or why there is none."""
    if result.call is None:
        return ""
    if result.call.recording is None:
        return "This call has no recording: it was held as text."
    path = result.call.recording.path
    source = (run_folder / path).resolve()
    if not source.is_relative_to(run_folder.resolve()) or not source.is_file():
        return f"The recording {path} is no longer in the run's folder."
    try:
        return load_recording(source)
    except HarnessError as error:
        return f"The recording {path} cannot be read: {error}"


def _path_of(result: TrialResult) -> str:
    reference = result.call.recording if result.call else None
    return "" if reference is None else reference.path
