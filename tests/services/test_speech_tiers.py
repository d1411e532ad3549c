"""Mouths and ears of both tiers, on voices and recognisers that only count."""

import asyncio

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.interfaces import Utterance
from harness.model.call import Heard, Word
from harness.model.persona import Voice
from harness.services.speaking import NominalMouth, RecognisingEars, VerbatimEars, VoicedMouth


class BeepTTS:
    """Makes a second of sound between two pauses of a second."""

    name = "beep/1.0+2"

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        beep = np.zeros(3 * 8000, dtype=np.int16)
        beep[8000:16_000] = 9000
        return Clip(beep if text else beep[:8000], 8000)


class LanguageSTT:
    """Hears the language it is asked for."""

    name = "languages"

    def require(self, language: str) -> None: ...

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        return Heard(text=language)


def test_an_utterance_lasts_as_long_as_it_is_heard() -> None:
    utterance = asyncio.run(VoicedMouth(BeepTTS(), Voice(name="beep:high")).speak("Hello"))
    assert utterance.clip is not None
    assert utterance.duration_ms == utterance.clip.duration_ms == 1120


@pytest.mark.parametrize(("rate", "name"), [(1.0, "beep:high/1.0+2"), (1.25, "beep:high@1.25/1.0+2")])
def test_a_voice_is_named_with_its_rate_and_version(rate: float, name: str) -> None:
    assert VoicedMouth(BeepTTS(), Voice(name="beep:high", rate=rate)).name == name


def test_ears_listen_in_their_language() -> None:
    clip = Clip(np.ones(800, dtype=np.int16), 8000)
    ears = RecognisingEars(LanguageSTT(), "nl-NL")
    assert asyncio.run(ears.hear(Utterance(text="hallo", duration_ms=100, clip=clip))) == Heard(text="nl-NL")
    assert ears.name == "languages"


def test_without_sound_words_take_the_time_they_would_take() -> None:
    utterance = asyncio.run(NominalMouth(words_per_minute=120).speak("one two three four"))
    assert utterance == Utterance(text="one two three four", duration_ms=2000, clip=None)
    assert asyncio.run(NominalMouth().speak("")).duration_ms == 0


def test_without_sound_every_word_is_heard_in_its_share_of_the_time() -> None:
    heard = asyncio.run(VerbatimEars().hear(Utterance(text="A table,  please.", duration_ms=1000, clip=None)))
    assert heard.text == "A table, please."
    assert [(w.text, w.start_ms, w.end_ms) for w in heard.words] == [
        ("A", 0, 333),
        ("table,", 333, 666),
        ("please.", 666, 1000),
    ]
    assert asyncio.run(VerbatimEars().hear(Utterance(text="", duration_ms=0, clip=None))) == Heard(text="")


class LengthSTT:
    """Hears how long a clip is, in milliseconds, and takes its middle half for the word."""

    name = "lengths"

    def require(self, language: str) -> None: ...

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        length = clip.duration_ms
        return Heard(text=str(length), words=(Word(text=str(length), start_ms=length // 4, end_ms=length * 3 // 4),))


@pytest.mark.parametrize(
    ("second_ms", "heard"),
    [
        pytest.param(1500, [("1000", 250, 750), ("1000", 1250, 1750)], id="a pause parts what is recognised"),
        pytest.param(700, [("2000", 500, 1500)], id="a breath does not"),
    ],
)
def test_what_stands_between_pauses_is_recognised_by_itself(second_ms: int, heard: list[tuple[str, int, int]]) -> None:
    words = (Word(text="one", start_ms=0, end_ms=500), Word(text="two", start_ms=second_ms, end_ms=2000))
    clip = Clip(np.ones(16_000, dtype=np.int16), 8000)
    utterance = Utterance(text="one two", duration_ms=2000, clip=clip, words=words)
    found = asyncio.run(RecognisingEars(LengthSTT(), "en").hear(utterance))
    assert [(word.text, word.start_ms, word.end_ms) for word in found.words] == heard
    assert asyncio.run(VerbatimEars().hear(utterance)) == Heard(text="one two", words=words)
