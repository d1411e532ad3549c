"""Who phones: a persona serves every tier, from text to a real call."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from harness.model.entity import EntityKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A request for a voice; `auto` lets the harness pick the best one installed."""

    name: str = "auto"
    """`auto`, or `<engine>:<voice>` such as `hibari:heart`, `pyttsx3:en-us+steph`, `openai:alloy`."""
    language: str = "en-US"
    """BCP-47."""
    rate: float = 1.0
    """Speaking rate as a multiple of the voice's own pace, 0.5 to 2."""
    pitch: float = 0.0
    """Semitones above (+) or below (-) the voice's own pitch, -8 to 8; the size of the speaker changes with it."""


class Codec(StrEnum):
    """How the persona's telephone network packs sound."""

    MULAW = "mulaw"
    """Eight bits a sample (ITU-T G.711), as in North America and Japan."""
    ALAW = "alaw"
    """The same everywhere else."""
    G722 = "g722"
    """ITU-T G.722, which carries 7 kHz; transcoded to µ-law before the platform."""
    OPUS = "opus"
    """RFC 6716 for speech; transcoded to µ-law before the platform."""


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
    """A voice, a second time."""

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
    """The persona's own voice."""
    agent_echo: Echo | None = None
    """The agent's voice, out of the persona's loudspeaker."""
    comfort_noise_db: float | None = None
    """White noise under everything and in frames that never arrive, in dB below full scale."""


class DigitStyle(StrEnum):
    """How a persona reads digits out."""

    SINGLE = "single"
    """One by one: "five five five"."""
    DOUBLE = "double"
    """Repeated ones together: "triple five"."""
    PAIRS = "pairs"
    """Two at a time: "forty-two seventeen"."""
    GROUPS = "groups"
    """One by one, with a pause after every third."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a persona behaves beside what the script has it say. Shares are chances from 0 to 1, rolled with the seed."""

    interrupts: float = 0.0
    """Share of the agent's turns the persona does not wait for the end of."""
    interrupts_after_ms: int = 900
    """How long such a turn has been audible then."""
    backchannels: float = 0.0
    """Share of the agent's turns the persona shows in that it listens."""
    backchannel: tuple[str, ...] = ("Mm-hm.",)
    """How it does that."""
    mishears: float = 0.0
    """Share of the agent's turns after which the persona asks to hear it again."""
    pardon: tuple[str, ...] = ("Sorry, could you say that again?",)
    """How it asks."""
    fillers: float = 0.0
    """Share of the words that a filler comes before."""
    filler: tuple[str, ...] = ("uh,", "um,")
    pauses: float = 0.0
    """Share of the words, not the last, that a pause follows."""
    pause_ms: int = 900
    digits: DigitStyle = DigitStyle.SINGLE


class Reveal(StrEnum):
    """When a persona tells a fact."""

    WHEN_ASKED = "when_asked"
    EARLY = "early"
    """Without being asked."""
    NEVER = "never"
    """Not even when asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaFact:
    """Something the persona knows."""

    name: str
    """What it is, in words an agent would ask for it with: `phone number`."""
    value: str
    kind: EntityKind = EntityKind.PHRASE
    accept: tuple[str, ...] = ()
    """Other spellings that count as the same value."""
    reveal: Reveal = Reveal.WHEN_ASKED
    asked_by: tuple[str, ...] = ()
    """Words in the agent's speech that ask for it, beside its name."""


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
    habits: Habits = field(default_factory=Habits)
    facts: tuple[PersonaFact, ...] = ()

    @property
    def language(self) -> str:
        """Return the BCP-47 language the persona speaks."""
        return self.voice.language
