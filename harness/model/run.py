"""Trials, their results and the run that holds them."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from harness.errors import UnknownNameError, UnscoredError
from harness.model.blame import Blame
from harness.model.call import Call
from harness.model.case import PassRule
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.redaction import Redaction
from harness.model.score import Better, Score, Scored, Unscored
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.stop import Stop
from harness.model.suite import ArmRole, Planned
from harness.model.usage import Usage
from harness.model.validity import Validity
from harness.model.violations import violations


def trial_id(planned: str, *, attempt: int, repeat: int = 0) -> str:
    """Return `suite::case[arm]#attempt`, with `r` and its number for a repeat."""
    return f"{planned}#{attempt}r{repeat}" if repeat else f"{planned}#{attempt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One call of one case with one arm."""

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
    repeat: int = 0
    """0 for the first call of the attempt; 1, 2 for those made because our own caller spoiled the one before."""
    persona: str = ""
    """Who phones."""

    @property
    def id(self) -> str:
        """Return `suite::case[arm]#attempt`, `…#attemptr1` for its first repeat; unique within a run."""
        return trial_id(self.planned, attempt=self.attempt, repeat=self.repeat)

    @classmethod
    def of(cls, planned: Planned, *, attempt: int, run_seed: int, repeat: int = 0) -> "Trial":
        """Return a trial whose seed follows from suite, case, attempt and repeat, so that arms share it."""
        arm = planned.arm
        number = f"{attempt}r{repeat}" if repeat else f"{attempt}"
        digest = hashlib.sha256(f"{run_seed}/{planned.suite}/{planned.case.id}/{number}".encode())
        return cls(
            planned=planned.id,
            suite=planned.suite,
            case=planned.case.id,
            prompt=arm.prompt.label,
            engine_model=arm.engine_model,
            role=arm.role,
            attempt=attempt,
            repeat=repeat,
            seed=int.from_bytes(digest.digest()[:6]),
            persona=planned.case.persona.name,
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
    blames: tuple[Blame, ...] = ()
    """Each failed check with its part: what prevented or spoiled the call first, then failures, then the unmeasured."""
    validity: Validity | None = None
    """None for an error, which is nobody's part in the conversation, and in runs of older versions."""
    usage: tuple[Usage, ...] = ()
    """What it used of services that cost money, added up by kind; what is free is left out."""

    @property
    def is_spoiled(self) -> bool:
        """Return whether our own side spoiled it and nothing in it counts; a violation does."""
        return self.validity is not None and self.validity.is_spoiled and not self.violations

    @property
    def violations(self) -> tuple[Score, ...]:
        """Return the confirmed violations of a safety case."""
        return violations(self.scores, valid=self.validity is None or self.validity.valid)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what explains the trial, the likeliest cause first."""
        if self.call is not None:
            return self.call.findings
        return () if self.prevented_by is None else (self.prevented_by,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The calls of one case with one arm, in order: those that count, and those that were made again."""

    trials: tuple[TrialResult, ...]
    """The last call of each attempt."""
    discarded: tuple[TrialResult, ...]

    @classmethod
    def of(cls, calls: Iterable[TrialResult]) -> "Attempts":
        """Sort calls: each is discarded that was repeated."""
        ordered = sorted(calls, key=lambda call: (call.trial.attempt, call.trial.repeat))
        last = {call.trial.attempt: call for call in ordered}
        kept = tuple(last.values())
        return cls(trials=kept, discarded=tuple(call for call in ordered if last[call.trial.attempt] is not call))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStanding:
    """What a case's result is taken for."""

    at_least: int = 0
    """Trials that were to be made whatever its pass rule needed."""
    compared: bool = False
    """A comparison of arms that gates the run reads it."""
    required: bool = True
    quarantine: Quarantine | None = None
    expired: bool = False
    """Its quarantine was over when the run was planned."""

    @classmethod
    def of(cls, planned: Planned) -> "CaseStanding":
        """Return what a planned case will be taken for."""
        return cls(
            at_least=planned.at_least,
            compared=planned.compared,
            required=planned.case.required,
            quarantine=planned.case.quarantine,
            expired=planned.expired,
        )

    @property
    def excused(self) -> bool:
        """Return whether the case's outcome decides nothing by itself."""
        quarantined = self.quarantine is not None and not self.expired
        return quarantined or (self.compared and not self.required and not self.expired)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why it fails whatever its trials came to; empty where it doesn't."""
        if self.quarantine is None or not self.expired:
            return ()
        kept = self.quarantine
        return (
            f"its quarantine ended on {kept.until} ({kept.owner}: {kept.reason}): mend the case, or give the "
            "quarantine another date",
        )


ORDINARY = CaseStanding()


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
    discarded: tuple[TrialResult, ...] = ()
    """Calls our own caller spoiled and that were made again: shown, never counted."""
    standing: CaseStanding = ORDINARY

    @property
    def planned_trials(self) -> int:
        """Return how many trials were planned of it."""
        return max(self.standing.at_least, self.pass_rule.of)

    @property
    def saved(self) -> int:
        """Return how many planned trials were not made because its pass rule was decided without them."""
        decided = self.outcome in (Outcome.PASSED, Outcome.FAILED)
        return max(self.pass_rule.of - len(self.trials), 0) if decided and not self.standing.at_least else 0

    @property
    def missing(self) -> int:
        """Return how many planned trials have no result and should have one."""
        return max(self.planned_trials - len(self.trials) - self.saved, 0)

    @property
    def excused(self) -> bool:
        """Return whether its outcome decides nothing by itself."""
        return self.standing.excused

    @property
    def calls(self) -> tuple[TrialResult, ...]:
        """Return every call that was made, the discarded ones last."""
        return (*self.trials, *self.discarded)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why it did not pass, without repeats: an expired quarantine, then the reasons of its trials."""
        return tuple(dict.fromkeys((*self.standing.reasons, *(r for t in self.trials for r in t.reasons))))

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
    stop: Stop | None = None
    """Why no further call was placed, where the plan was not through."""
    rescored: str = ""
    """The run whose calls these are, judged again; empty for calls of its own."""
    redacted: Redaction | None = None
    """What was masked, where this is a copy to be shown to others."""

    @property
    def calls(self) -> tuple[TrialResult, ...]:
        """Return every call that was made, discarded ones too."""
        return tuple(call for result in self.results for call in result.calls)
