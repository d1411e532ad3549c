"""How deep the stack's second queue of our own sound is.

Behind the queue we fill, a thread of the stack fills another and a second thread empties it. Whenever the first comes
late by one tick, the second queue stays one frame deeper for the rest of the call, and everything we say leaves 20 ms
later. Nobody can ask how deep it is, but frames that were made and not sent must be in it.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

FRAME_MS: Final = 20
FRAME_BYTES: Final = 320
"""20 ms of 16-bit sound at 8 kHz."""
DEEPEST_TRUSTED: Final = 3
DEEPEST_POSSIBLE: Final = 30
"""Beyond which the stack throws frames away."""
TICK_WAIT_MS: Final = FRAME_MS / 2
"""What is written waits for the stack's next tick: between nothing and a frame."""
_RECENT: Final = 10
"""How many readings make one depth."""
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
        self._may_be_new = self._were_others_sent = False
        self._recent: deque[int] = deque(maxlen=_RECENT)
        self._means: deque[float] = deque(maxlen=_RECENT + 1)
        self._largest_change = 0.0
        self._unsure_frames = 0
        self.deepest = 0
        """The most frames that were ever seen waiting."""

    @property
    def was_read(self) -> bool:
        """Return whether its depth was ever known."""
        return bool(self._recent)

    @property
    def delay_ms(self) -> float:
        """Return how long what is written now takes until it leaves, beyond what is queued before it."""
        return TICK_WAIT_MS + FRAME_MS * self._depth

    @property
    def uncertainty_ms(self) -> float:
        """Return how far a delay measured by our own sound may be off, corrected by what was known at its moment.

        What is known lags behind by the readings it is made of: the most it ever changed meanwhile is in doubt.
        """
        doubt_frames = self._largest_change + self._unsure_frames if self._means else 1
        return FLOOR_MS + FRAME_MS * doubt_frames

    def read(self, counted: Counted) -> None:
        """Take a reading."""
        waiting = counted.made_frames - (counted.packets - self._before)
        if self._were_others_sent or (self._may_be_new and not 0 <= waiting <= DEEPEST_POSSIBLE):
            waiting = round(self._depth)
            self._before = counted.packets - counted.made_frames + waiting
            self._unsure_frames = 1
        self._were_others_sent = self._may_be_new = False
        self._recent.append(max(0, waiting))
        self.deepest = max(self.deepest, waiting)
        if len(self._recent) == _RECENT:
            self._means.append(self._depth)
            self._largest_change = max(self._largest_change, abs(self._means[-1] - self._means[0]))

    def restart(self) -> None:
        """Know that the counters of frames may have begun anew.

        Where the next reading cannot be right for that reason, the depth known before is taken, which may be a frame
        off.
        """
        self._may_be_new = True

    def skip_others(self) -> None:
        """Know that packets were sent which are no frames of sound (keys); the depth is taken to be as before."""
        self._were_others_sent = True

    @property
    def _depth(self) -> float:
        # A frame is counted as waiting for part of the time only: the mean over time is what it waits (Little's law).
        return sum(self._recent) / len(self._recent) if self._recent else 0.0
