"""Who listens back to a finished call, judges and scores it, and keeps the result."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from harness.audio.recording import Recording
from harness.model.call import ClipRef, Transcript, Turn
from harness.model.rubric import Criterion
from harness.model.run import Trial, TrialResult
from harness.model.score import Evidence, Scored
from harness.model.stop import Stop


class Listener(Protocol):
    """Our own reference recogniser, listening to a finished recording."""

    @property
    def name(self) -> str:
        """Return the recogniser's name for provenance."""
        ...

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        """Return the turns with `said` filled in from the audio of each."""
        ...


class Judge(Protocol):
    """Answers the criteria of a rubric about one call."""

    @property
    def fingerprint(self) -> str:
        """Return a hash over everything that shapes a verdict: template, schema, model, parameters."""
        ...

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Return one Score or Unscored per criterion, named `rubric.<id>`, in the criteria's order.

        A criterion with a `turn` gets an answer with that turn. A judge that sees an attempt to influence it adds a
        Score `tampering_suspected`. Raises ServiceError.
        """
        ...


class Scorer(Protocol):
    """Asks one question about a finished call."""

    @property
    def name(self) -> str:
        """Return the scorer's name, the first part of its scores' names."""
        ...

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Answer, or say why not with Unscored."""
        ...


class RunStore(Protocol):
    """Keeps one run. Whatever has returned is on the disk."""

    def append(self, result: TrialResult) -> None:
        """Keep a finished trial for good. Raises StoreError."""
        ...

    def save_recording(self, trial: Trial, recording: Recording) -> ClipRef:
        """Keep a trial's audio and return where. Raises StoreError."""
        ...

    def finished(self) -> Mapping[str, TrialResult]:
        """Return the trials kept so far by id, for resuming and reporting."""
        ...


class StopSign(Protocol):
    """Shared by all workers of one run: once it is up, nobody places a further call."""

    def stop(self, stop: Stop) -> None:
        """Put it up. Raises StoreError."""
        ...

    def stopped(self) -> Stop | None:
        """Return why it is up; None while calls may be placed. Asked before every call. Raises StoreError."""
        ...
