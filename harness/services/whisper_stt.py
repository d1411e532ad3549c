"""The embedded recogniser: Whisper in process, deterministic, with word times, off the event loop.

English is heard by tiny.en, which is installed with the harness; every other language by base, where it is installed.
"""

import asyncio
import re
import threading
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import resample
from harness.errors import ConfigurationError, ModelUnavailableError, ServiceError
from harness.model.call import Heard
from harness.services.languages import spoken_language
from harness.services.weights import Weights, WhisperModel, find_weights

if TYPE_CHECKING:  # it brings ctranslate2, onnxruntime and PyAV
    from harness.services.whisper_decoder import WhisperDecoder

_RECIPE = 2
"""Raised whenever the same clip would be heard differently, so that cached results are made anew."""

_WHISPER_HZ = 16_000
_QUIETEST_PEAK = 0.003
"""Of full scale, -50 dB: nothing below it is speech over a telephone."""
_LANGUAGE_TOKEN = re.compile(r'"<\|([a-z]{2,3})\|>"')


@dataclass(slots=True, kw_only=True)
class _Loaded:
    """What of one model was found and loaded so far."""

    weights: Weights
    languages: frozenset[str]
    """Whisper's codes of the languages it knows."""
    decoder: "WhisperDecoder | None" = field(default=None)


def model_for(language: str, *, chosen: WhisperModel | None = None) -> WhisperModel:
    """Return the model that hears a language: the chosen one, else tiny.en for English and base for the others."""
    if chosen is not None:
        return chosen
    return WhisperModel.TINY_EN if spoken_language(language) == "en" else WhisperModel.BASE


class WhisperSTT:
    """Recognises with faster-whisper. One instance serves any number of tasks and threads."""

    def __init__(
        self, model_dir: str = "", *, model: WhisperModel | None = None, threads: int = 1, workers: int = 2
    ) -> None:
        """Load nothing yet; the first clip does.

        Args:
            model_dir: Folder with the weights, as `find_weights` reads it; empty: the installed packages.
            model: The one model that hears everything; None picks one by language.
            threads: Processor threads for one clip. More than one may change the last bits of a result.
            workers: Clips recognised at the same time.
        """
        self._model_dir = model_dir
        self._model = model
        self._threads = threads
        self._workers = workers
        self._loaded: dict[WhisperModel, _Loaded] = {}
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Return model and version."""
        return f"whisper:{self._model or 'auto'}/faster-whisper-{version('faster-whisper')}+{_RECIPE}"

    def require(self, language: str) -> None:
        """Check language and weights without loading them.

        Raises:
            ConfigurationError: a language the model does not understand.
            ModelUnavailableError: the weights are missing or not the expected ones.
        """
        code, model = spoken_language(language), model_for(language, chosen=self._model)
        if model is WhisperModel.TINY_EN and code != "en":
            raise ConfigurationError(
                f"the embedded recogniser (whisper:tiny.en) understands English only, not {language!r}. "
                "Set stt to auto and run: pip install 'voipbin-harness[languages]', or set it to a recogniser for that "
                "language, such as openai:whisper-1, or run the text tier."
            )
        if code not in self._found(model, language=language).languages:
            raise ConfigurationError(
                f"the embedded recogniser (whisper:{model}) does not understand {language!r}. "
                "Set stt to a recogniser for that language, or run the text tier."
            )

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        """Recognise speech in a clip.

        Raises:
            ConfigurationError: as `require`.
            ServiceError: the recogniser failed.
        """
        self.require(language)
        return await asyncio.to_thread(self._recognise, clip, language=language)

    def _recognise(self, clip: Clip, *, language: str) -> Heard:
        audio = resample(clip, _WHISPER_HZ).floats
        if not len(audio) or float(np.abs(audio).max()) < _QUIETEST_PEAK:
            return Heard(text="")
        try:
            decoder = self._decoder(model_for(language, chosen=self._model))
            return decoder.decode(audio, language=spoken_language(language))
        except (RuntimeError, ValueError) as error:
            raise ServiceError(
                f"could not recognise a clip of {clip.duration_ms} ms: {error}", service="whisper"
            ) from error

    def _found(self, model: WhisperModel, *, language: str) -> _Loaded:
        with self._loading:
            if model not in self._loaded:
                try:
                    weights = find_weights(model, model_dir=self._model_dir)
                except ModelUnavailableError as error:
                    if model is WhisperModel.TINY_EN:
                        raise
                    raise ModelUnavailableError(
                        f"nothing here understands {language!r}: {error} "
                        "Or set stt to a recogniser for that language, such as openai:whisper-1, or run the text tier."
                    ) from error
                self._loaded[model] = _Loaded(weights=weights, languages=_languages(weights))
            return self._loaded[model]

    def _decoder(self, model: WhisperModel) -> "WhisperDecoder":
        with self._loading:
            loaded = self._loaded[model]
            if loaded.decoder is None:
                from harness.services.whisper_decoder import WhisperDecoder

                loaded.decoder = WhisperDecoder(loaded.weights, threads=self._threads, workers=self._workers)
            return loaded.decoder


def _languages(weights: Weights) -> frozenset[str]:
    """Return the languages a model was trained on; the tokens of an English model name the others too."""
    if weights.model is WhisperModel.TINY_EN:
        return frozenset({"en"})
    return frozenset(_LANGUAGE_TOKEN.findall(weights.vocabulary()))
