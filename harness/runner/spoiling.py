"""What is done about calls our own caller spoiled: how often they are made again, and when the run stops.

The same rule for every arm, and blind to pass or fail: it reads the validity of finished calls alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from harness.interfaces import RunStore, StopSign
from harness.model.run import TrialResult, trial_id
from harness.model.stop import Stop, StopKind
from harness.model.validity import InvalidKind

BROKEN_PERSONA: Final = 0.2
"""A persona that spoils more of its calls than this is broken: it is to be mended, not averaged (evaluation.md,
section 6)."""
FEWEST_CALLS: Final = 10
"""So many calls must be finished before their share of spoiled ones stops a run. With fewer, two would be more than a
fifth, and one unlucky trial makes two by itself: its first call and a repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoilRule:
    """What a session does about spoiled calls."""

    repeats: int = 2
    """How often at most an attempt is made again."""
    max_invalid: float = BROKEN_PERSONA
    """Share of spoiled calls above which no further one is placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaShare:
    """How many of one persona's calls were spoiled."""

    persona: str
    spoiled: int
    calls: int
    """Those whose validity was decided; errors are nobody's."""

    @property
    def share(self) -> float:
        """Return spoiled / calls."""
        return self.spoiled / self.calls

    def __str__(self) -> str:
        """Return `omar: 4 of 5`."""
        return f"{self.persona or 'without a name'}: {self.spoiled} of {self.calls}"


def persona_shares(calls: Iterable[TrialResult], *, above: float = BROKEN_PERSONA) -> tuple[PersonaShare, ...]:
    """Return the personas that spoil more than a share of their calls, the worst first; repeats are calls too."""
    decided = [call for call in calls if call.validity is not None]
    total = Counter(call.trial.persona for call in decided)
    spoiled = Counter(call.trial.persona for call in decided if call.is_spoiled)
    shares = [PersonaShare(persona=name, spoiled=spoiled[name], calls=total[name]) for name in sorted(spoiled)]
    return tuple(sorted((each for each in shares if each.share > above), key=lambda each: -each.share))


def advice(calls: Iterable[TrialResult]) -> str:
    """Return what to do about spoiled calls, by what spoiled them."""
    kinds = {call.validity.kind for call in calls if call.validity is not None and call.is_spoiled}
    improvised = {InvalidKind.CALLER_HELPED, InvalidKind.CALLER_HINDERED}
    ways = ["choose a clearer voice or a better line"] if kinds - improvised else []
    ways += ["script more of what the caller says"] if kinds & improvised else []
    return ", and ".join(ways)


def too_many(calls: Iterable[TrialResult], *, max_invalid: float) -> str:
    """Return why no further call should be placed, or nothing."""
    decided = [call for call in calls if call.validity is not None]
    spoiled = sum(call.is_spoiled for call in decided)
    if len(decided) < FEWEST_CALLS or spoiled <= max_invalid * len(decided):
        return ""
    who = ", ".join(f"persona {each}" for each in persona_shares(decided, above=max_invalid))
    return f"stopped: {spoiled} of {len(decided)} calls were spoiled by our own caller ({who}): {advice(decided)}"


def calls_of(finished: Mapping[str, TrialResult], planned: str, *, attempt: int) -> list[TrialResult]:
    """Return the finished calls of one attempt, in order: the first, then its repeats."""
    calls: list[TrialResult] = []
    while (call := finished.get(trial_id(planned, attempt=attempt, repeat=len(calls)))) is not None:
        calls.append(call)
    return calls


def is_settled(calls: list[TrialResult], *, rule: SpoilRule) -> bool:
    """Return whether an attempt needs no further call: its last one can be used, or was the last that is allowed."""
    return bool(calls) and (not calls[-1].is_spoiled or len(calls) > rule.repeats)


class SpoilWatch:
    """Puts the stop sign up when a run's calls are spoiled too often, whichever worker placed them."""

    def __init__(self, *, rule: SpoilRule, store: RunStore, sign: StopSign, finished: Iterable[TrialResult]) -> None:
        """Take what an earlier session has finished; that alone may be too much. Raises StoreError."""
        self._rule = rule
        self._store = store
        self._sign = sign
        self._decided = self._spoiled = 0
        calls = list(finished)
        for call in calls:
            self._count(call)
        self._judge(calls)

    def notice(self, call: TrialResult) -> None:
        """Take note of a call that was just kept. Raises StoreError."""
        self._count(call)
        # What the other workers did is read from the disk, which takes time. The share of all is above the limit only
        # if some worker's own is, and it grows only with a spoiled call.
        if call.is_spoiled and self._spoiled > self._rule.max_invalid * self._decided:
            self._judge(self._store.finished().values())

    def stopped(self) -> Stop | None:
        """Return why no further call may be placed; None while it may. Raises StoreError."""
        return self._sign.stopped()

    def _count(self, call: TrialResult) -> None:
        self._decided += call.validity is not None
        self._spoiled += call.is_spoiled

    def _judge(self, calls: Iterable[TrialResult]) -> None:
        reason = too_many(calls, max_invalid=self._rule.max_invalid)
        if reason:
            self._sign.stop(Stop(kind=StopKind.SPOILED, reason=reason))
