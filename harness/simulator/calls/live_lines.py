"""Sound of a call as a stream: heard in frames of 20 ms while the call lasts, and spoken into it the same way.

What is spoken in is played to the far end of the leg. Where the far end is another call of this platform, its AI hears
it as it comes.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from harness.audio.framing import FRAME_BYTES, FRAME_MS
from harness.simulator.calls.leg import Leg

OnFrame: TypeAlias = Callable[[bytes], None]
_SILENCE: Final = bytes(FRAME_BYTES)


class LiveLines:
    """The streams of a platform's calls."""

    def __init__(self) -> None:
        """Begin without streams."""
        self._lines: dict[str, LiveLine] = {}

    def of(self, leg: Leg) -> "LiveLine":
        """Return the stream of a call, which is one whoever asks."""
        line = self._lines.get(leg.id)
        if line is None:
            line = self._lines[leg.id] = LiveLine(leg)
            leg.on_end(lambda: self._lines.pop(leg.id).close())
        return line


class LiveLine:
    """One call's sound as a stream."""

    def __init__(self, leg: Leg) -> None:
        """Take the call."""
        self._leg = leg
        self._taps: list[OnFrame] = []
        self._is_ticking = False

    def tap(self, on_frame: OnFrame) -> Callable[[], None]:
        """Have someone given both directions mixed but what is injected, every 20 ms; returns how to stop."""
        self._taps.append(on_frame)
        if not self._is_ticking:
            self._is_ticking = True
            self._leg.studio.clock.after(FRAME_MS, self._tick)

        def stop() -> None:
            if on_frame in self._taps:
                self._taps.remove(on_frame)

        return stop

    def inject(self, frame: bytes) -> None:
        """Play 20 ms to the far end, beginning now."""
        self._leg.play_live(frame)

    def close(self) -> None:
        """Stop everything: the call is over."""
        self._taps.clear()

    def _tick(self) -> None:
        if not self._taps or self._leg.is_over:
            self._is_ticking = False
            return
        now_ms = self._leg.studio.clock.now_ms()
        sound = self._leg.lines.overheard(now_ms - FRAME_MS, now_ms)
        frame = _SILENCE
        if sound is not None:
            mixed = sound.caller.samples.astype(np.int32) + sound.agent.samples
            frame = np.clip(mixed, -32_768, 32_767).astype("<i2").tobytes()
        for on_frame in tuple(self._taps):
            on_frame(frame)
        self._leg.studio.clock.after(FRAME_MS, self._tick)
