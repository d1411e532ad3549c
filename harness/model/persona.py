"""Who phones: a persona serves every tier, from text to a real call."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A request for a voice; `auto` lets the harness pick the best one installed."""

    name: str = "auto"
    """`auto`, or `<engine>:<voice>` such as `hibari:heart`, `pyttsx3:en-us+steph`, `openai:alloy`."""
    language: str = "en-US"
    """BCP-47."""
    rate: float = 1.0
    """Speaking rate as a multiple of the voice's own pace, 0.5 to 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the persona's telephone line does to the audio, beside the G.711 every call has."""

    snr_db: float | None = None
    """Speech to noise ratio of the noise bed; None for a quiet room."""
    lost_frames: float = 0.0
    """Share of 20 ms frames that never arrive, 0 to 1."""
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A caller as a suite describes one."""

    name: str
    voice: Voice = field(default_factory=Voice)
    manner: str = ""
    """How they speak, in the author's words; shown in reports."""
    surroundings: Surroundings = field(default_factory=Surroundings)
    reaction_ms: int = 400
    """Pause between the end of the agent's speech and the caller's own, in milliseconds."""
    patience_ms: int = 10_000
    """How long the caller waits for a silent agent before speaking again, in milliseconds."""

    @property
    def language(self) -> str:
        """Return the BCP-47 language the persona speaks."""
        return self.voice.language
