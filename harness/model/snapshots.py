"""What a run keeps of prompts, cases and circumstances, so that a report needs neither suite files nor settings."""

from dataclasses import dataclass

from harness.model.call import Tier
from harness.model.quarantine import Quarantine
from harness.model.rubric import Rubric
from harness.model.safety import SafetyMark
from harness.model.suite import ArmRole


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSnapshot:
    """A prompt exactly as it ran, kept with the run so that a report never needs the suite files."""

    name: str
    version: str
    digest: str
    source: str
    role: ArmRole
    description: str = ""
    path: str = ""
    """Its file, relative to where the run was started; empty for one made in Python."""
    line: int = 1
    """The line of that file `source` begins at."""

    @property
    def label(self) -> str:
        """Return `name@version`."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSnapshot:
    """What a report says about a case without its suite file."""

    suite: str
    id: str
    description: str
    persona: str
    manner: str
    tags: tuple[str, ...]
    source: str
    rubric: Rubric | None = None
    """What the judge was asked."""
    safety: SafetyMark | None = None
    required: bool = True
    quarantine: Quarantine | None = None
    voice: str = ""
    """The persona's, as it was asked for; empty in runs of older versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What two runs must agree on before they may be compared."""

    harness_version: str
    transport: str
    tier: Tier
    latency: str
    """`modelled` or `measured`."""
    seed: int
    platform: str = "seed"
    """Which VoIPBIN was simulated: `seed`, `current` or `strict`."""
    turn_model: str = "transcript"
    """Who decided about the caller's turns where a case does not say: `transcript`, `vad` or `half_duplex`."""
    caller_voices: tuple[str, ...] = ()
    agent_voices: tuple[str, ...] = ()
    stt: str = ""
    normaliser: str = ""
    judge: str = ""
    """Fingerprint of the judge; empty when none was configured."""
    suites: tuple[tuple[str, str], ...] = ()
    """(name, digest) of each suite."""
