"""A tune that nobody wrote: four chords, plucked, under a melody of the dice's own. It goes round without a seam."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.audio.codec import TELEPHONE_HZ

Values = NDArray[np.float64]

_BEAT: Final = TELEPHONE_HZ * 60 // 100
"""100 beats a minute."""
_BEATS_A_BAR: Final = 4
_CHORDS: Final = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""First, sixth, fourth and fifth, in semitones above the key: they lead into each other and back."""
_SCALE: Final = (0, 2, 4, 7, 9)
"""Five tones that sound well with all four chords."""
_BARS: Final = 2 * len(_CHORDS)
_HARMONICS: Final = 4
_DECAY_S: Final = 0.25
_NOTE: Final = TELEPHONE_HZ * 5 // 4
"""How long a note can be heard."""
TUNE_MS: Final = _BARS * _BEATS_A_BAR * _BEAT * 1000 // TELEPHONE_HZ
"""How long the tune is; it goes on with its own beginning."""


def tune(length: int, *, rng: np.random.Generator) -> Values:
    """Return `length` samples of music at 8 kHz, again and again the same tune."""
    loop = np.zeros(_BARS * _BEATS_A_BAR * _BEAT)
    key_hz = 220 * 2 ** (rng.integers(0, 7) / 12)
    place = int(rng.integers(len(_SCALE)))
    for bar in range(_BARS):
        chord = _CHORDS[bar % len(_CHORDS)]
        for half_beat in range(2 * _BEATS_A_BAR):
            start = (bar * 2 * _BEATS_A_BAR + half_beat) * _BEAT // 2
            _pluck(loop, start, hz=key_hz * 2 ** (chord[half_beat % len(chord)] / 12), level=0.5)
            if half_beat % 2 == 0 and rng.random() < 0.8:
                place = int(np.clip(place + rng.integers(-2, 3), 0, 2 * len(_SCALE) - 1))
                octave, step = divmod(place, len(_SCALE))
                _pluck(loop, start, hz=key_hz * 2 ** (octave + _SCALE[step] / 12), level=1.0)
    return np.resize(loop, length)


def _pluck(loop: Values, start: int, *, hz: float, level: float) -> None:
    """Add a note; what rings on past the end rings at the beginning."""
    time = np.arange(_NOTE) / TELEPHONE_HZ
    waves = (
        np.sin(2 * np.pi * hz * harmonic * time) * np.exp(-time * harmonic / _DECAY_S) / harmonic**1.5
        for harmonic in range(1, _HARMONICS + 1)
        if hz * harmonic < TELEPHONE_HZ / 2
    )
    attack = np.minimum(np.arange(_NOTE) / (0.005 * TELEPHONE_HZ), 1.0)
    places = (start + np.arange(_NOTE)) % len(loop)
    loop[places] += level * attack * np.sum(list(waves), axis=0)
