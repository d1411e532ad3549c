"""OpenAI's voices and recogniser through the official SDK: the one door to `openai` for speech.

Works with every server that speaks the same protocol: pass `base_url`, or set OPENAI_BASE_URL.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from harness.audio.clip import Clip
from harness.audio.files import wav_bytes
from harness.errors import (
    MissingExtraError,
    MissingKeyError,
    RateLimitedError,
    ServiceError,
    ServiceRejectedError,
    ServiceTimeoutError,
)
from harness.model.call import Heard, Word
from harness.model.persona import Voice

if TYPE_CHECKING:  # it takes a second to import
    import openai

PREFIX = "openai:"

_KEY = "OPENAI_API_KEY"
_PCM_HZ = 24_000
"""Of the `pcm` response format: 16-bit little-endian, one channel."""

Answer = TypeVar("Answer")


class OpenAITTS:
    """Speaks with a voice named `openai:<voice>`, such as `openai:alloy`."""

    def __init__(self, *, model: str = "gpt-4o-mini-tts", base_url: str | None = None, timeout_s: float = 60.0) -> None:
        """Prepare; nothing is sent yet.

        Raises:
            MissingExtraError: the `openai` package is not installed.
            MissingKeyError: OPENAI_API_KEY is not set.
        """
        self._model = model
        self._account = _Account(what=f"voice {PREFIX}*", base_url=base_url, timeout_s=timeout_s)

    @property
    def name(self) -> str:
        """Return provider and model."""
        return f"openai/{self._model}"

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text`.

        Raises:
            ServiceError: and its children.
        """

        async def ask(client: "openai.AsyncOpenAI") -> bytes:
            answer = await client.audio.speech.create(
                input=text,
                model=self._model,
                voice=voice.name.removeprefix(PREFIX),
                response_format="pcm",
                speed=voice.rate,
            )
            return answer.content

        pcm = await self._account.ask(ask)
        if len(pcm) < 2 and any(character.isalnum() for character in text):
            raise ServiceError(f"{voice.name} made no sound for {text!r}", service="openai")
        return Clip(np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.int16), _PCM_HZ)


class OpenAISTT:
    """Recognises speech in many languages, with word times."""

    def __init__(self, *, model: str = "whisper-1", base_url: str | None = None, timeout_s: float = 60.0) -> None:
        """Prepare; nothing is sent yet. Only `whisper-1` gives word times.

        Raises:
            MissingExtraError: the `openai` package is not installed.
            MissingKeyError: OPENAI_API_KEY is not set.
        """
        self._model = model
        self._account = _Account(what=f"stt {PREFIX}{model}", base_url=base_url, timeout_s=timeout_s)

    @property
    def name(self) -> str:
        """Return provider and model."""
        return f"{PREFIX}{self._model}"

    def require(self, language: str) -> None:
        """Accept any language: the service knows which it serves, and says so when it is asked."""

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        """Recognise a clip; an empty one is not sent.

        Raises:
            ServiceError: and its children.
        """
        if not clip.samples.any():
            return Heard(text="")

        async def ask(client: "openai.AsyncOpenAI") -> Heard:
            answer = await client.audio.transcriptions.create(
                file=("clip.wav", wav_bytes(clip), "audio/wav"),
                model=self._model,
                language=language.split("-")[0].lower(),
                response_format="verbose_json",
                temperature=0,
                timestamp_granularities=["word"],
            )
            words = tuple(
                Word(text=word.word, start_ms=round(word.start * 1000), end_ms=round(word.end * 1000))
                for word in answer.words or ()
            )
            return Heard(text=answer.text.strip(), words=words)

        return await self._account.ask(ask)


class _Account:
    """Holds what every request needs; the key stays out of every text."""

    def __init__(self, *, what: str, base_url: str | None, timeout_s: float) -> None:
        try:
            import openai  # noqa: F401
        except ImportError as error:
            raise MissingExtraError(what=what, package="openai", extra="openai") from error
        self._key = os.environ.get(_KEY, "")
        if not self._key:
            raise MissingKeyError(what=what, variable=_KEY)
        self._base_url = base_url
        self._timeout_s = timeout_s

    async def ask(self, request: "Callable[[openai.AsyncOpenAI], Awaitable[Answer]]") -> Answer:
        """Make a request, once more if the first try met a broken connection or a server's own fault."""
        import openai

        try:
            # A connection of its own for each request: one kept open could not outlive the event loop it began in.
            async with (
                asyncio.timeout(self._timeout_s),
                openai.AsyncOpenAI(
                    api_key=self._key, base_url=self._base_url, timeout=self._timeout_s, max_retries=0
                ) as client,
            ):
                try:
                    return await request(client)
                except openai.APITimeoutError:
                    raise
                except (openai.APIConnectionError, openai.InternalServerError):
                    return await request(client)
        # The SDK's versions let their HTTP library's and JSON's own exceptions through.
        except Exception as error:
            # A cause that quotes the key would be printed with the traceback.
            raise self._translate(error) from (None if self._key in str(error) else error)

    def _translate(self, error: Exception) -> ServiceError:
        import openai

        said = str(error).replace(self._key, "[key]")
        match error:
            case TimeoutError() | openai.APITimeoutError():
                return ServiceTimeoutError(f"no answer within {self._timeout_s:g} s", service="openai")
            case openai.RateLimitError() if error.code != "insufficient_quota":
                wait = error.response.headers.get("retry-after", "")
                return RateLimitedError(
                    f"asks for fewer requests ({said}). Lower concurrency or wait.",
                    service="openai",
                    retry_after_s=float(wait) if wait.replace(".", "", 1).isdigit() else None,
                )
            case openai.APIStatusError() if error.status_code in (401, 403):
                return ServiceRejectedError(
                    f"access refused ({said}). Check {_KEY}.", service="openai", status=error.status_code
                )
            case openai.APIStatusError() if error.status_code < 500:
                return ServiceRejectedError(f"refused the request ({said})", service="openai", status=error.status_code)
            case openai.APIStatusError():
                return ServiceError(f"failed ({said})", service="openai", status=error.status_code)
            case openai.APIConnectionError():
                return ServiceError(
                    "cannot be reached, or the connection broke. Check the network and OPENAI_BASE_URL.",
                    service="openai",
                )
            case _:
                return ServiceError(f"sent an answer that cannot be read ({said})", service="openai")
