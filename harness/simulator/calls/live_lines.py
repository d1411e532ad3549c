"""Sound of a call as a stream: heard in frames of 20 ms while the call lasts, and spoken into it the same way.

What is spoken in is played to the far end of the leg. Where the far end is another call of this platform, its AI hears
it as it comes: speech is noticed, understood bit by bit, and ended by silence.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from harness.audio.clip import Clip
from harness.audio.framing import FRAME_MS, STREAM_RATE_HZ
from harness.interfaces import EarsFactory, Utterance
from harness.model.call import EventKind, Role
from harness.simulator.calls.leg import Leg
from harness.simulator.line.hearing import Told
from harness.simulator.line.streaming import LiveSpeech

OnFrame: TypeAlias = Callable[[bytes], None]
_SILENCE: Final = bytes(2 * STREAM_RATE_HZ * FRAME_MS // 1000)


class LiveLines:
    """The streams of a platform's calls."""

    def __init__(self, ears: EarsFactory) -> None:
        """Take the recogniser of live speech."""
        self._ears = ears
        self._lines: dict[str, LiveLine] = {}

    def of(self, leg: Leg) -> "LiveLine":
        """Return the stream of a call, which is one whoever asks."""
        line = self._lines.get(leg.id)
        if line is None:
            line = self._lines[leg.id] = LiveLine(leg, ears=self._ears)
            leg.on_end(lambda: self._lines.pop(leg.id).close())
        return line


class LiveLine:
    """One call's sound as a stream."""

    def __init__(self, leg: Leg, *, ears: EarsFactory) -> None:
        """Take the call."""
        self._leg = leg
        self._ears = ears
        self._taps: list[OnFrame] = []
        self._is_ticking = False
        self._speech: LiveSpeech | None = None
        self._number = 0

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
        leg, far = self._leg, self._leg.far
        clip = Clip(np.frombuffer(frame, dtype="<i2").astype(np.int16), STREAM_RATE_HZ)
        leg.lines.lay_live(Role.AGENT, clip, at_ms=leg.studio.clock.now_ms())
        if far is not None and not far.is_over:
            far.lines.lay_live(Role.CALLER, clip, at_ms=far.studio.clock.now_ms())
            self._hear(far).frame(frame)

    def close(self) -> None:
        """Stop everything: the call is over."""
        self._taps.clear()
        if self._speech is not None:
            self._speech.close()

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

    def _hear(self, far: Leg) -> LiveSpeech:
        if self._speech is None:
            self._speech = LiveSpeech(
                clock=far.studio.clock,
                ears=self._ears(far.language),
                on_started=partial(self._started, far),
                on_interim=lambda text: self._told(far, text, is_final=False),
                on_final=lambda text: self._told(far, text, is_final=True),
                on_stopped=partial(self._stopped, far),
                on_failure=lambda failure: far.studio.report(failure, stage="stt"),
                timeout_s=far.studio.timeout_s,
            )
        return self._speech

    def _started(self, far: Leg) -> None:
        far.studio.log.add(EventKind.SPEECH_STARTED, role=Role.CALLER, data={"utterance": self._number})

    def _stopped(self, far: Leg, utterance: Utterance) -> None:
        data = {"interrupted": False, "utterance": self._number}
        far.studio.log.add(EventKind.SPEECH_STOPPED, role=Role.CALLER, text=utterance.text, data=data)

    def _told(self, far: Leg, text: str, *, is_final: bool) -> Awaitable[None] | None:
        now_ms = far.studio.clock.now_ms()
        told = Told(text=text, is_final=is_final, number=self._number, word_end_ms=now_ms)
        if is_final:
            self._number += 1
        return far.told_live(told)
