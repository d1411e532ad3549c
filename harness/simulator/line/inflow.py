"""When frames that come over a network sound: in order, 20 ms apart, whatever their way here did to their spacing."""

from typing import Final

from harness.audio.framing import FRAME_MS

MARGIN_MS: Final = 40
"""How long a frame waits, so that one that comes late is still in time."""
LONGEST_WAIT_MS: Final = 200
"""Frames that would wait longer are left out, so that a far end whose clock is fast is not heard later and later."""


class Inflow:
    """The frames of one stream."""

    def __init__(self) -> None:
        """Have heard nothing yet."""
        self._next_ms: int | None = None

    def moment_ms(self, arrived_ms: int) -> int | None:
        """Return when a frame sounds that arrived at a moment; None when it is left out."""
        at_ms = self._next_ms
        if at_ms is None or arrived_ms > at_ms:
            # The first, or one before it is missing or came too late.
            at_ms = arrived_ms + MARGIN_MS
        elif at_ms - arrived_ms > LONGEST_WAIT_MS:
            return None
        self._next_ms = at_ms + FRAME_MS
        return at_ms
