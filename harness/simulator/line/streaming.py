"""What the platform hears in a live stream: frames come in one by one; speech begins, is understood in part, and ends.

Nobody knows beforehand what will be said, so the recogniser is asked again and again about what there is so far, one
question after the other. On a clock that nobody drives it takes no time; in real time the call goes on while it thinks,
and what it tells comes as late as it is.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np

from harness.audio.clip import Clip, Samples
from harness.audio.framing import FRAME_MS, STREAM_RATE_HZ
from harness.audio.gate import SpeechGate
from harness.errors import ServiceError, ServiceTimeoutError
from harness.interfaces import Ears, Utterance
from harness.simulator.line.hearing import FINAL_PAUSE_MS
from harness.telephone.clock import Due, Happening, VirtualClock

FIRST_INTERIM_MS: Final = 400
"""From the start of speech to the first interim transcript."""
NEXT_INTERIM_MS: Final = 600
REST: Final = 3
"""A recogniser that took long is asked again within the same speech only after this many times as long."""
LIKELY_END_MS: Final = 300
"""After so much silence the recogniser is asked about all there is, so that it knows when the silence is the end."""
LEAD_MS: Final = 200
"""Sound kept from before speech was noticed, and after it ended: soft first and last sounds are part of words."""
LONGEST_MS: Final = 30_000
"""Speech without a pause is understood in pieces of this length."""

_SAMPLES_PER_MS: Final = STREAM_RATE_HZ // 1000
_LEAD_FRAMES: Final = LEAD_MS // FRAME_MS

Told: TypeAlias = Awaitable[None] | None


class LiveSpeech:
    """Listens to one direction of one live stream until it is closed."""

    def __init__(
        self,
        *,
        clock: VirtualClock,
        ears: Ears,
        on_started: Callable[[], Told],
        on_interim: Callable[[str], Told],
        on_final: Callable[[str], Told],
        on_stopped: Callable[[Utterance], Told],
        on_failure: Callable[[ServiceError], Told],
        timeout_s: float = 30.0,
    ) -> None:
        """Take who is told what.

        Args:
            clock: The call's time; frames are taken to begin when they are given.
            ears: The recogniser, asked with utterances that have a clip and no text.
            on_started: Told when speech was noticed.
            on_interim: Told the words so far, while speech lasts; not when there are none yet.
            on_final: Told the words of a whole utterance; not when there are none.
            on_stopped: Told when speech is over, before its final, with the sound and the words understood in it.
            on_failure: Told when the recogniser failed; speech goes on without that transcript.
            timeout_s: Longest wait for one answer of the recogniser, in real seconds.
        """
        self._clock = clock
        self._ears = ears
        self._on_started = on_started
        self._on_interim = on_interim
        self._on_final = on_final
        self._on_stopped = on_stopped
        self._on_failure = on_failure
        self._timeout_s = timeout_s
        self._gate = SpeechGate()
        self._lead: deque[Samples] = deque(maxlen=_LEAD_FRAMES)
        self._sound: list[Samples] = []
        self._next_ms = 0
        self._loud_until_ms = 0
        self._asked_until_ms = 0
        self._dues: list[Due] = []
        self._asking = asyncio.Lock()
        self._rests_until_ms = self._tried_until_ms = 0
        self._told = ""
        """The last interim."""
        self._known_until_ms = 0
        self._known = ""
        """What was understood of the speech up to then and of all sound that belongs to it."""
        self._is_open = True

    def frame(self, pcm: bytes) -> None:
        """Take 20 ms of 16-bit little-endian PCM at 8 kHz that begins now."""
        if not self._is_open:
            return
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.int16)
        now_ms = self._clock.now_ms()
        if self._sound and now_ms > self._next_ms:
            # The stream paused: silence keeps later words where they were spoken.
            self._sound.append(np.zeros((now_ms - self._next_ms) * _SAMPLES_PER_MS, dtype=np.int16))
        elif now_ms > self._next_ms:
            self._lead.clear()
        self._next_ms = max(self._next_ms, now_ms) + FRAME_MS
        is_speech = self._gate.hear(samples)
        if self._sound:
            self._sound.append(samples)
        else:
            self._lead.append(samples)
        if is_speech:
            self._loud_until_ms = self._next_ms
            if not self._sound:
                self._start()

    def close(self) -> None:
        """Stop listening; what is not yet told never will be."""
        self._is_open = False
        self._forget()

    def _start(self) -> None:
        self._sound = list(self._lead)
        self._lead.clear()
        clock = self._clock
        self._rests_until_ms = clock.now_ms()
        self._told = ""
        self._dues = [
            clock.at(clock.now_ms(), self._on_started),
            clock.after(FIRST_INTERIM_MS, self._interim),
            clock.after(FINAL_PAUSE_MS, self._end_of_pause),
            clock.after(LONGEST_MS, self._finish),
            clock.after(LIKELY_END_MS, self._likely_end),
        ]

    async def _interim(self) -> None:
        # Due again before asking, so that an answer that closes the stream also ends this.
        self._dues[1] = self._clock.after(NEXT_INTERIM_MS, self._interim)
        # A recogniser that is behind is not asked about every piece.
        is_busy = self._asking.locked() or self._clock.now_ms() < self._rests_until_ms
        if self._loud_until_ms != self._asked_until_ms and not is_busy:
            await self._ask()

    async def _likely_end(self) -> None:
        now_ms, likely_ms = self._clock.now_ms(), self._loud_until_ms + LIKELY_END_MS
        self._dues[4] = self._clock.at(max(likely_ms, now_ms + FRAME_MS), self._likely_end)
        if likely_ms <= now_ms and self._tried_until_ms != self._loud_until_ms:
            self._tried_until_ms = self._loud_until_ms
            await self._ask()

    async def _ask(self) -> None:
        """Ask about what there is so far, and tell it where it is new."""
        self._asked_until_ms = until_ms = self._loud_until_ms
        utterance, asked_ms = self._utterance(), self._clock.now_ms()
        # By the clock: a stream may also pause where nobody speaks.
        is_whole = asked_ms - until_ms >= LEAD_MS

        async def ask() -> Happening:
            text = await self._understand(utterance, until_ms=until_ms if is_whole else None)
            return lambda: self._understood(text, asked_ms=asked_ms)

        await self._clock.aside(ask)

    def _understood(self, text: str, *, asked_ms: int) -> Told:
        now_ms = self._clock.now_ms()
        self._rests_until_ms = now_ms + REST * (now_ms - asked_ms)
        if not text or text == self._told or not self._is_open:
            return None
        self._told = text
        return self._on_interim(text)

    async def _end_of_pause(self) -> None:
        over_ms = self._loud_until_ms + FINAL_PAUSE_MS
        if over_ms > self._clock.now_ms():
            self._dues[2] = self._clock.at(over_ms, self._end_of_pause)
            return
        await self._finish()

    async def _finish(self) -> None:
        utterance, until_ms = self._utterance(), self._loud_until_ms
        self._forget()

        async def ask() -> Happening:
            text = await self._understand(utterance, until_ms=until_ms)
            return lambda: self._over(replace(utterance, text=text))

        await self._clock.aside(ask)

    async def _over(self, utterance: Utterance) -> None:
        if not self._is_open:
            return
        await _tell(self._on_stopped(utterance))
        if utterance.text:
            await _tell(self._on_final(utterance.text))

    async def _understand(self, utterance: Utterance, *, until_ms: int | None) -> str:
        """Return the words; `until_ms` is where the speech ends, once all sound that belongs to it is there."""
        try:
            async with self._asking, asyncio.timeout(self._timeout_s):
                if until_ms is not None and until_ms == self._known_until_ms:
                    # The same sound, asked about in the pause before it was long enough to be the end.
                    return self._known
                text = (await self._ears.hear(utterance)).text.strip()
                if until_ms is not None:
                    self._known_until_ms, self._known = until_ms, text
                return text
        except TimeoutError:
            late = ServiceTimeoutError(f"no answer within {self._timeout_s:g} s", service=self._ears.name)
            await _tell(self._on_failure(late))
        except ServiceError as failure:
            await _tell(self._on_failure(failure))
        return ""

    def _utterance(self) -> Utterance:
        samples = np.concatenate(self._sound)
        # What was heard after the speech is pause; the next word brings its own lead.
        surplus_ms = max(0, self._next_ms - self._loud_until_ms - LEAD_MS)
        clip = Clip(samples[: len(samples) - surplus_ms * _SAMPLES_PER_MS], STREAM_RATE_HZ)
        return Utterance(text="", duration_ms=clip.duration_ms, clip=clip)

    def _forget(self) -> None:
        for due in self._dues:
            due.cancel()
        self._dues = []
        self._sound = []


async def _tell(told: Told) -> None:
    if told is not None:
        await told
