"""When the platform's voice activity detector says that the caller began and ceased to speak.

A change is believed once enough windows in a row agree, so it is always told late: by `start_secs` or `stop_secs`,
rounded to whole windows as pipecat rounds them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.interfaces import Utterance, VoiceActivity
from harness.model.platform import VadConfig
from harness.voipbin.parameters import VAD_WINDOW_MS

_WINDOW: Final = TELEPHONE_HZ * VAD_WINDOW_MS // 1000
_FAINTEST_DB: Final = -110.0
_LOUDEST_DB: Final = -10.0
"""The loudness of volumes 0 and 1; 0.6 is -50."""
_IDLE_DB: Final = -70.0
"""What a telephone line hisses while nobody speaks; a simulated one is silent."""
_LOUDNESS_OFFSET_DB: Final = -0.691
_SMOOTHING: Final = 0.2
"""Share of a window in the smoothed volume."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceChange:
    """The detector changed its mind."""

    at_ms: int
    """From the start of the utterance."""
    speaking: bool


def speech_changes(utterance: Utterance, *, activity: VoiceActivity, config: VadConfig) -> tuple[VoiceChange, ...]:
    """Return what the detector tells about an utterance as it came off the line, in order, beginnings and ends in turn.

    Silence follows the utterance, so whatever began also ends, at the latest `stop_secs` after it. One without a clip
    (text tier) is speech from start to end.

    Raises:
        ModelUnavailableError: as `activity`.
    """
    if utterance.clip is None:
        return _of_text(utterance.duration_ms, config)
    clip = resample(utterance.clip, TELEPHONE_HZ)
    likely = activity.probabilities(clip)
    voiced = (
        probability >= config.confidence and volume >= config.min_volume
        for probability, volume in zip(likely, volumes(clip), strict=True)
    )
    return tuple(_changes(voiced, start=_windows(config.start_secs), stop=_windows(config.stop_secs)))


def volumes(clip: Clip) -> Iterator[float]:
    """Yield the smoothed volume of each window of an 8 kHz clip, 0 to 1.

    A stand-in of our own for pipecat's: the scale and the smoothing are the same, but the loudness is that of ITU-R
    BS.1770 without its weighting of frequencies, which changes little within a telephone's band.
    """
    padded = np.pad(clip.floats.astype(np.float64), (0, -len(clip.samples) % _WINDOW))
    power = np.mean(np.square(padded.reshape(-1, _WINDOW)), axis=1)
    levels = np.maximum(_LOUDNESS_OFFSET_DB + 10 * np.log10(np.maximum(power, 1e-12)), _IDLE_DB)
    scaled = np.clip((levels - _FAINTEST_DB) / (_LOUDEST_DB - _FAINTEST_DB), 0, 1)
    smoothed = (_IDLE_DB - _FAINTEST_DB) / (_LOUDEST_DB - _FAINTEST_DB)
    for volume in scaled.tolist():
        smoothed += _SMOOTHING * (volume - smoothed)
        yield smoothed


def _of_text(duration_ms: int, config: VadConfig) -> tuple[VoiceChange, ...]:
    start_ms = round(config.start_secs * 1000)
    if duration_ms < max(1, start_ms):
        return ()
    end_ms = duration_ms + round(config.stop_secs * 1000)
    return (VoiceChange(at_ms=start_ms, speaking=True), VoiceChange(at_ms=end_ms, speaking=False))


def _windows(seconds: float) -> int:
    return max(1, round(seconds * 1000 / VAD_WINDOW_MS))


def _changes(voiced: Iterable[bool], *, start: int, stop: int) -> Iterator[VoiceChange]:
    """Yield the changes: pipecat's four states are what was told last, and how many windows in a row contradict it."""
    speaking, contrary, place = False, 0, 0
    for place, voice in enumerate(voiced, start=1):
        contrary = contrary + 1 if voice != speaking else 0
        if contrary == (stop if speaking else start):
            speaking, contrary = voice, 0
            yield VoiceChange(at_ms=place * VAD_WINDOW_MS, speaking=speaking)
    if speaking:
        yield VoiceChange(at_ms=(place + stop - contrary) * VAD_WINDOW_MS, speaking=False)
