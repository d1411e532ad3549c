"""Pitch for every engine, by one trick: what is spoken faster and played slower is lower, at the pace asked for.

Pitch and formants fall together, as in a larger speaker; the other way round makes a smaller one. Made-up voices are
the same trick under a name of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from harness.audio.clip import Clip
from harness.errors import ConfigurationError
from harness.interfaces import TTS
from harness.model.persona import Voice

SLOWEST, FASTEST = 0.5, 2.5
"""What every engine can be asked for, as multiples of a voice's own pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timbre:
    """How a made-up voice comes of a real one."""

    of: str
    """Full name of the voice the engine has."""
    size: float = 1.0
    """Pitch and formants as a share of that voice's own; below 1 is a larger speaker."""


Timbres = Mapping[str, Timbre]
"""By full name."""
NO_TIMBRES: Timbres = MappingProxyType({})


class PitchedTTS:
    """An engine that can also speak higher, lower, and in made-up voices."""

    def __init__(self, tts: TTS, *, timbres: Timbres = NO_TIMBRES) -> None:
        """Take the engine and what voices are made of its own."""
        self._tts = tts
        self._timbres = timbres

    @property
    def name(self) -> str:
        """Return the engine's name."""
        return self._tts.name

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text`.

        Raises:
            ConfigurationError: pitch and rate together are more than an engine can be asked for.
            HarnessError: as the engine.
        """
        request, size = _request(voice, self._timbres)
        clip = await self._tts.synthesize(text, request)
        return clip if size == 1 else Clip(clip.samples, round(clip.rate_hz * size))


def require_pace(voice: Voice, *, timbres: Timbres = NO_TIMBRES) -> None:
    """Raise ConfigurationError if pitch and rate together are more than an engine can be asked for."""
    _request(voice, timbres)


def _request(voice: Voice, timbres: Timbres) -> tuple[Voice, float]:
    """Return what the engine is asked for, and how much faster its speech is played than it was made for."""
    timbre = timbres.get(voice.name, Timbre(of=voice.name))
    size = timbre.size * 2 ** (voice.pitch / 12)
    pace = voice.rate / size
    if not SLOWEST <= pace <= FASTEST and size != 1:
        raise ConfigurationError(
            f"{voice.name} at pitch {voice.pitch:+g} and rate {voice.rate:g} would have to be spoken at "
            f"{pace:.2f} times its own pace; engines speak at {SLOWEST:g} to {FASTEST:g}. "
            f"With this pitch, set a rate from {SLOWEST * size:.2f} to {FASTEST * size:.2f}."
        )
    return replace(voice, name=timbre.of, rate=pace, pitch=0.0), size
