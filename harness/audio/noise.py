"""Noise beds of a telephone line: generated, or a sound of the user's in a loop. No recording is shipped.

Every bed has exactly the mean power it is asked for, so that a signal-to-noise ratio is one multiplication.
"""

from enum import StrEnum
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample

Values = NDArray[np.float64]

_VOICES: Final = 8
"""Fewer voices can be told apart, more sound like a waterfall."""
_VOWELS_HZ: Final = ((300, 2300, 3000), (700, 1200, 2600), (350, 800, 2400))
"""Formants of i, a and u, roughly; a babbling voice glides between them."""
_SHORTEST: Final = 2 * TELEPHONE_HZ
"""Syllables and passing cars need this many samples to come up at all; shorter beds are cut from it."""


class Noise(StrEnum):
    """What a generated bed sounds like."""

    PINK = "pink"
    WHITE = "white"
    BABBLE = "babble"
    STREET = "street"


def noise_bed(source: Noise | Clip, length: int, *, power: float, rng: np.random.Generator) -> Values:
    """Return `length` samples of noise at 8 kHz.

    Args:
        source: The kind of noise, or a sound to repeat from a random place on; digital silence stays silent.
        length: Number of samples.
        power: Mean power; full scale is 1.
        rng: The dice; the same state gives the same noise.
    """
    if not length:
        return np.zeros(0)
    match source:
        case Noise.PINK:
            bed = _pink(length, rng=rng)
        case Noise.WHITE:
            bed = rng.standard_normal(length)
        case Noise.BABBLE:
            bed = _babble(max(length, _SHORTEST), rng=rng)[:length]
        case Noise.STREET:
            bed = _street(max(length, _SHORTEST), rng=rng)[:length]
        case Clip():
            bed = _looped(source, length, rng=rng)
        case _:
            assert_never(source)
    present = float(np.mean(np.square(bed)))
    bed *= np.sqrt(power / present) if present else 0.0
    return bed


def _pink(length: int, *, rng: np.random.Generator) -> Values:
    """Return noise that falls by 3 dB an octave, as rooms do."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    spectrum[0] = 0
    noise: Values = np.fft.irfft(spectrum, n=length)
    return noise


def _babble(length: int, *, rng: np.random.Generator) -> Values:
    """Return a room of people who talk at once and say nothing."""
    room = np.zeros(length)
    for _ in range(_VOICES):
        room += murmur(length, rng=rng)
    return room


def murmur(length: int, *, rng: np.random.Generator) -> Values:
    """Return a buzz of wandering pitch that glides from vowel to vowel in syllables, with some breath in it."""
    pitch_hz = rng.uniform(90, 230) * (1 + 0.1 * _wander(length, 0.2, 2, rng=rng))
    buzz = 2 * np.mod(np.cumsum(pitch_hz) / TELEPHONE_HZ + rng.random(), 1) - 1
    spectrum = np.fft.rfft(buzz + 0.2 * rng.standard_normal(length))
    hz = np.fft.rfftfreq(length, 1 / TELEPHONE_HZ)
    distance, size = rng.uniform(0.5, 1), rng.uniform(0.85, 1.2)
    voice = np.zeros(length)
    for formants in _VOWELS_HZ:
        throat = sum(1 / (1 + ((hz - size * formant) / 90) ** 2) / (1 + rank) for rank, formant in enumerate(formants))
        syllables = np.maximum(_wander(length, 1.5, 5, rng=rng), 0)
        voice += distance * syllables * np.fft.irfft(spectrum * throat, n=length)
    return voice


def _street(length: int, *, rng: np.random.Generator) -> Values:
    """Return the rumble of passing cars over the hiss of the farther ones."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hz = np.fft.rfftfreq(length, 1 / TELEPHONE_HZ)
    rumble = np.fft.irfft(spectrum / (1 + (hz / 150) ** 2), n=length)
    passing = 1 + 0.8 * np.clip(_wander(length, 0.1, 0.6, rng=rng), -1, 2)
    far = _pink(length, rng=rng)
    street: Values = passing * rumble / np.std(rumble) + 0.3 * far / np.std(far)
    return street


def _wander(length: int, low_hz: float, high_hz: float, *, rng: np.random.Generator) -> Values:
    """Return a random curve of mean 0 and deviation 1 that moves between two rates."""
    hz = np.fft.rfftfreq(length, 1 / TELEPHONE_HZ)
    band = (hz >= low_hz) & (hz <= high_hz)
    band[1] |= not band.any()
    spectrum = np.where(band, rng.standard_normal(len(hz)) + 1j * rng.standard_normal(len(hz)), 0)
    curve: Values = np.fft.irfft(spectrum, n=length)
    return curve / np.std(curve)


def _looped(sound: Clip, length: int, *, rng: np.random.Generator) -> Values:
    """Return a sound again and again without its direct current, from a random place that is not silent."""
    values = resample(sound, TELEPHONE_HZ).floats.astype(np.float64)
    start = int(rng.integers(max(len(values), 1)))
    if not len(values):
        return np.zeros(length)
    values -= np.mean(values)
    bed = np.resize(np.roll(values, -start), length)
    # A pause of the sound that is longer than the utterance can't be made as loud as was asked.
    return bed if bed.any() else np.resize(np.roll(values, -int(np.argmax(np.abs(values)))), length)
