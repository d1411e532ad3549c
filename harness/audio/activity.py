"""Where a clip has speech, by energy alone: for audio we synthesized ourselves, where noise is known or absent.

Foreign audio over a noisy line needs a trained detector, which is a service and not signal code.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import FULL_SCALE, Clip

NOMINAL_SPEECH_POWER = 10 ** (-26 / 10)
"""Active speech level of a telephone network (ITU-T P.56, -26 dB below overload)."""
_FRAME_MS = 10
_QUIETEST_DB = -60.0
"""Below this no telephone carries anything, however quiet the loudest part of the clip is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time in a clip, in milliseconds from its start."""

    start_ms: int
    end_ms: int

    @property
    def duration_ms(self) -> int:
        """Return the length."""
        return self.end_ms - self.start_ms


def speech_spans(
    clip: Clip, *, below_peak_db: float = 35.0, merge_gap_ms: int = 200, shortest_ms: int = 60
) -> tuple[Span, ...]:
    """Return the stretches of sound, in order.

    Args:
        clip: What to look at.
        below_peak_db: How far below the clip's loudest frame a frame may lie and still be speech.
        merge_gap_ms: Pauses up to this length belong to the speech around them.
        shortest_ms: Sounds shorter than this are clicks and dropped.
    """
    levels = _frame_levels_db(clip)
    if not len(levels):
        return ()
    loud = levels > max(_QUIETEST_DB, float(np.max(levels)) - below_peak_db)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False])).astype(np.int8)))
    merged: list[Span] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        span = Span(start_ms=start * _FRAME_MS, end_ms=min(end * _FRAME_MS, clip.duration_ms))
        if merged and span.start_ms - merged[-1].end_ms <= merge_gap_ms:
            span = Span(start_ms=merged.pop().start_ms, end_ms=span.end_ms)
        merged.append(span)
    return tuple(span for span in merged if span.duration_ms >= shortest_ms)


def speech_power(clip: Clip) -> float:
    """Return the mean power of the speech in a clip, pauses left out (full scale is 1); 0 without speech."""
    spoken = spoken_values(clip)
    return float(np.mean(np.square(spoken))) if len(spoken) else 0.0


def spoken_values(clip: Clip) -> NDArray[np.float64]:
    """Return the samples of the speech in a clip, from -1 to 1, pauses left out."""
    spans = speech_spans(clip)
    spoken = [clip.span(span.start_ms, span.end_ms).floats for span in spans]
    return np.concatenate(spoken).astype(np.float64) if spoken else np.zeros(0)


def trim_silence(clip: Clip, *, keep_ms: int = 60, below_peak_db: float = 45.0) -> Clip:
    """Return the clip without the silence before and after its sound, but for `keep_ms` of it; unchanged if silent."""
    spans = speech_spans(clip, below_peak_db=below_peak_db)
    return clip.span(spans[0].start_ms - keep_ms, spans[-1].end_ms + keep_ms) if spans else clip


def _frame_levels_db(clip: Clip) -> NDArray[np.float64]:
    """Return the level of each 10 ms frame in dB below full scale."""
    size = clip.rate_hz * _FRAME_MS // 1000
    padded = np.pad(clip.samples.astype(np.float64), (0, -len(clip.samples) % size))
    power = np.mean(np.square(padded.reshape(-1, size) / FULL_SCALE), axis=1)
    levels: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-12))
    return levels
