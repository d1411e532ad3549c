"""Which voice speaks: turns `auto` into a concrete one, and refuses voices that do not exist before any call."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from harness.errors import UnknownNameError, VoiceUnavailableError
from harness.model.call import Role
from harness.model.persona import Voice
from harness.services.hibari_voice import TIMBRES
from harness.services.languages import spoken_language
from harness.services.pitched import NO_TIMBRES, require_pace
from harness.services.pyttsx3_voice import PREFIX, SystemVoice, list_system_voices
from harness.services.pyttsx3_worker import short_name

ENGINES = ("hibari", "openai", "pyttsx3")
"""What the harness brings itself."""
ESPEAK_VARIANTS = ("f2", "m3", "steph", "edward")
"""Variants of espeak-ng that differ clearly from each other and from the plain voice; there are a hundred more."""

_HIBARI_BY_SIDE = {Role.CALLER: "hibari:heart", Role.AGENT: "hibari:heart-low"}
_ONLY_VOICE_LOWERED = -3.0
"""Semitones by which the agent speaks lower where a language has one voice."""

SystemVoices = Callable[[], Iterable[SystemVoice]]


def resolve_voice(
    voice: Voice,
    *,
    platform: str,
    side: Role,
    system_voices: SystemVoices = list_system_voices,
    engines: Callable[[], Iterable[str]] = lambda: ENGINES,
) -> Voice:
    """Return the voice with a concrete `<engine>:<voice>` name.

    `auto` is a system voice on macOS and Windows; elsewhere hibari for English and espeak-ng, through pyttsx3, for
    every other language. Caller and agent get different voices.

    Args:
        voice: What was asked for.
        platform: `sys.platform`.
        side: Who is to speak.
        system_voices: Lists the operating system's voices; only called when one of them is needed.
        engines: Lists the engines there are; only called for one the harness does not bring itself.

    Raises:
        UnknownNameError: an engine or a bundled voice nobody knows.
        VoiceUnavailableError: no voice speaks the language.
        ConfigurationError: pitch and rate together are more than an engine can be asked for.
    """
    if voice.name == "auto":
        voice = _automatic(voice, platform=platform, side=side, system_voices=system_voices)
    engine, colon, name = voice.name.partition(":")
    known = ENGINES if engine in ENGINES else tuple(engines())
    if not (colon and name) or engine not in known:
        others = (f"{other}:<voice>" for other in known if other not in ENGINES)
        names = ("auto", *TIMBRES, "pyttsx3:en-us", "openai:alloy", *others)
        raise UnknownNameError(kind="voice", name=voice.name, known=names)
    if engine == "hibari":
        if voice.name not in TIMBRES:
            raise UnknownNameError(kind="voice", name=voice.name, known=tuple(TIMBRES))
        if spoken_language(voice.language) != "en":
            raise VoiceUnavailableError(
                f"{voice.name} speaks English only, not {voice.language!r}. Use voice: auto for that language."
            )
    require_pace(voice, timbres=TIMBRES if engine == "hibari" else NO_TIMBRES)
    return voice


def spoken_by(language: str, voices: Iterable[SystemVoice]) -> tuple[SystemVoice, ...]:
    """Return the voices of a language: those of the very region, then the plain one, then in the system's order."""
    exact, spoken = language.lower(), spoken_language(language)
    found = [voice for voice in voices if any(spoken_language(tag) == spoken for tag in voice.languages)]
    # Without a region, espeak's `fr` comes before `fr-be`.
    plain = exact.split("-")[0]
    return tuple(sorted(found, key=lambda voice: (exact not in voice.languages, short_name(voice.id) != plain)))


def _automatic(voice: Voice, *, platform: str, side: Role, system_voices: SystemVoices) -> Voice:
    on_espeak = platform not in ("darwin", "win32")
    if on_espeak and spoken_language(voice.language) == "en":
        return replace(voice, name=_HIBARI_BY_SIDE[side])
    candidates = spoken_by(voice.language, tuple(system_voices()))
    if not candidates:
        raise VoiceUnavailableError(
            f"no installed voice speaks {voice.language!r}. Install one in the operating system, name a voice with "
            "`voice:` (openai:alloy speaks many languages), or run the text tier."
        )
    if on_espeak:
        # Two voices of one language are dialects there, and hard to tell apart; a variant is another speaker.
        variant = "" if side is Role.CALLER else f"+{ESPEAK_VARIANTS[0]}"
        return replace(voice, name=f"{PREFIX}{short_name(candidates[0].id)}{variant}")
    if side is Role.CALLER or len(candidates) > 1:
        return replace(voice, name=f"{PREFIX}{candidates[0 if side is Role.CALLER else 1].id}")
    return replace(voice, name=f"{PREFIX}{candidates[0].id}", pitch=voice.pitch + _ONLY_VOICE_LOWERED)
