"""System voices through pyttsx3: espeak-ng on Linux (over a hundred languages), the good ones on macOS and Windows.

Each utterance is made by a process of its own (`pyttsx3_worker`), killed when it takes too long.
"""

import asyncio
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from harness.audio.clip import Clip
from harness.audio.files import load_clip
from harness.errors import ServiceError, ServiceTimeoutError, StoreError, VoiceUnavailableError
from harness.model.persona import Voice
from harness.services.spelling import spell_ids

PREFIX = "pyttsx3:"

_COMMAND = (sys.executable, "-P", "-m", "harness.services.pyttsx3_worker")
_WORDS_PER_MINUTE = 170
_OWN_PACE = {"en-us+steph": 140}
"""Words per minute of voices that a telephone carries better when they are slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemVoice:
    """A voice the operating system's speech engine offers."""

    id: str
    name: str
    languages: tuple[str, ...]
    """BCP-47, lower case."""


class Pyttsx3TTS:
    """Speaks with a voice named `pyttsx3:<voice>`, by the engine's id or name; espeak variants as `en-us+steph`."""

    def __init__(self, *, timeout_s: float = 30.0) -> None:
        self._timeout_s = timeout_s

    @property
    def name(self) -> str:
        """Return the versions that decide how a voice sounds."""
        try:
            engine = f"espeak-ng-{version('espeakng-loader')}"
        except PackageNotFoundError:
            engine = f"{platform.system()}-{platform.release()}"
        return f"pyttsx3/{version('pyttsx3')}+{engine}"

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text` in a child process.

        Raises:
            VoiceUnavailableError: the system has no such voice; the text lists near ones.
            ServiceTimeoutError: the child took too long and was ended.
            ServiceError: the engine failed, or text with words in it made no sound.
        """
        wanted = voice.name.removeprefix(PREFIX)
        with tempfile.TemporaryDirectory(prefix="harness-voice-") as folder:
            path = Path(folder, "utterance.wav")
            reply = await self._ask({
                "do": "speak",
                "text": spell_ids(text) if voice.language.lower().startswith("en") else text,
                "voice": wanted,
                "words_per_minute": round(_OWN_PACE.get(wanted, _WORDS_PER_MINUTE) * voice.rate),
                "path": str(path),
                "timeout_s": self._timeout_s,
            })  # fmt: skip
            _check(reply, voice=voice)
            try:
                clip = load_clip(path)
            except StoreError as error:
                raise ServiceError(f"wrote a broken file: {error}", service="pyttsx3") from error
        if len(clip.samples) == 0 and any(character.isalnum() for character in text):
            raise ServiceError(f"{wanted} made no sound for {text!r}", service="pyttsx3")
        return clip

    async def _ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(*_COMMAND, stdin=pipe, stdout=pipe, stderr=pipe)
        try:
            async with asyncio.timeout(self._timeout_s):
                out, noise = await child.communicate(json.dumps(request).encode())
        except TimeoutError as error:
            raise ServiceTimeoutError(f"did not answer within {self._timeout_s:g} s", service="pyttsx3") from error
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        return _read(out, noise=noise, code=child.returncode)


def list_system_voices(*, timeout_s: float = 30.0) -> tuple[SystemVoice, ...]:
    """Return every voice of the operating system's speech engine.

    Raises:
        ServiceError: the engine does not start.
    """
    request = json.dumps({"do": "list"}).encode()
    try:
        child = subprocess.run(_COMMAND, input=request, capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as error:
        raise ServiceTimeoutError(f"listed no voices within {timeout_s:g} s", service="pyttsx3") from error
    reply = _read(child.stdout, noise=child.stderr, code=child.returncode)
    if "failed" in reply:
        raise ServiceError(reply["failed"], service="pyttsx3")
    return tuple(
        SystemVoice(id=voice["id"], name=voice["name"], languages=tuple(voice["languages"]))
        for voice in reply["voices"]
    )


def _read(out: bytes, *, noise: bytes, code: int | None) -> Mapping[str, Any]:
    try:
        reply: Mapping[str, Any] = json.loads(out)
    except ValueError as error:
        last = noise.decode(errors="replace").strip().splitlines()[-1:]
        raise ServiceError(f"the voice process ended with {code}: {' '.join(last)}", service="pyttsx3") from error
    return reply


def _check(reply: Mapping[str, Any], *, voice: Voice) -> None:
    if "unknown_voice" in reply:
        near = ", ".join(f"{PREFIX}{name}" for name in reply["near"])
        raise VoiceUnavailableError(f"this system has no voice {voice.name!r}. Near names: {near}.")
    if "failed" in reply:
        raise ServiceError(reply["failed"], service="pyttsx3")
