"""Mono speech in memory."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

FULL_SCALE = 32768
"""The magnitude of 16-bit PCM that floating-point audio calls 1.0."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Mono 16-bit PCM. Treat `samples` as read-only; every operation returns a new clip."""

    samples: Samples
    """Shape (n,), int16."""
    rate_hz: int

    @classmethod
    def of_floats(cls, values: NDArray[np.floating], rate_hz: int) -> "Clip":
        """Return the clip of floating-point audio; what lies outside -1 to 1 is limited, as a codec would."""
        scaled = np.rint(np.asarray(values, dtype=np.float64) * FULL_SCALE)
        return cls(np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16), rate_hz)

    @property
    def floats(self) -> NDArray[np.float32]:
        """Return the samples from -1 to 1, exactly: `Clip.of_floats` gives the same clip back."""
        return self.samples.astype(np.float32) / np.float32(FULL_SCALE)

    @property
    def duration_ms(self) -> int:
        """Return the length, rounded to the nearest millisecond."""
        return round(len(self.samples) * 1000 / self.rate_hz)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of rate and samples: equal digests, equal sound."""
        head = f"pcm16/{self.rate_hz}/".encode()
        return hashlib.sha256(head + self.samples.astype("<i2").tobytes()).hexdigest()

    def span(self, start_ms: int, end_ms: int) -> "Clip":
        """Return the part between two times, clipped to what there is."""
        first = max(0, round(start_ms * self.rate_hz / 1000))
        last = max(first, round(end_ms * self.rate_hz / 1000))
        return Clip(self.samples[first:last], self.rate_hz)
