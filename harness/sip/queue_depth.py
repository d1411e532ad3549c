"""How deep the stack's second queue of our own sound is.

Behind the queue we fill, a thread of the stack fills another and a second thread empties it. Whenever the first comes
late by one tick, the second queue stays one frame deeper for the rest of the call, and everything we say leaves 20 ms
later. Nobody can ask how deep it is, but frames that were made and not sent must be in it.
"""

from dataclasses import dataclass
from typing import Final

FRAME_MS: Final = 20
FRAME_BYTES: Final = 320
"""20 ms of 16-bit sound at 8 kHz."""
USUAL_DEPTH: Final = 1
"""The frame that is about to be sent."""
DEEPEST_TRUSTED: Final = 3
TICK_WAIT_MS: Final = FRAME_MS / 2
"""What is written waits for the stack's next tick: between nothing and a frame."""
FLOOR_MS: Final = 25.0
"""No delay measured through this stack is surer than that, however the call went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What the stack counted of our sound, all at one moment."""

    packets: int
    """Sent since the call began."""
    silence_frames: int
    """Made because nothing was queued, since its streams began."""
    padded_frames: int
    """Made of less than a frame, since its streams began."""
    taken_bytes: int
    """Of what we wrote, what has left the first queue and was not flushed."""

    @property
    def made_frames(self) -> int:
        """Return how many frames went into the second queue."""
        return self.silence_frames + self.padded_frames + self.taken_bytes // FRAME_BYTES


class SendQueue:
    """Follows one call's second queue."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._before = 0
        self._needs_base = False
        self._readings: list[int] = []
        self._unsure_frames = 0

    @property
    def depth(self) -> int:
        """Return how many frames are in it, as far as known."""
        return self._readings[-1] if self._readings else USUAL_DEPTH

    @property
    def deepest(self) -> int:
        """Return the most that was seen."""
        return max(self._readings, default=USUAL_DEPTH)

    @property
    def delay_ms(self) -> float:
        """Return how long what is written now takes until it leaves, beyond what is queued before it."""
        return TICK_WAIT_MS + FRAME_MS * (self.depth - USUAL_DEPTH)

    @property
    def uncertainty_ms(self) -> float:
        """Return how far a delay measured by our own sound may be off.

        It holds for the whole call: the queue may have grown anywhere between two readings.
        """
        if not self._readings:
            return FLOOR_MS + FRAME_MS
        grown = self.deepest - min(USUAL_DEPTH, *self._readings)
        return FLOOR_MS + FRAME_MS * (grown + self._unsure_frames)

    @property
    def was_read(self) -> bool:
        """Return whether its depth was ever known."""
        return bool(self._readings)

    def read(self, counted: Counted) -> None:
        """Take a reading."""
        if self._needs_base:
            self._before = counted.packets - counted.made_frames + self.depth
            self._needs_base = False
        self._readings.append(max(USUAL_DEPTH, counted.made_frames - (counted.packets - self._before)))

    def restart(self) -> None:
        """Begin anew after the streams were replaced, or after packets were sent that are no frames (keys).

        The next reading is taken as the depth that was known before, which may be a frame off.
        """
        self._needs_base = True
        self._unsure_frames = 1
