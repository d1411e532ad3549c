"""A side's mouth and ears, for both tiers: speech through TTS and STT, or words with nominal durations."""

from harness.audio.activity import trim_silence
from harness.interfaces import STT, TTS, Utterance
from harness.model.call import Heard, Word
from harness.model.persona import Voice


class VoicedMouth:
    """Speaks with a voice engine."""

    def __init__(self, tts: TTS, voice: Voice) -> None:
        """Take the engine and the concrete voice it is asked for (never `auto`)."""
        self._tts = tts
        self._voice = voice

    @property
    def name(self) -> str:
        """Return voice, rate and engine version, such as `hibari:heart/0.2.1+1`."""
        rate = "" if self._voice.rate == 1 else f"@{self._voice.rate:g}"
        return f"{self._voice.name}{rate}/{self._tts.name.partition('/')[2]}"

    async def speak(self, text: str) -> Utterance:
        """Synthesize, without the silence engines put around an utterance: its times are when it is heard."""
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


class RecognisingEars:
    """Hears with a recogniser."""

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
        return await self._stt.transcribe(utterance.clip, language=self._language)


class VerbatimEars:
    """Hears exactly what was said, its words spread evenly over the time it took."""

    @property
    def name(self) -> str:
        """Return `text`."""
        return "text"

    async def hear(self, utterance: Utterance) -> Heard:
        """Return the utterance's own words."""
        texts = utterance.text.split()
        starts = [utterance.duration_ms * index // len(texts) for index in range(len(texts))]
        ends = [*starts[1:], utterance.duration_ms]
        words = tuple(
            Word(text=text, start_ms=start, end_ms=end) for text, start, end in zip(texts, starts, ends, strict=False)
        )
        return Heard(text=" ".join(texts), words=words)
