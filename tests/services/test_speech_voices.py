import sys

import pytest

from harness.errors import HarnessError, UnknownNameError, VoiceUnavailableError
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


def resolved(voice: Voice, *, platform: str = "linux", side: Role = Role.CALLER) -> str:
    return resolve_voice(voice, platform=platform, side=side, system_voices=lambda: MAC).name


@pytest.mark.parametrize(
    ("language", "platform", "side", "name"),
    [
        pytest.param("en-US", "linux", Role.CALLER, "hibari:heart", id="linux-caller"),
        pytest.param("en-GB", "linux", Role.AGENT, "hibari:heart-low", id="linux-agent"),
        pytest.param("de-DE", "linux", Role.CALLER, "pyttsx3:com.apple.voice.Anna", id="linux-german"),
        pytest.param("en-US", "darwin", Role.CALLER, "pyttsx3:com.apple.voice.Samantha", id="mac-caller"),
        pytest.param("en-US", "darwin", Role.AGENT, "pyttsx3:com.apple.voice.Alex", id="mac-agent"),
        pytest.param("en-GB", "win32", Role.CALLER, "pyttsx3:com.apple.voice.Daniel", id="region-first"),
        pytest.param("de-AT", "win32", Role.AGENT, "pyttsx3:com.apple.voice.Anna", id="another-region-one-voice"),
    ],
)
def test_auto_becomes_a_concrete_voice(language: str, platform: str, side: Role, name: str) -> None:
    assert resolved(Voice(language=language), platform=platform, side=side) == name


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
    assert german.name == "pyttsx3:gmw/de"
    with pytest.raises(HarnessError, match="no installed voice"):
        resolve_voice(Voice(language="tlh-XX"), platform="linux", side=Role.CALLER)
