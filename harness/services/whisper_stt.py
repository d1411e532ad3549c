"""The embedded recogniser: Whisper tiny.en in process, deterministic, with word times, off the event loop."""

import asyncio
import threading
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import resample
from harness.errors import ConfigurationError, ServiceError
from harness.model.call import Heard
from harness.services.weights import find_weights

if TYPE_CHECKING:  # it brings ctranslate2, onnxruntime and PyAV
    from harness.services.whisper_decoder import WhisperDecoder

_RECIPE = 2
"""Raised whenever the same clip would be heard differently, so that cached results are made anew."""

_WHISPER_HZ = 16_000
_QUIETEST_PEAK = 0.003
"""Of full scale, -50 dB: nothing below it is speech over a telephone."""


class WhisperSTT:
    """Recognises English with faster-whisper. One instance serves any number of tasks and threads."""

    def __init__(self, model_dir: str = "", *, threads: int = 1, workers: int = 2) -> None:
        """Load nothing yet; the first clip does.

        Args:
            model_dir: Folder with the weights; empty: the installed weights package.
            threads: Processor threads for one clip. More than one may change the last bits of a result.
            workers: Clips recognised at the same time.
        """
        self._model_dir = model_dir
        self._threads = threads
        self._workers = workers
        self._weights: Path | None = None
        self._decoder: WhisperDecoder | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Return model and version."""
        return f"whisper:tiny.en/faster-whisper-{version('faster-whisper')}+{_RECIPE}"

    def require(self, language: str) -> None:
        """Check language and weights without loading them.

        Raises:
            ConfigurationError: a language other than English.
            ModelUnavailableError: the weights are missing or not the expected ones.
        """
        if language.split("-")[0].lower() != "en":
            raise ConfigurationError(
                f"the embedded recogniser (whisper:tiny.en) understands English only, not {language!r}. "
                "Set stt to a recogniser for that language, such as openai:whisper-1, or run the text tier."
            )
        with self._loading:
            if self._weights is None:
                self._weights = find_weights(self._model_dir)

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        """Recognise speech in a clip.

        Raises:
            ConfigurationError: as `require`.
            ServiceError: the recogniser failed.
        """
        self.require(language)
        return await asyncio.to_thread(self._recognise, clip)

    def _recognise(self, clip: Clip) -> Heard:
        audio = resample(clip, _WHISPER_HZ).floats
        if not len(audio) or float(np.abs(audio).max()) < _QUIETEST_PEAK:
            return Heard(text="")
        try:
            return self._loaded().decode(audio)
        except (RuntimeError, ValueError) as error:
            raise ServiceError(
                f"could not recognise a clip of {clip.duration_ms} ms: {error}", service="whisper"
            ) from error

    def _loaded(self) -> "WhisperDecoder":
        assert self._weights is not None, "transcribe requires the language first"
        with self._loading:
            if self._decoder is None:
                from harness.services.whisper_decoder import WhisperDecoder

                self._decoder = WhisperDecoder(self._weights, threads=self._threads, workers=self._workers)
            return self._decoder
