"""Transcriptions of calls and recordings, as flows and requests start and stop them (contract section 6.1)."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.interfaces import EarsFactory, Utterance
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.recordings import Recordings
from harness.simulator.calls.transcribing import Transcription
from harness.simulator.kernel.world import World
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How something is to be transcribed."""

    language: str = ""
    """BCP-47; empty for en-US."""
    direction: str = ""
    """`in`, `out`, or both when empty."""
    provider: str = ""
    on_end_flow_id: str | None = None


_SIDES = {"both": ("in", "out"), "in": ("in",), "out": ("out",)}


class Transcribes:
    """Starts transcriptions and keeps those that run."""

    def __init__(
        self, *, world: World, ears: EarsFactory, recordings: Recordings, on_done: Callable[[Record], None]
    ) -> None:
        """Take the recogniser; `on_done` is told of every transcription that is over."""
        self._world = world
        self._ears = ears
        self._recordings = recordings
        self._on_done = on_done
        self._running: dict[str, Transcription] = {}

    def begin(self, leg: Leg, terms: Terms, *, activeflow_id: str | None) -> Record:
        """Transcribe a call from now on.

        Raises:
            ApiError: 400 for a direction there is not.
        """
        _check(terms)
        record = self._record("call", leg.id, terms, activeflow_id=activeflow_id)
        self._running[record["id"]] = Transcription(leg=leg, record=record, ears=self._ears, on_done=self._done)
        return record

    async def of_recording(self, recording_id: str, terms: Terms, *, activeflow_id: str | None) -> Record:
        """Transcribe a finished recording, at once.

        Raises:
            ApiError: there is no such recording, or it has not ended.
            ServiceError: the recogniser failed.
        """
        sides = self._recordings.sides(recording_id)
        _check(terms)
        ears = self._ears(terms.language or "en-US")
        heards = {
            side: await ears.hear(Utterance(text="", duration_ms=sides[side].duration_ms, clip=sides[side]))
            for side in _SIDES[terms.direction or "both"]
        }
        record = self._record("recording", recording_id, terms, activeflow_id=activeflow_id)
        for side, heard in heards.items():
            if heard.text.strip():
                self._world.create(
                    Kind.TRANSCRIPT,
                    event="transcript_created",
                    event_activeflow=activeflow_id,
                    transcribe_id=record["id"],
                    direction=side,
                    message=heard.text.strip(),
                    tm_transcript=heard.words[-1].end_ms if heard.words else 0,
                )
        self._world.change(record, event="transcribe_done", status="done")
        self._done(record)
        return record

    def stop(self, id: str) -> Record:
        """End a transcription; one that is over stays as it is. Raises ApiError when there is none."""
        record = self._world.require(Kind.TRANSCRIBE, id)
        running = self._running.get(id)
        if running is not None:
            running.stop()
        return record

    def _record(self, reference_type: str, reference_id: str, terms: Terms, *, activeflow_id: str | None) -> Record:
        record = self._world.create(
            Kind.TRANSCRIBE,
            event="transcribe_created",
            reference_type=reference_type,
            reference_id=reference_id,
            language=terms.language or "en-US",
            direction=terms.direction or "both",
            provider=terms.provider,
            on_end_flow_id=terms.on_end_flow_id,
            activeflow_id=activeflow_id,
            status="progressing",
        )
        self._world.publish("transcribe_progressing", record)
        return record

    def _done(self, record: Record) -> None:
        self._running.pop(record["id"], None)
        self._on_done(record)


def _check(terms: Terms) -> None:
    if (terms.direction or "both") not in _SIDES:
        raise api_error(Reason.INVALID_ARGUMENT, f"direction must be one of {', '.join(_SIDES)}")
