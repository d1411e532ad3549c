"""Exactly where a voice begins and ends in a channel, once a detector has told roughly where it is.

A trained detector knows a voice from a noise, but tells its beginning up to 0.5 s late where it is soft. So the
detector decides what is a voice, and the channel's own sound decides from when to when: what stands out of the
channel's noise, frequency by frequency, and is not far below the voice.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import Span
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample

Values = NDArray[np.float64]
Mask = NDArray[np.bool_]

_HOP_MS: Final = 5
_HOP: Final = TELEPHONE_HZ * _HOP_MS // 1000
_WINDOW: Final = 128
"""Samples; 16 ms."""
_BINS: Final = slice(3, _WINDOW // 2)
"""From 190 Hz: hum and rumble lie below, and no telephone carries them."""
_FAINTEST_DB: Final = 26.0
"""What lies further than this below the voice is no part of it. A little more than what the benchmark calls audible,
25 dB: a window of 16 ms spreads what is shorter."""
_BACKGROUND_DB: Final = 20.0
"""Whole stretches this far below the channel's voice are somebody else's: an echo, or a person in the room."""
_P56_MARGIN_DB: Final = 15.9
"""Speech is active while it is at most this far below its own level (ITU-T P.56)."""
_OVER_NOISE: Final = 1.35
"""Power over the noise, mean of all frequencies: steady noise stays below it."""
_NOISE_QUANTILE: Final = 0.9
"""The noise of a frequency is taken from its louder moments, so that what comes and goes does not count as a voice."""
_NOISE_PEAKS: Final = 0.99
_OVER_PEAKS: Final = 1.1
"""A voice stands out of the peaks of the noise by this factor too."""
_SHORT_FRAMES: Final = 4
_CLEARLY: Final = 1.12
"""A sound of fewer frames may be the noise's own: it has to stand out by so much more, and last two frames."""
_BEFORE_MS: Final = 350
_AFTER_MS: Final = 300
"""How far a voice may begin before the detector noticed it, and end after."""
_CLOSURE_MS: Final = 150
"""Silence within a word, as before the last sound of "eight", is at most this long."""
_NEIGHBOURHOOD_MS: Final = 4_000
"""The noise around a voice is that of so much time before and after it."""
_ENOUGH: Final = 40
"""Frames to know a noise from."""


def voice_edges(clip: Clip, *, roughly: Sequence[Span]) -> tuple[Span, ...]:
    """Return from when to when each voice lasts, to 5 ms, in order; they may overlap.

    Args:
        clip: One side of a call; its noise is learnt from where nobody speaks.
        roughly: Where a detector finds voices, in order.
    """
    power = _spectrum(resample(clip, TELEPHONE_HZ))
    level = power.sum(axis=1)
    if not roughly or not level.any():
        return ()
    loudness = _active_level(np.concatenate([level[_frames(span)] for span in roughly]))
    faint = loudness / 10 ** (_BACKGROUND_DB / 10)
    voices = [span for span in roughly if float(np.mean(level[_frames(span)])) > faint]
    # What is as loud as the voice and none, such as a key or a door, is not the noise it has to stand out of.
    still = level < loudness / 4
    for span in voices:
        still[_frames(_widened(span, before_ms=_BEFORE_MS, after_ms=_BEFORE_MS))] = False
    found = (_exact(span, power=power, still=still, loudness=loudness) for span in voices)
    return tuple(span for span in found if span is not None)


def _spectrum(clip: Clip) -> Values:
    """Return the power at each frequency of windows whose middles are 5 ms apart, the first at 0."""
    padded = np.pad(clip.floats.astype(np.float64), _WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    shape = np.hanning(_WINDOW + 1)[:-1]
    shape /= np.sqrt(np.sum(np.square(shape)))
    spectrum = np.fft.rfft(windows * shape, axis=1)[:, _BINS]
    return np.square(np.abs(spectrum)) * 2 / _WINDOW


def _active_level(level: Values) -> float:
    """Return the mean power of speech without its pauses."""
    floor = float(np.mean(level)) / 10 ** (_P56_MARGIN_DB / 10)
    return float(np.mean(level[level >= floor]))


def _exact(span: Span, *, power: Values, still: Mask, loudness: float) -> Span | None:
    """Return a voice's edges; None where nothing stands out of the noise."""
    around = _frames(_widened(span, before_ms=_NEIGHBOURHOOD_MS, after_ms=_NEIGHBOURHOOD_MS))
    part, quiet = power[around], still[around]
    if quiet.sum() < _ENOUGH:
        part, quiet, around = power, still, slice(0, len(power))
    if quiet.sum() < _ENOUGH:
        # Somebody speaks all the time: the quietest moments have to do for the noise.
        level = part.sum(axis=1)
        quiet = level <= np.quantile(level, 0.1)
    noise = np.quantile(part[quiet], _NOISE_QUANTILE, axis=0) / -np.log(1 - _NOISE_QUANTILE)
    voice = max(loudness - float(noise.sum()), loudness / 100)
    floor = voice / 10 ** (_FAINTEST_DB / 10) / _OVER_NOISE / part.shape[1]
    over = np.convolve((part / np.maximum(noise, floor)).mean(axis=1), np.full(3, 1 / 3), mode="same")
    over /= max(_OVER_NOISE, _OVER_PEAKS * float(np.quantile(over[quiet], _NOISE_PEAKS)))
    sounds = [sound for sound in _sounds(over, from_ms=around.start * _HOP_MS) if _meet(sound, span)]
    if not sounds:
        return None
    return Span(
        start_ms=max(sounds[0].start_ms, span.start_ms - _BEFORE_MS),
        end_ms=min(sounds[-1].end_ms, span.end_ms + _AFTER_MS),
    )


def _sounds(over: Values, *, from_ms: int) -> Iterator[Span]:
    """Yield the stretches in which a curve is above 1, joined over the silences within words."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], over > 1, [False])).astype(np.int8))).tolist()
    open_span: Span | None = None
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        clearly = end - first >= 2 and float(np.max(over[first:end])) > _CLEARLY
        if end - first < _SHORT_FRAMES and not clearly:
            continue
        start_ms, end_ms = from_ms + first * _HOP_MS, from_ms + (end - 1) * _HOP_MS
        if open_span and start_ms - open_span.end_ms <= _CLOSURE_MS:
            start_ms = open_span.start_ms
        elif open_span:
            yield open_span
        open_span = Span(start_ms=start_ms, end_ms=end_ms)
    if open_span:
        yield open_span


def _meet(one: Span, other: Span) -> bool:
    return one.start_ms < other.end_ms and other.start_ms < one.end_ms


def _widened(span: Span, *, before_ms: int, after_ms: int) -> Span:
    return Span(start_ms=max(span.start_ms - before_ms, 0), end_ms=span.end_ms + after_ms)


def _frames(span: Span) -> slice:
    return slice(span.start_ms // _HOP_MS, span.end_ms // _HOP_MS + 1)
