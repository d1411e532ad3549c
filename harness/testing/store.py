"""A run store without a disk."""

from collections.abc import Mapping

from harness.audio.recording import Recording
from harness.errors import StoreError
from harness.model.call import ClipRef
from harness.model.run import Trial, TrialResult
from harness.model.stop import Stop


class MemoryStore:
    """Keeps results and recordings as long as it lives; a `full` one refuses results."""

    def __init__(self, *kept: TrialResult, full: bool = False) -> None:
        """Take what an earlier session of the run has finished."""
        self.results = {result.trial.id: result for result in kept}
        self.recordings: dict[str, Recording] = {}
        self._full = full
        self._stopped: Stop | None = None

    def append(self, result: TrialResult) -> None:
        """Keep a finished trial, or raise StoreError when full."""
        if self._full:
            raise StoreError("cannot write: No space left on device", path="trials.jsonl")
        self.results[result.trial.id] = result

    def save_recording(self, trial: Trial, recording: Recording) -> ClipRef:
        """Keep a trial's audio."""
        self.recordings[trial.id] = recording
        return ClipRef(
            path=f"audio/{trial.id}.flac",
            duration_ms=recording.caller.duration_ms,
            sample_rate_hz=recording.caller.rate_hz,
            channels=2,
            sha256=recording.caller.digest,
        )

    def finished(self) -> Mapping[str, TrialResult]:
        """Return the trials kept so far by id."""
        return dict(self.results)

    def stop(self, stop: Stop) -> None:
        """Refuse further calls."""
        self._stopped = stop

    def stopped(self) -> Stop | None:
        """Return why no further call is placed."""
        return self._stopped
