"""Sound that is not silence."""

import numpy as np


def tone(*, ms: int) -> bytes:
    """A tone that is loud in every frame."""
    wave = 8000 * np.sin(np.arange(8 * ms) * 0.6)
    return bytes(wave.astype("<i2").tobytes())


def is_loud(pcm: bytes) -> bool:
    return int(np.abs(np.frombuffer(pcm, dtype="<i2").astype(int)).max()) > 1000
