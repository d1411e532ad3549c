"""The embedded neural English voice: offline, the same bytes every time, far faster than real time.

One voice ships inside the package; asking the library for another one would download it, so the harness never does.
Further timbres are made from it (`harness.services.pitched`), so that several people can be told apart by ear.
"""

import asyncio
import threading
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING

from harness.audio.clip import Clip
from harness.errors import ServiceError, UnknownNameError, VoiceUnavailableError
from harness.model.persona import Voice
from harness.services.pitched import Timbre, Timbres
from harness.services.spelling import spell_ids

if TYPE_CHECKING:  # it brings onnxruntime
    from hibari import Hibari

_SAMPLE_RATE_HZ = 24_000
_RECIPE = 1
"""Raised whenever the same request would sound different, so that cached speech is made anew."""

BUNDLED = "hibari:heart"
TIMBRES: Timbres = MappingProxyType({
    BUNDLED: Timbre(of=BUNDLED),
    "hibari:heart-low": Timbre(of=BUNDLED, size=0.82),
    "hibari:heart-high": Timbre(of=BUNDLED, size=1.15),
    "hibari:heart-deep": Timbre(of=BUNDLED, size=0.75),
})  # fmt: skip
"""Every voice this engine offers, by full name, the one that is bundled first."""


class HibariTTS:
    """Speaks American English with hibari. Safe to use from several tasks and threads at once."""

    def __init__(self) -> None:
        self._engine: Hibari | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Return engine and version."""
        return f"hibari/{version('hibari-tts')}+{_RECIPE}"

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text` off the event loop.

        Raises:
            UnknownNameError: a voice that is not bundled; made-up ones are for `PitchedTTS`.
            VoiceUnavailableError: a language other than English.
            ServiceError: text with words in it made no sound.
        """
        if voice.name != BUNDLED:
            raise UnknownNameError(kind="voice", name=voice.name, known=tuple(TIMBRES))
        if voice.language.split("-")[0].lower() != "en":
            raise VoiceUnavailableError(
                f"{voice.name} speaks English only, not {voice.language!r}. "
                "Use voice: auto, or a pyttsx3 voice of that language."
            )
        return await asyncio.to_thread(self._speak, text, rate=voice.rate)

    def _speak(self, text: str, *, rate: float) -> Clip:
        made = self._loaded()(spell_ids(text), speed=rate, seed=0)
        if len(made) == 0 and any(character.isalnum() for character in text):
            raise ServiceError(f"made no sound for {text!r}; it can read English only", service="hibari")
        return Clip.of_floats(made, _SAMPLE_RATE_HZ)

    def _loaded(self) -> "Hibari":
        from hibari import Hibari

        with self._loading:
            if self._engine is None:
                engine = Hibari()
                # The library loads its pronunciation rules on first use, without a lock of its own.
                engine.phonemize("Ready.")
                self._engine = engine
            return self._engine
