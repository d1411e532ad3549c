"""The rows of `harness voices`: what is installed, and what of it is tried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from harness.errors import ConfigurationError, VoiceUnavailableError
from harness.model.call import Role
from harness.model.persona import Voice
from harness.model.voice_floor import VoiceFloor
from harness.wiring import Workshop
from harness.wiring.engines import voice_engines
from harness.wiring.plugins import Group, engine_source

FLOOR_WIDTH = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One voice, or one engine whose voices only its service knows."""

    voice: str
    language: str
    floor: str
    engine: str


def installed_voices(workshop: Workshop, languages: Sequence[str], *, own: Path) -> tuple[Row, ...]:
    """Return what is installed, of all languages or of some; variants are listed where languages were named.

    Raises:
        VoiceUnavailableError: nothing installed speaks one of the languages.
    """
    from harness.services.pyttsx3_voice import PREFIX
    from harness.services.pyttsx3_worker import short_name
    from harness.services.voices import ESPEAK_VARIANTS, spoken_by

    listed = workshop.system_voices()
    found = [_hibari(workshop, own=own)] if not languages or _any_english(languages) else []
    system = {voice.id: voice for language in languages for voice in spoken_by(language, listed)} if languages else {
        voice.id: voice for voice in listed
    }  # fmt: skip
    rows = [row for group in found for row in group]
    for voice in system.values():
        tag = voice.languages[0] if voice.languages else ""
        espeak = "/" in voice.id or voice.id == tag
        names = [short_name(voice.id)] if espeak else [voice.id]
        names += [f"{names[0]}+{variant}" for variant in ESPEAK_VARIANTS] if languages and espeak else []
        rows += [_row(workshop, f"{PREFIX}{name}", tag, engine=voice.name.strip(), own=own) for name in names]
    for language in languages:
        if not _any_english([language]) and not spoken_by(language, listed):
            raise VoiceUnavailableError(
                f"no installed voice speaks {language!r}. harness voices lists every language there is; a voice of a "
                "speech service, such as openai:alloy, may speak it."
            )
    return (*rows, *_services())


def trial_voices(languages: Sequence[str], *, names: Sequence[str], workshop: Workshop) -> tuple[Voice, ...]:
    """Return the voices to try: those named, else `auto`, in each language.

    Args:
        languages: In which; empty: in every one there are texts of and somebody here understands.
        names: Which voices.
        workshop: Knows what is installed.

    Raises:
        ConfigurationError: a voice that does not exist or does not speak the language.
    """
    from harness.services.spoken_samples import tried_languages

    spoken = languages or tuple(language for language in tried_languages() if _understood(workshop, language))
    voices = [Voice(name=name, language=language) for language in spoken for name in names or ("auto",)]
    return tuple(workshop.concrete_voice(voice, side=Role.CALLER) for voice in voices)


def floor_text(floor: VoiceFloor | None) -> str:
    """Return a floor as the tables show it."""
    return str(floor) if floor else "not measured"


def _understood(workshop: Workshop, language: str) -> bool:
    try:
        workshop.check_hearing(language)
    except ConfigurationError as error:
        click.echo(f"{language} is left out: {error}", err=True)
        return False
    return True


def _hibari(workshop: Workshop, *, own: Path) -> list[Row]:
    from harness.services.hibari_voice import TIMBRES

    return [_row(workshop, name, "en", engine="hibari", own=own) for name in TIMBRES]


def _row(workshop: Workshop, voice: str, language: str, *, engine: str, own: Path) -> Row:
    from harness.services.voice_floors import voice_floor

    floor = voice_floor(voice, language, workshop.heard_by(language), own=own)
    return Row(voice=voice, language=language, floor=floor_text(floor), engine=engine)


def _services() -> Iterator[Row]:
    for engine in voice_engines():
        if engine in ("hibari", "pyttsx3"):
            continue
        source = engine_source(Group.VOICES, engine)
        where = f"package {source}" if source else "service, extra [openai]"
        yield Row(voice=f"{engine}:<voice>", language="many", floor="", engine=where)


def _any_english(languages: Sequence[str]) -> bool:
    from harness.services.languages import spoken_language

    return any(spoken_language(language) == "en" for language in languages)
