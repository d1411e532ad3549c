"""Words of a recording covered by a tone: nothing of them is left in either channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from harness.audio.clip import Clip
from harness.audio.recording import Lane, Recording

_TONE_HZ: Final = 1_000
_LEVEL: Final = 0.1
"""Peak of the tone: 20 dB below full scale, about as loud as speech."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Beep:
    """A part of a recording."""

    start_ms: int
    end_ms: int


def joined(beeps: Sequence[Beep]) -> tuple[Beep, ...]:
    """Return the parts in order, those that touch as one."""
    found: list[Beep] = []
    for beep in sorted(beeps):
        if found and beep.start_ms <= found[-1].end_ms:
            found[-1] = Beep(start_ms=found[-1].start_ms, end_ms=max(found[-1].end_ms, beep.end_ms))
        else:
            found.append(beep)
    return tuple(found)


def beeped(recording: Recording, beeps: Sequence[Beep]) -> Recording:
    """Return a recording with a tone of 1 kHz in place of its parts, in both channels: one echoes in the other."""
    tone = _LEVEL * np.sin(2 * np.pi * _TONE_HZ * np.arange(len(recording.caller.samples)) / recording.rate_hz)
    sound = Clip.of_floats(tone, recording.rate_hz).samples
    covered = np.zeros(len(sound), dtype=bool)
    for beep in beeps:
        first, last = (max(round(at * recording.rate_hz / 1000), 0) for at in (beep.start_ms, beep.end_ms))
        covered[first:last] = True
    lanes = (recording.lane(lane).samples for lane in Lane)
    return Recording(*(Clip(np.where(covered, sound, samples), recording.rate_hz) for samples in lanes))
