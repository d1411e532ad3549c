"""Who phones: a persona serves every tier, from text to a real call."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A request for a voice; `auto` lets the harness pick the best one installed."""

    name: str = "auto"
    """`auto`, or `<engine>:<voice>` such as `hibari:heart`, `pyttsx3:en-us+steph`, `openai:alloy`."""
    language: str = "en-US"
    """BCP-47."""
    rate: float = 1.0
    """Speaking rate as a multiple of the voice's own pace, 0.5 to 2."""


class Codec(StrEnum):
    """The law by which the persona's telephone network packs eight bits a sample (ITU-T G.711)."""

    MULAW = "mulaw"
    """North America and Japan."""
    ALAW = "alaw"
    """Everywhere else."""


class Noise(StrEnum):
    """Noise the harness generates."""

    PINK = "pink"
    """A room's, 3 dB less with every octave."""
    WHITE = "white"
    BABBLE = "babble"
    """Many people who talk at once."""
    STREET = "street"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoiseFile:
    """A sound of the author's, repeated from a random place on."""

    source: str
    """Path of the sound file."""
    digest: str = ""
    """Digest of the sound, so that another sound under the same name is another question to the agent."""


NoiseSource: TypeAlias = Noise | NoiseFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """The persona's own voice, a second time."""

    delay_ms: int
    level_db: float
    """Compared with the voice; below 0 is quieter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the persona's telephone line does to the audio, beside the G.711 every call has."""

    codec: Codec = Codec.MULAW
    snr_db: float | None = None
    """Speech to noise ratio of the noise bed; None for a quiet room."""
    noise: NoiseSource = Noise.PINK
    """What the noise bed is made of."""
    lost_frames: float = 0.0
    """Share of 20 ms frames that never arrive, 0 to 1."""
    burst_frames: float | None = None
    """Mean number of frames lost in a row, at an exact share; None loses each frame by its own chance."""
    jitter_ms: float = 0.0
    """Interarrival jitter; frames that come later than a playout buffer of 60 ms holds are lost."""
    gain_db: float = 0.0
    clip_db: float = 0.0
    """How far below its peak the voice is cut off, as an overdriven microphone does."""
    echo: Echo | None = None
    comfort_noise_db: float | None = None
    """White noise under everything the persona says and in frames that never arrive, in dB below full scale."""


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
