"""The embedded neural English voice: offline, the same bytes every time, far faster than real time.

One voice ships inside the package; asking the library for another one would download it, so the harness never does. A
second timbre is made from the first: spoken faster and played slower, so that pitch and formants fall together as in a
larger speaker. Without it caller and agent could not be told apart by ear.
"""

import asyncio
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from types import MappingProxyType
from typing import TYPE_CHECKING

from harness.audio.clip import Clip
from harness.errors import ServiceError, UnknownNameError, VoiceUnavailableError
from harness.model.persona import Voice
from harness.services.spelling import spell_ids

if TYPE_CHECKING:  # it brings onnxruntime
    from hibari import Hibari

_SAMPLE_RATE_HZ = 24_000
_RECIPE = 1
"""Raised whenever the same request would sound different, so that cached speech is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timbre:
    """How a voice is made from the bundled one."""

    lowered_to: float = 1.0
    """Pitch and formants as a share of the bundled voice's own."""


TIMBRES: Mapping[str, Timbre] = MappingProxyType(
    {"hibari:heart": Timbre(), "hibari:heart-low": Timbre(lowered_to=0.82)}
)
"""Every voice this engine offers, by full name."""


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
            UnknownNameError: a voice that is not bundled.
            VoiceUnavailableError: a language other than English.
            ServiceError: text with words in it made no sound.
        """
        timbre = TIMBRES.get(voice.name)
        if timbre is None:
            raise UnknownNameError(kind="voice", name=voice.name, known=tuple(TIMBRES))
        if voice.language.split("-")[0].lower() != "en":
            raise VoiceUnavailableError(
                f"{voice.name} speaks English only, not {voice.language!r}. "
                "Use voice: auto, or a pyttsx3 voice of that language."
            )
        return await asyncio.to_thread(self._speak, text, timbre=timbre, rate=voice.rate)

    def _speak(self, text: str, *, timbre: Timbre, rate: float) -> Clip:
        made = self._loaded()(spell_ids(text), speed=rate / timbre.lowered_to, seed=0)
        if len(made) == 0 and any(character.isalnum() for character in text):
            raise ServiceError(f"made no sound for {text!r}; it can read English only", service="hibari")
        # Played at a lower rate than it was made for: lower and slower, by the same factor.
        return Clip(Clip.of_floats(made, _SAMPLE_RATE_HZ).samples, round(_SAMPLE_RATE_HZ * timbre.lowered_to))

    def _loaded(self) -> "Hibari":
        from hibari import Hibari

        with self._loading:
            if self._engine is None:
                engine = Hibari()
                # The library loads its pronunciation rules on first use, without a lock of its own.
                engine.phonemize("Ready.")
                self._engine = engine
            return self._engine
