"""Silero, the voice activity detector the platform is built for; its weights come with faster-whisper.

This is the second door to that library; it is imported, and the model loaded, when the first clip comes.
"""

import threading
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Clip
from harness.audio.codec import resample
from harness.errors import ModelUnavailableError

_HZ: Final = 16_000
_WINDOW: Final = 512
"""Samples; 32 ms."""

_Model: TypeAlias = Callable[[NDArray[np.float32]], NDArray[np.float32]]


class SileroActivity:
    """Silero v6 on one thread: the same clip gives the same numbers. Safe to use from several threads."""

    def __init__(self) -> None:
        """Load nothing yet; the first clip does."""
        self._model: _Model | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Return model and the version of the package that brings it."""
        return f"silero:v6/faster-whisper-{version('faster-whisper')}"

    def probabilities(self, clip: Clip) -> Sequence[float]:
        """Return how likely each 32 ms window holds speech.

        Raises:
            ModelUnavailableError: the model cannot be loaded.
        """
        audio = resample(clip, _HZ).floats
        # The library blanks the last 64 samples it is given, so a window of silence is given to it and left out again.
        padded = np.pad(audio, (0, -len(audio) % _WINDOW + _WINDOW))
        likely: list[float] = self._loaded()(padded).ravel()[:-1].tolist()
        return likely

    def _loaded(self) -> _Model:
        with self._loading:
            if self._model is None:
                try:
                    from faster_whisper.vad import get_vad_model

                    self._model = get_vad_model()
                except (ImportError, RuntimeError) as error:
                    raise ModelUnavailableError(
                        f"the voice activity detector (silero) cannot be loaded: {error}. "
                        "Install it again with: pip install --force-reinstall faster-whisper"
                    ) from error
            return self._model
