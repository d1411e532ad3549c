"""A side's mouth and ears, for both tiers: speech through TTS and STT, or words with nominal durations."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from harness.audio.activity import trim_silence
from harness.interfaces import STT, TTS, Utterance
from harness.interfaces.metering import asked_by
from harness.model.call import Heard, Word
from harness.model.persona import Voice
from harness.model.usage import Side


class VoicedMouth:
    """Speaks with a voice engine."""

    def __init__(self, tts: TTS, voice: Voice, *, side: Side = Side.AGENT) -> None:
        """Take the engine, the concrete voice it is asked for (never `auto`), and whose voice it is."""
        self._tts = tts
        self._voice = voice
        self._side = side

    @property
    def name(self) -> str:
        """Return voice, rate, pitch and engine version, such as `hibari:heart@1.2+3st/0.2.1+1`."""
        rate = "" if self._voice.rate == 1 else f"@{self._voice.rate:g}"
        pitch = "" if self._voice.pitch == 0 else f"{self._voice.pitch:+g}st"
        return f"{self._voice.name}{rate}{pitch}/{self._tts.name.partition('/')[2]}"

    async def speak(self, text: str) -> Utterance:
        """Synthesize, without the silence engines put around an utterance: its times are when it is heard."""
        with asked_by(self._side):
            clip = trim_silence(await self._tts.synthesize(text, self._voice))
        return Utterance(text=text, duration_ms=clip.duration_ms, clip=clip)


class NominalMouth:
    """Takes the time speech would take, and makes no sound."""

    def __init__(self, *, words_per_minute: int = 160) -> None:
        self._words_per_minute = words_per_minute

    @property
    def name(self) -> str:
        """Return `text`."""
        return "text"

    async def speak(self, text: str) -> Utterance:
        """Return the words with their nominal duration."""
        return Utterance(text=text, duration_ms=round(len(text.split()) * 60_000 / self._words_per_minute), clip=None)


PAUSE_MS: Final = 600
"""A pause this long, where it is known of, parts what is given to the recogniser."""


class RecognisingEars:
    """Hears with a recogniser.

    A recogniser that listens as somebody speaks ends a stretch of speech at a pause; one that is given all at once may
    smear its words over the pause. So what stands between two known pauses is recognised by itself.
    """

    def __init__(self, stt: STT, language: str) -> None:
        self._stt = stt
        self._language = language

    @property
    def name(self) -> str:
        """Return the recogniser's name."""
        return self._stt.name

    async def hear(self, utterance: Utterance) -> Heard:
        """Recognise what came off the line."""
        assert utterance.clip is not None, "the audio tier hears audio"
        edges_ms = (0, *_pauses(utterance.words), utterance.duration_ms)
        with asked_by(Side.PLATFORM):
            heard = [
                (start_ms, await self._stt.transcribe(utterance.clip.span(start_ms, end_ms), language=self._language))
                for start_ms, end_ms in pairwise(edges_ms)
            ]
        return Heard(
            text=" ".join(part.text for _, part in heard if part.text),
            words=tuple(word.later(start_ms) for start_ms, part in heard for word in part.words),
        )


def _pauses(words: Sequence[Word]) -> tuple[int, ...]:
    """Return the middles of the pauses between words."""
    gaps = ((before.end_ms, after.start_ms) for before, after in pairwise(words))
    return tuple((end_ms + start_ms) // 2 for end_ms, start_ms in gaps if start_ms - end_ms >= PAUSE_MS)


class VerbatimEars:
    """Hears exactly what was said."""

    @property
    def name(self) -> str:
        """Return `text`."""
        return "text"

    async def hear(self, utterance: Utterance) -> Heard:
        """Return the utterance's own words, spread evenly where nobody knows when each is said."""
        words = utterance.timed_words
        return Heard(text=" ".join(word.text for word in words), words=words)
