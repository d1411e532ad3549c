"""Voices tried by themselves: spoken, sent over an 8 kHz µ-law line, recognised, and compared with what was said.

No agent and no call takes part, so that whatever is lost here is the voice's and the recogniser's own.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.audio.codec import through_telephone
from harness.errors import ConfigurationError
from harness.interfaces import STT, Mouth
from harness.model.call import Role
from harness.model.persona import Voice
from harness.model.score import WordCounts
from harness.model.voice_floor import VoiceFloor
from harness.services.languages import spoken_language
from harness.wiring.workshop import Workshop

if TYPE_CHECKING:  # it is read where it is needed
    from harness.services.spoken_samples import Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitTest:
    """How many of the digits 0 to 9 got through, each spoken once."""

    voice: str
    language: str
    right: int
    heard: tuple[str, ...]
    """What the recogniser wrote, a text for each group of digits."""
    floor: VoiceFloor | None


async def measure_floor(workshop: Workshop, voice: Voice) -> VoiceFloor:
    """Return what a voice loses of the sentences of its language.

    Raises:
        ConfigurationError: no such voice, nobody who understands it, or a language without sentences.
        ServiceError: voice or recogniser failed.
    """
    from harness.scorers.word_errors import compare

    texts, concrete = _texts(voice.language), workshop.concrete_voice(voice, side=Role.CALLER)
    mouth, ears = _voice_and_ears(workshop, concrete)
    counts = WordCounts()
    for sentence in texts.sentences:
        heard = await _heard(sentence, mouth=mouth, ears=ears, language=voice.language)
        counts += compare(sentence, hypothesis=heard, lang=voice.language).chosen.counts
    return VoiceFloor(
        voice=concrete.name,
        engine=mouth.name.partition("/")[2],
        language=spoken_language(voice.language),
        recogniser=workshop.heard_by(voice.language).partition("/")[0],
        counts=counts,
    )


async def try_digits(workshop: Workshop, voice: Voice) -> DigitTest:
    """Return how many of ten spoken digits a voice gets through.

    Raises:
        ConfigurationError: no such voice, nobody who understands it, or a language whose digits are not known.
        ServiceError: voice or recogniser failed.
    """
    from harness.scorers.wer import Unit, align
    from harness.services.spoken_samples import DIGIT_GROUPS

    texts, concrete = _texts(voice.language), workshop.concrete_voice(voice, side=Role.CALLER)
    mouth, ears = _voice_and_ears(workshop, concrete)
    right, answers = 0, []
    for group in DIGIT_GROUPS:
        answers.append(await _heard(texts.read_out(group), mouth=mouth, ears=ears, language=voice.language))
        said, heard = (
            [Unit(key=str(digit), shown=str(digit)) for digit in digits]
            for digits in (group, texts.digits_in(answers[-1]))
        )
        right += align(said, hypothesis=heard).counts.hits
    return DigitTest(
        voice=concrete.name,
        language=spoken_language(voice.language),
        right=right,
        heard=tuple(answers),
        floor=workshop.voice_floor(concrete, Role.CALLER),
    )


def _texts(language: str) -> "Samples":
    from harness.services.spoken_samples import samples_of, tried_languages

    texts = samples_of(language)
    if texts is None:
        raise ConfigurationError(
            f"there are no sentences in {language!r} to try a voice with. Known: {', '.join(tried_languages())}."
        )
    return texts


def _voice_and_ears(workshop: Workshop, voice: Voice) -> tuple[Mouth, STT]:
    workshop.check_hearing(voice.language)
    return workshop.mouth(voice, side=Role.CALLER), workshop.recogniser()


async def _heard(text: str, *, mouth: Mouth, ears: STT, language: str) -> str:
    clip = (await mouth.speak(text)).clip
    assert clip is not None, "the audio tier speaks"
    return (await ears.transcribe(through_telephone(clip), language=language)).text
