"""One conversation to have: what the caller does, and what must come of it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from harness.model.persona import Persona
from harness.model.platform import PlatformSetup
from harness.model.rubric import Rubric


class TriggerKind(StrEnum):
    """The moment a caller's move waits for."""

    CALL_START = "call_start"
    """The call was answered."""
    AGENT_SPEECH_START = "agent_speech_start"
    """The agent's next turn becomes audible."""
    AGENT_SPEECH_END = "agent_speech_end"
    """The agent's next turn is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When a move happens: `delay_ms` after the moment `after`, counted from when the move was made."""

    after: TriggerKind = TriggerKind.AGENT_SPEECH_END
    delay_ms: int = 0
    timeout_ms: int = 10_000
    """If the moment does not come in this time the move happens anyway, marked late. Nobody loses patience with an
    agent who is speaking: the time begins anew when its speech ends."""


class EntityKind(StrEnum):
    """How an entity's value is compared (evaluation.md, section 4.5)."""

    PHRASE = "phrase"
    DIGITS = "digits"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A value the call depends on: a name, a number, an id."""

    kind: EntityKind
    value: str
    accept: tuple[str, ...] = ()
    """Other spellings that count as the same value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the agent's speech must and must not contain, in one turn or in the whole call."""

    says: tuple[tuple[str, ...], ...] = ()
    """Every group must be said; a group is satisfied by any one of its phrases."""
    never_says: tuple[str, ...] = ()
    within_ms: int | None = None
    """Longest allowed time from the end of the caller's speech to the start of the answer."""
    because: str = ""
    """The rule behind it in the author's words; shown when it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The caller speaks."""

    kind: Literal["say"] = "say"
    text: str
    trigger: Trigger = field(default_factory=Trigger)
    interrupts: bool = False
    """Meant to start while the agent is speaking."""
    expect: tuple[Expectation, ...] = ()
    """About the agent's turn that answers this one."""
    entities: tuple[Entity, ...] = ()
    """Values this utterance carries to the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The caller presses keys."""

    kind: Literal["press"] = "press"
    digits: str
    """One or more of 0-9, *, # and A-D."""
    trigger: Trigger = field(default_factory=Trigger)
    expect: tuple[Expectation, ...] = ()
    """About the agent's turn that answers the keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The caller stays silent until the trigger's moment."""

    kind: Literal["wait"] = "wait"
    trigger: Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """The caller ends the call."""

    kind: Literal["hangup"] = "hangup"
    trigger: Trigger = field(default_factory=Trigger)


Move: TypeAlias = Say | Press | Wait | Hangup


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRule:
    """How many of a case's trials must pass."""

    required: int
    of: int

    def __str__(self) -> str:
        """Return the rule as a suite file writes it."""
        return f"{self.required} of {self.of}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The largest allowed value of a score over the whole call."""

    score: str
    at_most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One conversation to have with every arm of its suite."""

    id: str
    persona: Persona
    moves: tuple[Move, ...]
    """What the caller does, in order; the caller hangs up after the last one."""
    description: str = ""
    greeting: tuple[Expectation, ...] = ()
    """About the agent's first turn, before the caller has spoken."""
    expect: tuple[Expectation, ...] = ()
    """About everything the agent says in the call."""
    entities: tuple[Entity, ...] = ()
    """Values the agent must say back at some point."""
    limits: tuple[Limit, ...] = ()
    rubric: Rubric | None = None
    pass_rule: PassRule = field(default_factory=lambda: PassRule(required=1, of=1))
    tags: tuple[str, ...] = ()
    platform: PlatformSetup = field(default_factory=PlatformSetup)
    """What the platform does beside letting the agent talk."""
    max_call_ms: int = 180_000
    source: str = ""
    """`file:line` of the case, for error texts and reports."""

    @property
    def trials(self) -> int:
        """Return how many times the case is tried per arm."""
        return self.pass_rule.of
