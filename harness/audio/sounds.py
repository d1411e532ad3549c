"""Sounds of a caller's end that are no speech: generated, so that no recording is shipped, and seeded.

Every one is as loud as speech on a telephone network, whatever it is, so that its level is one number of decibels.
"""

from enum import StrEnum
from typing import Final, assert_never

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import NOMINAL_SPEECH_POWER, speech_power
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ
from harness.audio.noise import murmur
from harness.audio.tones import edges
from harness.audio.tune import TUNE_MS, tune

Values = NDArray[np.float64]

_PER_MS: Final = TELEPHONE_HZ // 1000
_BEEP_HZ: Final = 1000
_EDGE_MS: Final = 5
_TV_LOOP_MS: Final = 20_000
"""A programme longer than this is shown again."""
_SPEAKERS: Final = 2
_TURN_MS: Final = 4_000
"""How long one of them speaks before another does."""
_MUSIC_UNDER_SPEECH: Final = 0.3
_KEYS_A_SECOND: Final = (4.0, 9.0)
_TYPING_MS: Final = 4_000


class Sound(StrEnum):
    """What can be heard."""

    COUGH = "cough"
    TV = "tv"
    """A programme in which people talk over music."""
    MUSIC = "music"
    """Music on hold."""
    BEEP = "beep"
    """The tone of an answering machine."""
    TYPING = "typing"


def make_sound(sound: Sound, *, duration_ms: int | None, rng: np.random.Generator) -> Clip:
    """Return a sound at 8 kHz whose active power is that of speech on a telephone network, -26 dB below full scale.

    Args:
        sound: Which.
        duration_ms: How long; None for as long as such a sound is.
        rng: The dice; the same state gives the same sound.
    """
    length = (natural_ms(sound) if duration_ms is None else duration_ms) * _PER_MS
    match sound:
        case Sound.COUGH:
            values = _coughs(length, rng=rng)
        case Sound.TV:
            values = np.resize(_programme(min(length, _TV_LOOP_MS * _PER_MS), rng=rng), length)
        case Sound.MUSIC:
            values = tune(length, rng=rng)
        case Sound.BEEP:
            values = np.sin(2 * np.pi * _BEEP_HZ * np.arange(length) / TELEPHONE_HZ)
        case Sound.TYPING:
            values = _typing(length, rng=rng)
        case _:
            assert_never(sound)
    return _levelled(values * edges(length, ms=_EDGE_MS))


def natural_ms(sound: Sound) -> int:
    """Return how long a sound is when nobody says how long it should be."""
    match sound:
        case Sound.COUGH:
            return 1_200
        case Sound.TV:
            return 2 * _TURN_MS
        case Sound.MUSIC:
            return TUNE_MS
        case Sound.BEEP:
            return 600
        case Sound.TYPING:
            return _TYPING_MS
        case _:
            assert_never(sound)


def _coughs(length: int, *, rng: np.random.Generator) -> Values:
    """Return fits of coughing, two or three bursts each, with a breath between them."""
    values = np.zeros(length)
    start = 0
    while start < length:
        for _ in range(int(rng.integers(2, 4))):
            burst = _burst(rng=rng)
            room = values[start : start + len(burst)]
            room += burst[: len(room)]
            start += len(burst) + int(rng.integers(20, 80)) * _PER_MS
        start += int(rng.integers(900, 2_500)) * _PER_MS
    return values


def _burst(*, rng: np.random.Generator) -> Values:
    """Return one cough: air that breaks out at once, through a throat, over a hoarse voice that dies away."""
    size = int(rng.integers(220, 320)) * _PER_MS
    time = np.arange(size) / TELEPHONE_HZ
    spectrum = np.fft.rfft(rng.standard_normal(size))
    hz = np.fft.rfftfreq(size, 1 / TELEPHONE_HZ)
    throat = sum(1 / (1 + ((hz - formant) / 250) ** 2) for formant in (550, 1300, 2600))
    air = np.fft.irfft(spectrum * throat, n=size)
    pitch_hz = rng.uniform(110, 190)
    hoarse = np.sin(2 * np.pi * pitch_hz * (time - 0.6 * time**2)) * np.exp(-time / 0.06)
    return np.minimum(time / 0.008, 1) * np.exp(-time / 0.07) * (air / np.std(air) + 0.7 * hoarse)


def _programme(length: int, *, rng: np.random.Generator) -> Values:
    """Return people who take turns to talk, over music."""
    if not length:
        return np.zeros(0)
    turn = np.arange(length) // (_TURN_MS * _PER_MS) % _SPEAKERS
    talk = np.zeros(length)
    for speaker in range(_SPEAKERS):
        talk += _unit(murmur(length, rng=rng)) * (turn == speaker)
    return talk + _MUSIC_UNDER_SPEECH * _unit(tune(length, rng=rng))


def _typing(length: int, *, rng: np.random.Generator) -> Values:
    """Return keys of a keyboard: each goes down with a click and comes up with a quieter one."""
    values = np.zeros(length)
    start = 0
    while start < length:
        for delay_ms, level in ((0, rng.uniform(0.7, 1.0)), (70, rng.uniform(0.3, 0.5))):
            click = level * _click(rng=rng)
            room = values[start + delay_ms * _PER_MS :][: len(click)]
            room += click[: len(room)]
        start += int(TELEPHONE_HZ / rng.uniform(*_KEYS_A_SECOND))
    return values


def _click(*, rng: np.random.Generator) -> Values:
    """Return a knock of plastic, with the table under it."""
    time = np.arange(60 * _PER_MS) / TELEPHONE_HZ
    plastic = rng.standard_normal(len(time)) * np.exp(-time / 0.009)
    table = np.sin(2 * np.pi * rng.uniform(180, 320) * time) * np.exp(-time / 0.015)
    knock: Values = plastic + table
    return knock


def _levelled(values: Values) -> Clip:
    """Return sound at the level of speech; what is too short to have speech in it is taken whole."""
    loudest = float(np.max(np.abs(values), initial=0.0))
    if not loudest:
        return Clip.of_floats(values, TELEPHONE_HZ)
    whole = values / loudest
    power = speech_power(Clip.of_floats(whole, TELEPHONE_HZ)) or float(np.mean(np.square(whole)))
    return Clip.of_floats(whole * np.sqrt(NOMINAL_SPEECH_POWER / power), TELEPHONE_HZ)


def _unit(values: Values) -> Values:
    power = float(np.mean(np.square(values)))
    return values / np.sqrt(power) if power else values
