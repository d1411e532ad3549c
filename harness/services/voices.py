"""Which voice speaks: turns `auto` into a concrete one, and refuses voices that do not exist before any call."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from harness.errors import UnknownNameError, VoiceUnavailableError
from harness.model.call import Role
from harness.model.persona import Voice
from harness.services.hibari_voice import TIMBRES
from harness.services.pyttsx3_voice import SystemVoice, list_system_voices

ENGINES = ("hibari", "openai", "pyttsx3")

_HIBARI_BY_SIDE = {Role.CALLER: "hibari:heart", Role.AGENT: "hibari:heart-low"}

SystemVoices = Callable[[], Iterable[SystemVoice]]


def resolve_voice(
    voice: Voice, *, platform: str, side: Role, system_voices: SystemVoices = list_system_voices
) -> Voice:
    """Return the voice with a concrete `<engine>:<voice>` name.

    `auto` is a system voice on macOS and Windows; elsewhere hibari for English and espeak-ng, through pyttsx3, for
    every other language. Caller and agent get different voices where there are two.

    Args:
        voice: What was asked for.
        platform: `sys.platform`.
        side: Who is to speak.
        system_voices: Lists the operating system's voices; only called when one of them is needed.

    Raises:
        UnknownNameError: an engine or a bundled voice nobody knows.
        VoiceUnavailableError: no voice speaks the language.
    """
    if voice.name == "auto":
        return replace(voice, name=_automatic(voice, platform=platform, side=side, system_voices=system_voices))
    engine, colon, name = voice.name.partition(":")
    if not (colon and name) or engine not in ENGINES:
        raise UnknownNameError(kind="voice", name=voice.name, known=("auto", *TIMBRES, "pyttsx3:en-us", "openai:alloy"))
    if engine == "hibari":
        if voice.name not in TIMBRES:
            raise UnknownNameError(kind="voice", name=voice.name, known=tuple(TIMBRES))
        if _primary(voice.language) != "en":
            raise VoiceUnavailableError(
                f"{voice.name} speaks English only, not {voice.language!r}. Use voice: auto for that language."
            )
    return voice


def _automatic(voice: Voice, *, platform: str, side: Role, system_voices: SystemVoices) -> str:
    if platform not in ("darwin", "win32") and _primary(voice.language) == "en":
        return _HIBARI_BY_SIDE[side]
    candidates = _speaking(voice.language, tuple(system_voices()))
    if not candidates:
        raise VoiceUnavailableError(
            f"no installed voice speaks {voice.language!r}. Install one in the operating system, name a voice with "
            "`voice:` (openai:alloy speaks many languages), or run the text tier."
        )
    chosen = candidates[0] if side is Role.CALLER else candidates[1 % len(candidates)]
    return f"pyttsx3:{chosen.id}"


def _speaking(language: str, voices: tuple[SystemVoice, ...]) -> tuple[SystemVoice, ...]:
    """Return the voices of a language, those of the very region first, otherwise in the system's order."""
    exact = language.lower()
    spoken = [voice for voice in voices if any(_primary(tag) == _primary(exact) for tag in voice.languages)]
    return tuple(sorted(spoken, key=lambda voice: exact not in voice.languages))


def _primary(language: str) -> str:
    return language.split("-")[0].lower()
