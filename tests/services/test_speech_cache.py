import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.model.call import Heard, Word
from harness.model.persona import Voice
from harness.services.speech_cache import CachedSTT, CachedTTS

HEART, LOW = Voice(name="hibari:heart"), Voice(name="hibari:heart-low")


class CountingTTS:
    """Speaks slowly and counts how often."""

    def __init__(self, name: str = "counting/1") -> None:
        self.name = name
        self.spoken: list[str] = []

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        self.spoken.append(text)
        await asyncio.sleep(0)
        return Clip(np.arange(len(text) * 100, dtype=np.int16), 24_000)


class CountingSTT:
    """Hears the number of samples and counts how often."""

    name = "counting/1"

    def __init__(self) -> None:
        self.heard = 0

    def require(self, language: str) -> None: ...

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        self.heard += 1
        await asyncio.sleep(0)
        return Heard(text=f"{len(clip.samples)} é", words=(Word(text="é", start_ms=1, end_ms=20),))


def only_file(folder: Path) -> Path:
    (found,) = (path for path in folder.rglob("*") if path.is_file())
    return found


def test_a_line_is_spoken_once_and_comes_back_unchanged(tmp_path: Path) -> None:
    tts = CountingTTS()
    first = asyncio.run(CachedTTS(tts, tmp_path).synthesize("hello", HEART))
    second = asyncio.run(CachedTTS(tts, tmp_path).synthesize("hello", HEART))
    assert tts.spoken == ["hello"]
    assert (first.digest, second.rate_hz) == (second.digest, 24_000)


@pytest.mark.parametrize(
    ("name", "text", "voice"),
    [
        pytest.param("counting/1", "hello!", HEART, id="text"),
        pytest.param("counting/1", "hello", LOW, id="voice"),
        pytest.param("counting/1", "hello", Voice(name="hibari:heart", rate=1.1), id="rate"),
        pytest.param("counting/1", "hello", Voice(name="hibari:heart", pitch=2), id="pitch"),
        pytest.param("counting/1", "hello", Voice(name="hibari:heart", language="en-GB"), id="language"),
        pytest.param("counting/2", "hello", HEART, id="engine-version"),
    ],
)
def test_whatever_changes_the_sound_is_spoken_anew(tmp_path: Path, name: str, text: str, voice: Voice) -> None:
    asyncio.run(CachedTTS(CountingTTS(), tmp_path).synthesize("hello", HEART))
    other = CountingTTS(name)
    asyncio.run(CachedTTS(other, tmp_path).synthesize(text, voice))
    assert other.spoken == [text]


def test_those_who_ask_at_once_share_one_synthesis(tmp_path: Path) -> None:
    tts, stt = CountingTTS(), CountingSTT()
    voice, ears = CachedTTS(tts, tmp_path), CachedSTT(stt, tmp_path)
    clip = Clip(np.arange(9, dtype=np.int16), 8000)

    async def ask() -> None:
        await asyncio.gather(*(voice.synthesize("hello", HEART) for _ in range(5)))
        await asyncio.gather(*(ears.transcribe(clip, language="en") for _ in range(5)))

    asyncio.run(ask())
    assert tts.spoken == ["hello"]
    assert stt.heard == 1


def test_what_was_heard_comes_back_with_its_word_times(tmp_path: Path) -> None:
    stt, clip = CountingSTT(), Clip(np.arange(9, dtype=np.int16), 8000)
    first = asyncio.run(CachedSTT(stt, tmp_path).transcribe(clip, language="en"))
    assert asyncio.run(CachedSTT(stt, tmp_path).transcribe(clip, language="en")) == first
    assert stt.heard == 1
    asyncio.run(CachedSTT(stt, tmp_path).transcribe(clip, language="nl"))
    asyncio.run(CachedSTT(stt, tmp_path).transcribe(clip.span(0, 1), language="en"))
    assert stt.heard == 3


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda content: b"", id="empty"),
        pytest.param(lambda content: content[: len(content) // 2], id="cut-short"),
        pytest.param(lambda content: content[:-1] + bytes([content[-1] ^ 1]), id="one-bit"),
        pytest.param(lambda content: b"PK\x03\x04 nonsense", id="nonsense"),
    ],
)
def test_a_damaged_entry_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    tts, stt, clip = CountingTTS(), CountingSTT(), Clip(np.arange(9, dtype=np.int16), 8000)
    spoken, heard = CachedTTS(tts, tmp_path / "a"), CachedSTT(stt, tmp_path / "b")
    first = asyncio.run(spoken.synthesize("hello", HEART)).digest
    first_heard = asyncio.run(heard.transcribe(clip, language="en"))
    for folder in (tmp_path / "a", tmp_path / "b"):
        entry = only_file(folder)
        entry.write_bytes(damage(entry.read_bytes()))
    assert asyncio.run(spoken.synthesize("hello", HEART)).digest == first
    assert asyncio.run(heard.transcribe(clip, language="en")) == first_heard
    assert (len(tts.spoken), stt.heard) == (2, 2)
    asyncio.run(spoken.synthesize("hello", HEART))
    assert len(tts.spoken) == 2


def test_a_folder_that_cannot_be_written_costs_one_warning_and_no_call(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # A file where the folder should be: refused for everybody, even for root.
    (tmp_path / "cache").write_text("in the way")
    tts = CountingTTS()
    cached = CachedTTS(tts, tmp_path / "cache")
    with caplog.at_level(logging.WARNING):
        for text in ("hello", "hello", "bye"):
            assert len(asyncio.run(cached.synthesize(text, HEART)).samples)
    assert tts.spoken == ["hello", "hello", "bye"]
    assert [record.message.split(":")[0] for record in caplog.records] == ["speech is not cached, so runs take longer"]
