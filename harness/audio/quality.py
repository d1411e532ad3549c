"""What can be measured of one channel's sound: faults of the line and of the voice, by arithmetic alone.

Plain functions on samples at 8 kHz; where speech is, the caller of these functions says. None stands for what cannot
be measured on what was given. Echo and loudness have files of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import Span
from harness.audio.clip import FULL_SCALE, Samples
from harness.audio.codec import FRAME_MS, TELEPHONE_HZ

Mask: TypeAlias = NDArray[np.bool_]
Powers: TypeAlias = NDArray[np.float64]

PER_MS: Final = TELEPHONE_HZ // 1000
LOUDEST: Final = 32124
"""The loudest sample a µ-law line can carry (ITU-T G.711); A-law and linear sound reach a little further."""
DROPOUT_MS: Final = FRAME_MS
"""One lost packet."""
_FRAME: Final = FRAME_MS * PER_MS
_EDGE: Final = 5 * PER_MS
"""How much sound on either side tells a hole from a pause."""
_EDGE_DB: Final = 20.0
"""A pause is faded into; the edges of a hole are no further than this below the speech around it."""
_PAUSE_FRAMES: Final = 10
"""Pauses up to 200 ms belong to the speech around them (the hangover of ITU-T P.56)."""
_ACTIVE_DB: Final = 35.0
"""Speech is at most this much quieter than its loudest frame."""
_NOISE_DB: Final = 3.0
"""What is no more than this above the noise is noise."""
_SOUND_DB: Final = -50.0
"""Below this nobody on a telephone takes a sound for speech, in dB below full scale."""
_CLEAR_DB: Final = 10.0
"""A sound this much above the noise is not the noise."""
LEAST_FLOOR_MS: Final = 200
"""So much must be left between the turns for its noise to be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropouts:
    """Holes in speech."""

    count: int
    lost_ms: int
    """Length of all of them together."""
    longest_ms: int


def mask_of(spans: Sequence[Span], length: int, *, before_ms: int = 0, after_ms: int = 0) -> Mask:
    """Return which of `length` samples lie in a span, each span widened at both ends as asked."""
    mask = np.zeros(length, dtype=np.bool_)
    for span in spans:
        first = max(0, (span.start_ms - before_ms) * PER_MS)
        mask[first : max(first, (span.end_ms + after_ms) * PER_MS)] = True
    return mask


def clipped_share(samples: Samples) -> float | None:
    """Return the share of samples at full scale with a neighbour there too: one alone is a peak, two are a flat top."""
    if not len(samples):
        return None
    full: Mask = (samples >= LOUDEST) | (samples <= -LOUDEST)
    pairs = full[1:] & full[:-1]
    flat = np.zeros(len(full), dtype=np.bool_)
    flat[1:] |= pairs
    flat[:-1] |= pairs
    return float(np.mean(flat))


def dc_offset(samples: Samples) -> float | None:
    """Return the mean of the samples as a share of full scale, -1 to 1."""
    return float(np.mean(samples, dtype=np.float64)) / FULL_SCALE if len(samples) else None


def dropouts(samples: Samples, speech: Sequence[Span]) -> Dropouts | None:
    """Return the holes in speech: 20 ms or more of digital silence that begin and end in the middle of a sound."""
    count = lost = longest = 0
    for span in speech:
        part = samples[max(0, span.start_ms * PER_MS) : max(0, span.end_ms * PER_MS)]
        silences = _runs(part == 0, shortest=DROPOUT_MS * PER_MS)
        power = _active_power(frame_powers(part), floor=0.0) if silences else None
        if power is None:
            continue
        least = power / 10 ** (_EDGE_DB / 10)
        for start, end in silences:
            edges = (part[max(0, start - _EDGE) : start], part[end : end + _EDGE])
            if all(len(edge) == _EDGE and _power(edge) >= least for edge in edges):
                count, lost, longest = count + 1, lost + end - start, max(longest, end - start)
    if not speech:
        return None
    return Dropouts(count=count, lost_ms=round(lost / PER_MS), longest_ms=round(longest / PER_MS))


def frame_powers(samples: Samples) -> Powers:
    """Return the power of each whole 20 ms frame without its direct current, which nobody hears (full scale is 1)."""
    frames = samples[: len(samples) // _FRAME * _FRAME].astype(np.float32).reshape(-1, _FRAME)
    frames -= frames.mean(axis=1, keepdims=True)
    powers: Powers = np.einsum("ij,ij->i", frames, frames).astype(np.float64) / (_FRAME * FULL_SCALE**2)
    # What rounding leaves of a constant is far below the power of the smallest sample and is silence.
    powers[powers < 0.001 / FULL_SCALE**2] = 0.0
    return powers


def frames_of(mask: Mask) -> Mask:
    """Return which whole frames of 20 ms lie in a mask of samples from beginning to end."""
    lacking: Mask = np.any(~mask[: len(mask) // _FRAME * _FRAME].reshape(-1, _FRAME), axis=1)
    return ~lacking


def noise_power(quiet: Powers) -> float | None:
    """Return the power of the line from the frames in which nobody speaks.

    None for less than 200 ms of them, 0 on a line that is digitally silent. Up to half of the frames may hold
    something else, such as an echo, and change nothing.
    """
    return float(np.median(quiet)) if len(quiet) * FRAME_MS >= LEAST_FLOOR_MS else None


def snr_db(speech: Powers, *, noise: float) -> float | None:
    """Return how far active speech lies above the noise; None without noise, or where speech does not rise above it."""
    power = _active_power(speech, floor=noise)
    if power is None or noise <= 0 or power <= noise:
        return None
    return 10 * float(np.log10((power - noise) / noise))


def sounding_ms(powers: Powers, *, noise: float) -> int:
    """Return how long something can be heard: above -50 dB, and well above the noise."""
    heard = powers > max(10 ** (_SOUND_DB / 10), noise * 10 ** (_CLEAR_DB / 10))
    return FRAME_MS * int(np.count_nonzero(heard))


def _active_power(powers: Powers, *, floor: float) -> float | None:
    """Return the mean power of the frames that hold speech and the short pauses between them."""
    loudest = float(np.max(powers, initial=0.0))
    active = powers > max(loudest / 10 ** (_ACTIVE_DB / 10), floor * 10 ** (_NOISE_DB / 10))
    if not active.any():
        return None
    for start, end in _runs(~active, shortest=1):
        if start > 0 and end < len(active) and end - start <= _PAUSE_FRAMES:
            active[start:end] = True
    return float(np.mean(powers[active]))


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples.astype(np.float64) / FULL_SCALE)))


def _runs(mask: Mask, *, shortest: int) -> list[tuple[int, int]]:
    """Return (start, end) of each run of true values that is long enough."""
    framed = np.concatenate(([False], mask, [False]))
    edges = np.flatnonzero(framed[1:] != framed[:-1])
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts >= shortest
    return list(zip(starts[long].tolist(), ends[long].tolist(), strict=True))
