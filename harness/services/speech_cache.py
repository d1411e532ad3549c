"""Speech made or recognised before, by content: a line is synthesized once and recognised once, ever.

Safe with several tasks and processes on one folder: an entry appears whole or not at all, one that cannot be read is
made anew, and a folder that cannot be written means no cache, not no call.
"""

import asyncio
import hashlib
import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

import numpy as np

from harness.audio.clip import Clip
from harness.interfaces import STT, TTS
from harness.interfaces.metering import Meter
from harness.model.call import Heard, Word
from harness.model.persona import Voice
from harness.model.usage import Service, Unit

Value = TypeVar("Value")

_log = logging.getLogger(__name__)


class CachedTTS:
    """A voice engine that remembers; only what is spoken anew is counted for the trial that asks."""

    def __init__(self, tts: TTS, folder: Path) -> None:
        self._tts = tts
        self._entries = _Entries(folder / "spoken", suffix=".pcm", encode=_encode_clip, decode=_decode_clip)

    @property
    def name(self) -> str:
        """Return the engine's name: it is the same speech."""
        return self._tts.name

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text`, or return what was spoken before."""
        key = _key(self._tts.name, text, voice.name, voice.language, voice.rate, voice.pitch)
        async with self._entries.only_one(key):
            clip = self._entries.read(key)
            if clip is None:
                meter = Meter.of(Service.TTS, voice.name)
                clip = await self._tts.synthesize(text, voice)
                meter.note(Unit.CHARACTERS, len(text))
                meter.note(Unit.SECONDS, clip.duration_ms / 1000)
                self._entries.write(key, clip)
            return clip


class CachedSTT:
    """A recogniser that remembers; only what is recognised anew is counted for the trial that asks."""

    def __init__(self, stt: STT, folder: Path) -> None:
        self._stt = stt
        self._entries = _Entries(folder / "heard", suffix=".json", encode=_encode_heard, decode=_decode_heard)

    @property
    def name(self) -> str:
        """Return the recogniser's name: it hears the same."""
        return self._stt.name

    def require(self, language: str) -> None:
        """Ask the recogniser: what it heard before does not count."""
        self._stt.require(language)

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        """Recognise a clip, or return what was recognised before."""
        key = _key(self._stt.name, clip.digest, language)
        async with self._entries.only_one(key):
            heard = self._entries.read(key)
            if heard is None:
                meter = Meter.of(Service.STT, self._stt.name)
                heard = await self._stt.transcribe(clip, language=language)
                # Silence is not sent.
                meter.note(Unit.SECONDS, clip.duration_ms / 1000 if clip.samples.any() else 0.0)
                self._entries.write(key, heard)
            return heard


class _Entries(Generic[Value]):
    """Files by key in one folder."""

    def __init__(
        self, folder: Path, *, suffix: str, encode: Callable[[Value], bytes], decode: Callable[[bytes], Value]
    ) -> None:
        self._folder = folder
        self._suffix = suffix
        self._encode = encode
        self._decode = decode
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._warned = False

    def only_one(self, key: str) -> asyncio.Lock:
        """Return the lock under which a key is made, so that several who want it at once wait for the first."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = asyncio.Lock()
        return lock

    def read(self, key: str) -> Value | None:
        """Return the entry; None when there is none, or none that is whole."""
        try:
            checksum, _, content = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        return self._decode(content) if checksum == _checksum(content) else None

    def write(self, key: str, value: Value) -> None:
        """Keep an entry if the folder allows it."""
        path, content = self._path(key), self._encode(value)
        unfinished = path.with_name(f"{path.name}.{os.getpid()}.{id(self):x}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(_checksum(content) + b"\n" + content)
            unfinished.replace(path)
        except OSError as error:
            if not self._warned:
                self._warned = True
                _log.warning("speech is not cached, so runs take longer: %s", error)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}{self._suffix}"


def _key(*parts: str | float) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _encode_clip(clip: Clip) -> bytes:
    return clip.rate_hz.to_bytes(4) + clip.samples.astype("<i2").tobytes()


def _decode_clip(content: bytes) -> Clip:
    return Clip(np.frombuffer(content[4:], dtype="<i2").astype(np.int16), int.from_bytes(content[:4]))


def _encode_heard(heard: Heard) -> bytes:
    words = [[word.text, word.start_ms, word.end_ms] for word in heard.words]
    return json.dumps([heard.text, words], ensure_ascii=False).encode()


def _decode_heard(content: bytes) -> Heard:
    text, words = json.loads(content)
    return Heard(text=text, words=tuple(Word(text=word, start_ms=start, end_ms=end) for word, start, end in words))
