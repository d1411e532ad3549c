"""Recordings of a call: begun by a flow or a request, ended by time, a key, silence or the call (contract 3.3, 6.2)."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.files import wav_bytes
from harness.model.call import Event, EventKind, Role
from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.kernel.world import World
from harness.simulator.line.lines import Lines
from harness.telephone.clock import Due
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    lines: Lines
    start_ms: int
    end_ms: int


class Recordings:
    """Starts and stops recordings, and keeps where their sound is."""

    def __init__(self, world: World, *, on_ended: Callable[[Record], None]) -> None:
        """Begin without any; `on_ended` is told of every finished one."""
        self._world = world
        self._on_ended = on_ended
        self._running: dict[str, _Recorder] = {}
        self._spans: dict[str, _Span] = {}

    def start(self, leg: Leg, *, option: Mapping[str, Any], activeflow_id: str | None) -> Record:
        """Begin to record a call.

        Args:
            leg: The call.
            option: `format`, `duration` and `end_of_silence` in seconds, `end_of_key`, `on_end_flow_id`.
            activeflow_id: The flow that asked for it.

        Raises:
            ApiError: the call is being recorded already.
        """
        if leg.id in self._running:
            raise api_error(Reason.RECORDING_ALREADY_ACTIVE, f"the call {leg.id!r} is being recorded already")
        record = self._world.create(
            Kind.RECORDING,
            reference_id=leg.id,
            activeflow_id=activeflow_id,
            on_end_flow_id=option.get("on_end_flow_id") or None,
            status="recording",
            format=option.get("format") or "wav",
            tm_start=leg.studio.clock.now_ms(),
        )
        self._world.publish("recording_started", record)
        ids = [*leg.record["recording_ids"], record["id"]]
        self._world.change(leg.record, recording_id=record["id"], recording_ids=ids)
        self._running[leg.id] = _Recorder(leg, record, option=option, stop=partial(self.stop, leg))
        return record

    def stop(self, leg: Leg) -> None:
        """End a call's recording. Raises ApiError when there is none."""
        recorder = self._running.pop(leg.id, None)
        if recorder is None:
            raise api_error(Reason.RECORDING_NOT_ACTIVE, f"the call {leg.id!r} is not being recorded")
        recorder.close()
        now_ms = leg.studio.clock.now_ms()
        record = recorder.record
        self._spans[record["id"]] = _Span(lines=leg.lines, start_ms=record["tm_start"], end_ms=now_ms)
        self._world.change(leg.record, recording_id=None)
        self._world.change(record, event="recording_finished", status="ended", tm_end=now_ms)
        self._on_ended(record)

    def delete(self, record: Record) -> Record:
        """Delete a recording with its sound; one that runs ends first."""
        recorder = self._running.get(record["reference_id"])
        if recorder is not None and recorder.record is record:
            self.stop(recorder.leg)
        self._spans.pop(record["id"], None)
        return self._world.delete(record)

    def archive(self, id: str) -> bytes:
        """Return a finished recording as a zip of one file per direction; a call without sound gives silence.

        Raises:
            ApiError: there is no such recording, or it has not ended.
        """
        sides = self.sides(id)
        return _archive((sides["in"], sides["out"]), names=filenames(self._world.require(Kind.RECORDING, id)))

    def sides(self, id: str) -> Mapping[str, Clip]:
        """Return the sound of a finished recording by direction; raises as `archive`."""
        self._world.require(Kind.RECORDING, id)
        span = self._spans.get(id)
        if span is None:
            raise api_error(Reason.STATE_INVALID, f"the recording {id!r} has no file yet")
        recording = span.lines.window(span.start_ms, span.end_ms)
        if recording is None:
            length = (span.end_ms - span.start_ms) * TELEPHONE_HZ // 1000
            silence = Clip(np.zeros(length, dtype=np.int16), TELEPHONE_HZ)
            return {"in": silence, "out": silence}
        return {"in": recording.caller, "out": recording.agent}


def filenames(record: Record) -> tuple[str, str]:
    """Return the names of a recording's files, the far end's first."""
    stem = f"{record['reference_type']}_{record['reference_id']}_{record['id'][:8]}"
    return f"{stem}_in.wav", f"{stem}_out.wav"


def _archive(clips: tuple[Clip, Clip], *, names: tuple[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for clip, name in zip(clips, names, strict=True):
            # A fixed date: the same call gives the same bytes.
            entry = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            archive.writestr(entry, wav_bytes(clip), compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()


class _Recorder:
    def __init__(self, leg: Leg, record: Record, *, option: Mapping[str, Any], stop: Callable[[], None]) -> None:
        self.record = record
        self.leg = leg
        self._stop = stop
        self._key = str(option.get("end_of_key") or "")
        self._silence_ms = _milliseconds(option.get("end_of_silence"))
        self._due: Due | None = None
        self._limit: Due | None = None
        self._is_closed = False
        clock = leg.studio.clock
        if duration_ms := _milliseconds(option.get("duration")):
            self._limit = clock.after(duration_ms, self._end)
        if self._silence_ms:
            leg.studio.log.watch(self._notice)
            self._due = clock.after(self._silence_ms, self._end)
        self._undo = [leg.on_end(self._end), leg.add_keypad(self._pressed)]

    def close(self) -> None:
        self._is_closed = True
        for undo in self._undo:
            undo()
        for due in (self._due, self._limit):
            if due is not None:
                due.cancel()

    def _end(self) -> None:
        if not self._is_closed:
            self._stop()

    def _pressed(self, digit: Digit) -> None:
        if digit.digit in self._key:
            self._end()

    def _notice(self, event: Event) -> None:
        if self._is_closed or event.role is not Role.CALLER:
            return
        if event.kind is EventKind.SPEECH_STARTED and self._due is not None:
            self._due.cancel()
        elif event.kind is EventKind.SPEECH_STOPPED:
            self._due = self.leg.studio.clock.after(self._silence_ms, self._end)


def _milliseconds(seconds: object) -> int:
    return int(seconds * 1000) if isinstance(seconds, int | float) and seconds > 0 else 0
