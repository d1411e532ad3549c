"""Two channels on one clock: caller left, agent right."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

import numpy as np

from harness.audio.clip import FULL_SCALE, Clip, Samples
from harness.audio.codec import TELEPHONE_HZ

_SAMPLES_PER_MS = TELEPHONE_HZ // 1000


class Lane(StrEnum):
    """The channels of a recording, named like the sides of a call."""

    CALLER = "caller"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Recording:
    """What was on the line: both clips start at 0 ms of the call and have one rate and one length."""

    caller: Clip
    agent: Clip

    @property
    def rate_hz(self) -> int:
        """Return the rate of both channels."""
        return self.caller.rate_hz

    @property
    def duration_ms(self) -> int:
        """Return the length of both channels."""
        return self.caller.duration_ms

    @property
    def interleaved(self) -> Samples:
        """Return both channels as one array of shape (n, 2), caller first."""
        return np.stack((self.caller.samples, self.agent.samples), axis=1)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the interleaved little-endian samples, whatever file they are kept in."""
        return hashlib.sha256(self.interleaved.astype("<i2").tobytes()).hexdigest()

    def lane(self, lane: Lane) -> Clip:
        """Return one channel."""
        return self.caller if lane is Lane.CALLER else self.agent


@dataclass(slots=True)
class Tape:
    """Lays clips on the two lanes of a call; 8 kHz, so that a millisecond is exactly eight samples.

    What is laid at `t` is found unchanged at `t` in the finished recording.
    """

    _laid: dict[Lane, list[tuple[int, Clip]]] = field(default_factory=lambda: {lane: [] for lane in Lane})
    """(start in ms, clip) per lane, in order of time and without overlap."""

    def lay(self, lane: Lane, clip: Clip, *, at_ms: int) -> None:
        """Put a clip of 8 kHz and whole milliseconds on a lane, after everything that lies there already."""
        assert clip.rate_hz == TELEPHONE_HZ, f"a tape takes {TELEPHONE_HZ} Hz, not {clip.rate_hz}"
        assert len(clip.samples) % _SAMPLES_PER_MS == 0, "a tape takes whole milliseconds"
        assert at_ms >= self.end_ms(lane), f"{lane} would speak over itself at {at_ms} ms"
        self._laid[lane].append((at_ms, clip))

    def cut(self, lane: Lane, *, at_ms: int) -> None:
        """Silence a lane from a moment on; what was to come later is dropped."""
        self._laid[lane] = [(start, clip.span(0, at_ms - start)) for start, clip in self._laid[lane] if start < at_ms]

    def end_ms(self, lane: Lane) -> int:
        """Return when the last sound of a lane ends; 0 for an empty lane."""
        if not self._laid[lane]:
            return 0
        start, clip = self._laid[lane][-1]
        return start + clip.duration_ms

    def recording(self, *, duration_ms: int) -> Recording:
        """Return the first `duration_ms` of the call, silence where nothing was laid."""
        return self.window(0, duration_ms)

    def window(self, start_ms: int, end_ms: int) -> Recording:
        """Return the part of the call between two moments, silence where nothing was laid."""
        return Recording(*(self._mix(lane, start_ms, end_ms) for lane in Lane))

    def _mix(self, lane: Lane, start_ms: int, end_ms: int) -> Clip:
        samples = np.zeros((end_ms - start_ms) * _SAMPLES_PER_MS, dtype=np.int16)
        # What was laid last lies last, so a window near the end looks at few clips.
        for at_ms, clip in reversed(self._laid[lane]):
            if at_ms + clip.duration_ms <= start_ms:
                break
            if at_ms < end_ms:
                skipped = max(start_ms - at_ms, 0) * _SAMPLES_PER_MS
                sounding = clip.samples[skipped:]
                room = samples[max(at_ms - start_ms, 0) * _SAMPLES_PER_MS :][: len(sounding)]
                room[:] = sounding[: len(room)]
        return Clip(samples, TELEPHONE_HZ)


def mixed(first: Recording, second: Recording) -> Recording:
    """Return two recordings of one rate and length sounding at once."""
    return Recording(*(_sum(first.lane(lane), second.lane(lane)) for lane in Lane))


def _sum(first: Clip, second: Clip) -> Clip:
    samples = first.samples.astype(np.int32) + second.samples
    return Clip(np.clip(samples, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), first.rate_hz)


def peaks(clip: Clip, n: int) -> tuple[float, ...]:
    """Return the largest magnitude in each of `n` equal parts of a clip, 0 to 1, for drawing a waveform."""
    edges = np.linspace(0, len(clip.samples), n + 1).astype(int).tolist()
    magnitude = np.abs(clip.samples.astype(np.int32))
    parts = (magnitude[start:end] for start, end in pairwise(edges))
    return tuple(float(part.max()) / FULL_SCALE if len(part) else 0.0 for part in parts)
