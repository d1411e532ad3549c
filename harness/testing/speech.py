"""Doubles for one side: a voice of real sound and known length, ears that know the words, an agent with a script."""

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count

import numpy as np

from harness.audio.clip import Clip
from harness.errors import ServiceError
from harness.interfaces import Delta, Message, StopReason, ToolSpec, Utterance
from harness.model.call import Heard, Word


class ToneMouth:
    """Speaks every word as a steady tone of `word_ms`; the clip is real, its length follows from the text."""

    name = "tone"

    def __init__(
        self, *, word_ms: int = 300, rate_hz: int = 8_000, pitch_hz: int = 440, text_only: bool = False
    ) -> None:
        """Choose length and sound; `text_only` gives utterances without a clip, for the text tier."""
        self._word_ms = word_ms
        self._rate_hz = rate_hz
        self._pitch_hz = pitch_hz
        self._text_only = text_only

    async def speak(self, text: str) -> Utterance:
        """Return the tone for a text."""
        duration_ms = self._word_ms * len(text.split())
        clip = None if self._text_only else self._tone(duration_ms)
        return Utterance(text=text, duration_ms=duration_ms, clip=clip)

    def _tone(self, duration_ms: int) -> Clip:
        times = np.arange(duration_ms * self._rate_hz // 1000) / self._rate_hz
        return Clip.of_floats(0.3 * np.sin(2 * np.pi * self._pitch_hz * times), self._rate_hz)


class EchoEars:
    """Hears exactly what was said, each word an equal part of the utterance; hears nothing in texts it is deaf to."""

    name = "echo"

    def __init__(self, *, deaf_to: Sequence[str] = ()) -> None:
        """Name the texts that are not recognised."""
        self._deaf_to = frozenset(deaf_to)

    async def hear(self, utterance: Utterance) -> Heard:
        """Return the utterance's own words."""
        words = utterance.text.split()
        if not words or utterance.text in self._deaf_to:
            return Heard(text="")
        if utterance.words:
            return Heard(text=utterance.text, words=utterance.words)
        step_ms = utterance.duration_ms / len(words)
        return Heard(
            text=utterance.text,
            words=tuple(
                Word(text=word, start_ms=round(place * step_ms), end_ms=round((place + 1) * step_ms))
                for place, word in enumerate(words)
            ),
        )


class ScriptedAgent:
    """Gives its replies in order, the last one again and again, word by word; keeps what it was asked.

    A reply that is a ServiceError is raised instead, one of deltas is given as it is; an empty one is silence.
    """

    def __init__(self, *replies: str | ServiceError | tuple[Delta, ...]) -> None:
        """Take the replies; the first is the greeting."""
        self._replies = replies
        self._runs: Iterator[int] = count()
        self.asked: list[tuple[Message, ...]] = []
        """The history of every run so far."""
        self.offered: list[tuple[ToolSpec, ...]] = []
        """The tools of every run so far."""

    async def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        """Stream the next reply."""
        self.asked.append(tuple(history))
        self.offered.append(tuple(tools))
        reply = self._replies[min(next(self._runs), len(self._replies) - 1)]
        match reply:
            case ServiceError():
                raise reply
            case str():
                for word in reply.split():
                    yield Delta(text=f"{word} ")
                yield Delta(stop=StopReason.END)
            case _:
                for delta in reply:
                    yield delta


class ManualClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        """Start at 0."""
        self._now_ms = 0.0

    def now_ms(self) -> float:
        """Return the time it was moved to."""
        return self._now_ms

    def advance(self, by_ms: float) -> None:
        """Let time pass."""
        self._now_ms += by_ms
