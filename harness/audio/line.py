"""A seeded telephone line: what a persona's surroundings do to speech on its way to the other side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from harness.audio.activity import speech_power
from harness.audio.clip import Clip
from harness.audio.codec import FRAME_SAMPLES, TELEPHONE_HZ, decode_mulaw, encode_mulaw, to_telephone_frames

_NOMINAL_SPEECH_POWER = 10 ** (-26 / 10)
"""Active speech level of a telephone network (ITU-T P.56, -26 dB below overload): sets the noise under silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephoneLine:
    """8 kHz µ-law, with noise, lost frames and gain."""

    snr_db: float | None = None
    """Power of the speech, pauses left out, over the power of a pink noise bed; None for a quiet line."""
    lost_frames: float = 0.0
    """Chance of each 20 ms frame to be lost, 0 to 1. A lost frame is silence."""
    gain_db: float = 0.0

    def carry(self, clip: Clip, *, rng: np.random.Generator) -> Clip:
        """Return the clip as it arrives: 8 kHz, whole 20 ms frames; the same generator state gives the same bytes."""
        sent = to_telephone_frames(clip)
        values = sent.floats.astype(np.float64) * 10 ** (self.gain_db / 20)
        if self.snr_db is not None:
            speech = speech_power(Clip.of_floats(values, TELEPHONE_HZ)) or _NOMINAL_SPEECH_POWER
            values += _pink_noise(len(values), power=speech / 10 ** (self.snr_db / 10), rng=rng)
        arrived = decode_mulaw(encode_mulaw(Clip.of_floats(values, TELEPHONE_HZ).samples))
        if self.lost_frames:
            lost = rng.random(len(arrived) // FRAME_SAMPLES) < self.lost_frames
            arrived[np.repeat(lost, FRAME_SAMPLES)] = 0
        return Clip(arrived, TELEPHONE_HZ)


def _pink_noise(length: int, *, power: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return noise that falls by 3 dB an octave, as rooms and streets do, of exactly the given mean power."""
    if not length:
        return np.zeros(0)
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    spectrum[0] = 0
    noise: NDArray[np.float64] = np.fft.irfft(spectrum, n=length)
    noise *= np.sqrt(power / np.mean(np.square(noise)))
    return noise
