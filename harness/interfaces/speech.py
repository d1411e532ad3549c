"""Voices and ears: engines, one side of a call in either tier, and the detector that tells voice from silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeAlias

from harness.audio.clip import Clip
from harness.model.call import Heard, Word
from harness.model.persona import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Words ready to be put on a line."""

    text: str
    duration_ms: int
    clip: Clip | None
    """None in the text tier."""
    words: tuple[Word, ...] = ()
    """When each word is said, from the start, where that is known."""
    sound: str = ""
    """What it is, where it is no speech: `cough`."""

    @property
    def timed_words(self) -> tuple[Word, ...]:
        """Return its words with their times, spread evenly where nobody knows when each is said."""
        if self.words:
            return self.words
        texts = self.text.split()
        edges = [self.duration_ms * place // max(len(texts), 1) for place in range(len(texts) + 1)]
        return tuple(
            Word(text=text, start_ms=start, end_ms=end)
            for text, (start, end) in zip(texts, pairwise(edges), strict=True)
        )

    @property
    def shown(self) -> str:
        """Return what a reader is told of it: its words, or the sound in brackets."""
        return f"[{self.sound}]" if self.sound else self.text


class TTS(Protocol):
    """A voice engine."""

    @property
    def name(self) -> str:
        """Return engine, voice and version, such as `hibari:heart/0.2.1`; part of cache keys and provenance."""
        ...

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text`; never returns an empty clip for text with words in it (ServiceError instead)."""
        ...


class STT(Protocol):
    """A recogniser."""

    @property
    def name(self) -> str:
        """Return engine, model and version; part of cache keys and provenance."""
        ...

    def require(self, language: str) -> None:
        """Raise ConfigurationError unless it can recognise this language here; called before any call is placed."""
        ...

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        """Recognise speech in a clip of any rate; silence is empty text, not an error."""
        ...


class Mouth(Protocol):
    """One side's voice, in either tier."""

    @property
    def name(self) -> str:
        """Return the voice's name for provenance; `text` in the text tier."""
        ...

    async def speak(self, text: str) -> Utterance:
        """Turn text into an utterance with a duration and, in the audio tier, a clip."""
        ...


class Ears(Protocol):
    """One side's hearing, in either tier."""

    @property
    def name(self) -> str:
        """Return the recogniser's name for provenance."""
        ...

    async def hear(self, utterance: Utterance) -> Heard:
        """Recognise an utterance as it came off the line, with word times relative to its start."""
        ...


class VoiceActivity(Protocol):
    """A detector of speech in sound."""

    @property
    def name(self) -> str:
        """Return model and version, for provenance."""
        ...

    def probabilities(self, clip: Clip) -> Sequence[float]:
        """Return how likely each 32 ms window of a clip of any rate holds speech, the last one filled with silence.

        Raises ModelUnavailableError.
        """
        ...


MouthFactory: TypeAlias = Callable[[Voice], Mouth]
EarsFactory: TypeAlias = Callable[[str], Ears]
"""From a BCP-47 language."""
