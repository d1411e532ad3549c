"""One conversation to have: what the caller does, and what must come of it."""

from dataclasses import dataclass, field
from datetime import date

from harness.model.checks import Check
from harness.model.entity import Entity
from harness.model.moves import Expectation, Step
from harness.model.persona import Persona
from harness.model.platform import PlatformSetup
from harness.model.quarantine import Quarantine
from harness.model.rubric import Rubric
from harness.model.safety import SafetyCase
from harness.model.summary import SummaryExpectation

FALLBACK = "Sorry, could you say that again?"


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
    moves: tuple[Step, ...]
    """What the caller does, in order; the caller hangs up after the last one."""
    goal: str = ""
    """What the caller wants, for lines it makes up."""
    fallback: str = FALLBACK
    """What the caller says to an answer its script has nothing for."""
    turn_limit: int = 40
    """The caller hangs up after so many lines of its own."""
    description: str = ""
    greeting: tuple[Expectation, ...] = ()
    """About the agent's first turn, before the caller has spoken."""
    expect: tuple[Expectation, ...] = ()
    """About everything the agent says in the call."""
    checks: tuple[Check, ...] = ()
    """About the whole call."""
    entities: tuple[Entity, ...] = ()
    """Values the agent must say back at some point."""
    limits: tuple[Limit, ...] = ()
    rubric: Rubric | None = None
    summary: SummaryExpectation | None = None
    """What the platform's summary of the call must be; None: it is not looked at."""
    safety: SafetyCase | None = None
    """What the call must not bring about; None: it is no safety case."""
    pass_rule: PassRule = field(default_factory=lambda: PassRule(required=1, of=1))
    required: bool = True
    """Whether its pass rule decides by itself. A case that is not required counts in the comparison with a baseline,
    and alone fails nothing there; without a gated comparison it decides like any other."""
    quarantine: Quarantine | None = None
    """Why it decides nothing for a while, though it runs and is shown; None: it does."""
    tags: tuple[str, ...] = ()
    platform: PlatformSetup = field(default_factory=PlatformSetup)
    """What the platform does beside letting the agent talk."""
    max_call_ms: int = 180_000
    today: date | None = None
    """The day the call takes place on, which "tomorrow" is counted from; None: such words equal only themselves."""
    source: str = ""
    """`file:line` of the case, for error texts and reports."""

    @property
    def trials(self) -> int:
        """Return how many times the case is tried per arm."""
        return self.pass_rule.of
