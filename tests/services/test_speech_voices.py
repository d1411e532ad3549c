import sys

import pytest

from harness.errors import ConfigurationError, HarnessError, UnknownNameError, VoiceUnavailableError
from harness.model.call import Role
from harness.model.persona import Voice
from harness.services.pyttsx3_voice import SystemVoice
from harness.services.voices import resolve_voice

MAC = (
    SystemVoice(id="com.apple.voice.Anna", name="Anna", languages=("de-de",)),
    SystemVoice(id="com.apple.voice.Daniel", name="Daniel", languages=("en-gb",)),
    SystemVoice(id="com.apple.voice.Samantha", name="Samantha", languages=("en-us",)),
    SystemVoice(id="com.apple.voice.Alex", name="Alex", languages=("en-us",)),
)


ESPEAK = (
    SystemVoice(id="sit/cmn", name="Chinese (Mandarin)", languages=("cmn",)),
    SystemVoice(id="gmw/de", name="German", languages=("de",)),
    SystemVoice(id="roa/es", name="Spanish (Spain)", languages=("es",)),
    SystemVoice(id="roa/fr-be", name="French (Belgium)", languages=("fr-be",)),
    SystemVoice(id="roa/fr", name="French (France)", languages=("fr-fr",)),
    SystemVoice(id="roa/es-419", name="Spanish (Latin America)", languages=("es-419",)),
)


def resolved(voice: Voice, *, platform: str = "linux", side: Role = Role.CALLER) -> str:
    return resolve_voice(voice, platform=platform, side=side, system_voices=lambda: MAC).name


@pytest.mark.parametrize(
    ("language", "platform", "side", "name"),
    [
        pytest.param("en-US", "linux", Role.CALLER, "hibari:heart", id="linux-caller"),
        pytest.param("en-GB", "linux", Role.AGENT, "hibari:heart-low", id="linux-agent"),
        pytest.param("en_US", "linux", Role.CALLER, "hibari:heart", id="underscore"),
        pytest.param("en-US", "darwin", Role.CALLER, "pyttsx3:com.apple.voice.Samantha", id="mac-caller"),
        pytest.param("en-US", "darwin", Role.AGENT, "pyttsx3:com.apple.voice.Alex", id="mac-agent"),
        pytest.param("en-GB", "win32", Role.CALLER, "pyttsx3:com.apple.voice.Daniel", id="region-first"),
        pytest.param("de-AT", "win32", Role.AGENT, "pyttsx3:com.apple.voice.Anna", id="another-region"),
    ],
)
def test_auto_becomes_a_concrete_voice(language: str, platform: str, side: Role, name: str) -> None:
    assert resolved(Voice(language=language), platform=platform, side=side) == name


@pytest.mark.parametrize(
    ("language", "caller", "agent"),
    [
        pytest.param("de-DE", "pyttsx3:de", "pyttsx3:de+f2", id="one-voice"),
        pytest.param("es-419", "pyttsx3:es-419", "pyttsx3:es-419+f2", id="region"),
        pytest.param("fr", "pyttsx3:fr", "pyttsx3:fr+f2", id="no-region"),
        pytest.param("fr-CA", "pyttsx3:fr", "pyttsx3:fr+f2", id="region-nobody-speaks"),
        pytest.param("zh-CN", "pyttsx3:cmn", "pyttsx3:cmn+f2", id="another-code-of-the-language"),
    ],
)
def test_caller_and_agent_are_two_speakers_of_espeak(language: str, caller: str, agent: str) -> None:
    voices = [
        resolve_voice(Voice(language=language), platform="linux", side=side, system_voices=lambda: ESPEAK).name
        for side in (Role.CALLER, Role.AGENT)
    ]
    assert voices == [caller, agent]


def test_where_a_language_has_one_voice_the_agent_speaks_it_lower() -> None:
    agent = resolve_voice(
        Voice(language="de-DE", pitch=1), platform="darwin", side=Role.AGENT, system_voices=lambda: MAC
    )
    assert (agent.name, agent.pitch) == ("pyttsx3:com.apple.voice.Anna", -2)


@pytest.mark.parametrize(
    ("voice", "says"),
    [
        pytest.param(Voice(pitch=-8, rate=2), r"rate from 0\.31 to 1\.57", id="lower-and-faster"),
        pytest.param(Voice(name="hibari:heart-high", rate=0.5), r"0\.43 times its own pace", id="made-up-voice-slowly"),
    ],
)
def test_more_than_an_engine_can_be_asked_for_is_refused_before_any_call(voice: Voice, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        resolved(voice)


def test_an_engine_of_another_package_may_be_named() -> None:
    def named(name: str) -> str:
        voice, engines = Voice(name=name), ("hibari", "elevenlabs")
        return resolve_voice(voice, platform="linux", side=Role.CALLER, engines=lambda: engines).name

    assert named("elevenlabs:rachel") == "elevenlabs:rachel"
    with pytest.raises(UnknownNameError, match=r"Did you mean 'elevenlabs:<voice>'"):
        named("elevenlab:rachel")


def test_only_the_name_of_a_voice_changes() -> None:
    voice = resolve_voice(Voice(language="en-GB", rate=1.2), platform="linux", side=Role.CALLER)
    assert voice == Voice(name="hibari:heart", language="en-GB", rate=1.2)


@pytest.mark.parametrize("name", ["hibari:heart-low", "pyttsx3:en-us+steph", "openai:alloy"])
def test_a_named_voice_is_left_alone(name: str) -> None:
    assert resolved(Voice(name=name)) == name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        pytest.param("hibari:hart", "Did you mean 'hibari:heart'", id="typing-mistake"),
        pytest.param("hibari:emma", "unknown voice 'hibari:emma'", id="only-by-download"),
        pytest.param("heart", "unknown voice 'heart'", id="no-engine"),
        pytest.param("elevenlabs:rachel", "unknown voice", id="no-such-engine"),
        pytest.param("openai:", "unknown voice 'openai:'", id="no-name"),
    ],
)
def test_a_voice_nobody_knows_is_refused(name: str, says: str) -> None:
    with pytest.raises(UnknownNameError, match=says):
        resolved(Voice(name=name))


def test_an_english_voice_is_not_asked_to_speak_german() -> None:
    with pytest.raises(VoiceUnavailableError, match="speaks English only, not 'de-DE'"):
        resolved(Voice(name="hibari:heart", language="de-DE"))


def test_a_language_without_any_voice_is_an_error_in_plain_words() -> None:
    with pytest.raises(VoiceUnavailableError, match="no installed voice speaks 'tlh'"):
        resolved(Voice(language="tlh"))


@pytest.mark.skipif(sys.platform != "linux", reason="lists the voices of espeak-ng")
def test_the_system_of_this_machine_speaks_german_and_not_klingon() -> None:
    german = resolve_voice(Voice(language="de-DE"), platform="linux", side=Role.CALLER)
    assert german.name == "pyttsx3:de"
    with pytest.raises(HarnessError, match="no installed voice"):
        resolve_voice(Voice(language="tlh-XX"), platform="linux", side=Role.CALLER)
