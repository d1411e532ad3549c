"""When the agent begins and ceases to speak, from its sound as it arrives.

An onset is known once it has lasted three frames, an end once it has been silent for a while: both are told late with
the moment they really happened, to 5 ms. The silence that ends a turn has to be longer than the gaps a voice engine
leaves between sentences, and no longer than a caller may wait before answering.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from harness.audio.clip import Samples
from harness.audio.codec import FRAME_MS, FRAME_SAMPLES, TELEPHONE_HZ
from harness.audio.gate import ONSET_DB, ONSET_FRAMES, STAY_DB, SpeechGate, level_db

HANGOVER_MS: Final = 500
"""Silence that ends a turn of unknown words: longer than what voice engines leave between sentences."""
CLOSURE_MS: Final = 200
"""A sound too short for an onset still belongs to the speech that ended so little before: the last of "eight"."""
_PIECE: Final = TELEPHONE_HZ * 5 // 1000
_PIECE_MS: Final = 5
_GONE_MS: Final = 60
"""No sound for so long is silence; less is a network's jitter."""
_SILENCE: Final = np.zeros(FRAME_SAMPLES, dtype=np.int16)


class AgentEar:
    """Listens to the agent's side of one call."""

    def __init__(
        self,
        *,
        on_start: Callable[[int], None],
        on_stop: Callable[[int], None],
        hangover_ms: Callable[[int], int] = lambda _: HANGOVER_MS,
    ) -> None:
        """Take who is told.

        Args:
            on_start: Given the moment a turn began.
            on_stop: Given the moment of its last sound.
            hangover_ms: How long a silence must be to end the turn, given when the silence began; asked again as it
                goes on.
        """
        self._on_start = on_start
        self._on_stop = on_stop
        self._hangover_ms = hangover_ms
        self._gate = SpeechGate()
        self._frames: list[tuple[int, Samples]] = []
        """The last few, with their times."""
        self._left = _SILENCE[:0]
        self._left_ms = 0
        self._heard_ms = 0
        self._last_loud_ms: int | None = None
        """End of the turn's last sound so far; None between turns."""

    @property
    def is_speaking(self) -> bool:
        """Whether a turn is going on, its gaps included."""
        return self._last_loud_ms is not None

    def certain_ms(self, now_ms: int) -> int:
        """Return up to when it is known what the agent did: what happened later must not be told yet."""
        if self._last_loud_ms is not None:
            return self._last_loud_ms
        if self._gate.is_rising:
            return self._frames[-ONSET_FRAMES if len(self._frames) >= ONSET_FRAMES else 0][0]
        # A frame that is on its way may be the first of an onset.
        return min(now_ms, max(self._heard_ms, now_ms - _GONE_MS))

    def hear(self, samples: Samples, *, at_ms: int) -> None:
        """Take a piece of sound, whose first sample was there at a moment."""
        self._fill(at_ms)
        if not len(self._left):
            self._left_ms = at_ms
        samples = np.concatenate((self._left, samples))
        begin_ms = self._left_ms
        for place in range(0, len(samples) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
            self._take(samples[place : place + FRAME_SAMPLES], begin_ms + place * 1000 // TELEPHONE_HZ)
        whole = len(samples) - len(samples) % FRAME_SAMPLES
        self._left = samples[whole:]
        self._left_ms = begin_ms + whole * 1000 // TELEPHONE_HZ

    def pass_to(self, now_ms: int) -> None:
        """Take note of the time, where no sound arrives any more, or too little to tell it."""
        self._fill(now_ms)
        self._end_if_over(now_ms)

    def close_turn(self) -> None:
        """Take the turn to have ended with its last sound: what comes now is another one."""
        if self._last_loud_ms is not None:
            ended_ms, self._last_loud_ms = self._last_loud_ms, None
            self._on_stop(ended_ms)

    def is_silent(self, now_ms: int) -> bool:
        """Whether a turn is going on that is silent at the moment."""
        return self._last_loud_ms is not None and now_ms - self._last_loud_ms > 2 * FRAME_MS

    def _fill(self, at_ms: int) -> None:
        """Hear silence up to a moment, where sound is missing."""
        if self._heard_ms and at_ms - self._heard_ms > _GONE_MS:
            self._left = _SILENCE[:0]
            while at_ms - self._heard_ms > _GONE_MS:
                self._take(_SILENCE, self._heard_ms)

    def _take(self, frame: Samples, at_ms: int) -> None:
        self._frames = [*self._frames[1 - 2 * ONSET_FRAMES :], (at_ms, frame)]
        self._heard_ms = at_ms + FRAME_MS
        was_speech = self._last_loud_ms is not None
        if self._gate.hear(frame):
            if not was_speech:
                self._last_loud_ms = self._heard_ms
                self._on_start(self._onset_ms())
            self._last_loud_ms = self._end_of_sound(frame, at_ms)
        elif self._last_loud_ms is not None:
            is_loud = level_db(frame) > self._gate.noise_db + ONSET_DB
            if is_loud and at_ms - self._last_loud_ms <= CLOSURE_MS:
                self._last_loud_ms = self._end_of_sound(frame, at_ms)
            self._end_if_over(self._heard_ms)

    def _end_if_over(self, now_ms: int) -> None:
        silent_since_ms = self._last_loud_ms
        if silent_since_ms is None or self._gate.is_rising:
            return
        if now_ms - silent_since_ms >= self._hangover_ms(silent_since_ms):
            self.close_turn()

    def _onset_ms(self) -> int:
        """Return when the first sound of the last loud frames began; the frame before them may hold its beginning."""
        threshold = self._gate.noise_db + ONSET_DB
        at_ms, frame = self._frames[-ONSET_FRAMES]
        pieces = [(at_ms, frame)]
        if len(self._frames) > ONSET_FRAMES and at_ms - self._frames[-ONSET_FRAMES - 1][0] <= FRAME_MS + _PIECE_MS:
            pieces.insert(0, self._frames[-ONSET_FRAMES - 1])
        onset_ms = at_ms + FRAME_MS
        for start_ms, samples in reversed(pieces):
            for place in reversed(range(FRAME_SAMPLES // _PIECE)):
                if level_db(samples[place * _PIECE : (place + 1) * _PIECE]) <= threshold:
                    return min(onset_ms, at_ms + FRAME_MS - _PIECE_MS)
                onset_ms = start_ms + place * _PIECE_MS
        return onset_ms

    def _end_of_sound(self, frame: Samples, at_ms: int) -> int:
        threshold = self._gate.noise_db + STAY_DB
        for place in reversed(range(FRAME_SAMPLES // _PIECE)):
            if level_db(frame[place * _PIECE : (place + 1) * _PIECE]) > threshold:
                return at_ms + (place + 1) * _PIECE_MS
        return at_ms + FRAME_MS
