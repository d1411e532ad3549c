"""Sound with the build of speech, made by arithmetic: syllables, short fades, pauses, and no repetition."""

import numpy as np

from harness.audio.clip import Clip, Samples
from harness.audio.codec import TELEPHONE_HZ


def speechlike(ms: int, *, seed: int = 1, peak: float = 0.5) -> Samples:
    """Return noise of a voice's band in syllables of 180 ms that fade in and out; every sixth is a pause."""
    length = ms * TELEPHONE_HZ // 1000
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    hertz = np.fft.rfftfreq(length, 1 / TELEPHONE_HZ)
    sound = np.fft.irfft(spectrum * ((hertz > 150) & (hertz < 3000)) / np.maximum(hertz, 300), n=length)
    time = np.arange(length) / TELEPHONE_HZ / 0.18
    sound *= np.sin(np.pi * time) ** 2 * (time.astype(int) % 6 != 5)
    return Clip.of_floats(peak * sound / np.max(np.abs(sound), initial=1e-9), TELEPHONE_HZ).samples
