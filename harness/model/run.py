"""Trials, their results and the run that holds them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from harness.errors import UnknownNameError, UnscoredError
from harness.model.call import Call, Tier
from harness.model.case import PassRule
from harness.model.finding import Finding
from harness.model.score import Better, Score, Scored, Unscored
from harness.model.suite import ArmRole, Planned


class Outcome(StrEnum):
    """What a trial or a case came to."""

    PASSED = "passed"
    FAILED = "failed"
    """The agent's fault."""
    INCONCLUSIVE = "inconclusive"
    """Our caller's or our measurement's fault: nothing was proved."""
    ERROR = "error"
    """The line's or a service's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One case with one arm, once."""

    planned: str
    """Id of the (case, arm) pair: `suite::case[arm]`."""
    suite: str
    case: str
    prompt: str
    """`name@version`."""
    engine_model: str
    role: ArmRole
    attempt: int
    """From 1."""
    seed: int

    @property
    def id(self) -> str:
        """Return `suite::case[arm]#attempt`, unique within a run."""
        return f"{self.planned}#{self.attempt}"

    @classmethod
    def of(cls, planned: Planned, *, attempt: int, run_seed: int) -> "Trial":
        """Return a trial whose seed follows from suite, case and attempt, so that arms share it."""
        arm = planned.arm
        digest = hashlib.sha256(f"{run_seed}/{planned.suite}/{planned.case.id}/{attempt}".encode())
        return cls(
            planned=planned.id,
            suite=planned.suite,
            case=planned.case.id,
            prompt=arm.prompt.label,
            engine_model=arm.engine_model,
            role=arm.role,
            attempt=attempt,
            seed=int.from_bytes(digest.digest()[:6]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What came of a trial."""

    trial: Trial
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    """Why the outcome is not `passed`, most important first, in words a newcomer understands."""
    scores: tuple[Scored, ...] = ()
    call: Call | None = None
    """None only when no call came about."""
    prevented_by: Finding | None = None
    """What kept the call from coming about, where it is known."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what explains the trial, the likeliest cause first."""
        if self.call is not None:
            return self.call.findings
        return () if self.prevented_by is None else (self.prevented_by,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """All trials of one case with one arm, folded by the case's pass rule."""

    planned: str
    suite: str
    case: str
    prompt: str
    engine_model: str
    role: ArmRole
    pass_rule: PassRule
    outcome: Outcome
    trials: tuple[TrialResult, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return the reasons of its trials, without repeats."""
        return tuple(dict.fromkeys(r for t in self.trials for r in t.reasons))

    @property
    def passed(self) -> bool:
        """Return whether the pass rule was met."""
        return self.outcome is Outcome.PASSED

    def score(self, name: str) -> Score:
        """Return the worst score of that name among the trials, so that a bound on it holds for all of them.

        A question that is answered for the whole call is not answered by its turns.

        Raises:
            UnscoredError: at least one trial has no answer to that question.
            UnknownNameError: nobody asked it.
        """
        answers = [score for trial in self.trials for score in trial.scores]
        named = [score for score in answers if score.name == name]
        asked = [score for score in named if score.turn is None] or named
        for score in asked:
            if isinstance(score, Unscored):
                raise UnscoredError(name=name, reason=score.reason)
        scores = [score for score in asked if isinstance(score, Score)]
        if not scores:
            raise UnknownNameError(kind="score", name=name, known=tuple({score.name for score in answers}))
        return max(scores, key=lambda score: score.value if score.better is Better.LOWER else -score.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSnapshot:
    """A prompt exactly as it ran, kept with the run so that a report never needs the suite files."""

    name: str
    version: str
    digest: str
    source: str
    role: ArmRole
    description: str = ""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All results of one session."""

    id: str
    started_at: str
    """RFC 3339, UTC."""
    provenance: Provenance
    prompts: tuple[PromptSnapshot, ...] = ()
    cases: tuple[CaseSnapshot, ...] = ()
    results: tuple[CaseResult, ...] = ()
    planned: int = 0
    """How many trials the session set out to make; more than there are results when it was cut short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many cases came to each outcome."""

    passed: int = 0
    failed: int = 0
    inconclusive: int = 0
    error: int = 0

    @property
    def total(self) -> int:
        """Return the number of cases counted."""
        return self.passed + self.failed + self.inconclusive + self.error

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> "Tally":
        """Count outcomes."""
        seen = list(outcomes)
        return cls(**{outcome.value: seen.count(outcome) for outcome in Outcome})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a run says of the arms under test; baseline arms never enter `gated`."""

    outcome: Outcome
    gated: Tally
    baseline: Tally = field(default_factory=Tally)
    unfinished: int = 0
    """Planned trials without a result."""
