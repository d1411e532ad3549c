"""Evidence that is looked at while a comparison is still going on: pairs of trials, in the order they were started.

Only whole pairs count, and only those before the first that is not there yet: which calls finished sooner on the
line must not decide what is looked at.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from harness.model.outcome import Outcome
from harness.model.stop import Stop, StopKind
from harness.regression.evalues import (
    EarlyStop,
    EvidenceWatch,
    TrialPair,
    watch_for_noninferiority,
    watch_for_regression,
)
from harness.regression.facts import VALID
from harness.regression.policy import PASS_RATE, Policy
from harness.runner.schedule import case_order

OutcomeOf = Callable[[str, int], Outcome | None]
"""What a trial of `suite::case` with an attempt number came to; None while it has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The two arms of one comparison, trial by trial."""

    slots: tuple[tuple[str, int], ...]
    """(`suite::case`, attempt) in the order they are tried: every case once before any again."""
    baseline: OutcomeOf
    candidate: OutcomeOf

    @classmethod
    def of(
        cls, cases: Iterable[tuple[str, str]], *, seed: int, attempts: int, baseline: OutcomeOf, candidate: OutcomeOf
    ) -> "Pairs":
        """Return the pairs of a run by its seed; cases are (suite, case)."""
        order = [f"{suite}::{case}" for suite, case in case_order(cases, seed=seed)]
        slots = tuple((case, attempt) for attempt in range(1, attempts + 1) for case in order)
        return cls(slots=slots, baseline=baseline, candidate=candidate)

    def finished(self, *, start: int = 0) -> Iterator[TrialPair | None]:
        """Yield the pairs from a slot on, up to the first that is not finished; None for one that cannot be judged."""
        for case, attempt in islice(self.slots, start, None):
            before, after = self.baseline(case, attempt), self.candidate(case, attempt)
            if before is None or after is None:
                return
            valid = before in VALID and after in VALID
            passed = TrialPair(baseline=before is Outcome.PASSED, candidate=after is Outcome.PASSED)
            yield passed if valid else None

    def until_now(self) -> Iterator[TrialPair]:
        """Yield the valid pairs up to the first that is not finished."""
        yield from (pair for pair in self.finished() if pair is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What early evidence proved, and when."""

    kind: StopKind
    """REGRESSED or NON_INFERIOR."""
    found: EarlyStop

    @property
    def stop(self) -> Stop:
        """Return it as the reason to place no further call."""
        what = "some case got worse" if self.kind is StopKind.REGRESSED else "the candidate is good enough"
        return Stop(
            kind=self.kind,
            reason=f"stopped early: {self.found.after} pairs of trials proved that {what} "
            f"(e-value {self.found.e_value:.3g}, anytime p {self.found.p_anytime:.2g})",
        )


class ProofWatch:
    """Looks for a proof in the pairs it is shown; where they are not watched, it finds none.

    Where other metrics are gated too, nothing is proved good enough by the pass rate alone.
    """

    def __init__(self, policy: Policy) -> None:
        """Take what is asked, and how much error the evidence may spend."""
        alpha = policy.spending.evidence
        margins = {gated.metric: gated.margin for gated in policy.gated}
        self._watches: dict[StopKind, EvidenceWatch] = {}
        if alpha is not None:
            self._watches[StopKind.REGRESSED] = watch_for_regression(alpha=alpha)
            if set(margins) == {PASS_RATE}:
                enough = watch_for_noninferiority(margin=margins[PASS_RATE], alpha=alpha)
                self._watches[StopKind.NON_INFERIOR] = enough
        self.proof: Proof | None = None
        """The first that was found."""

    def see(self, pair: TrialPair) -> None:
        """Take note of the next pair."""
        for kind, watch in self._watches.items():
            watch.see(pair)
            if self.proof is None and watch.found.after is not None:
                self.proof = Proof(kind=kind, found=watch.found)


def proof(pairs: Pairs, *, policy: Policy) -> Proof | None:
    """Return what the pairs so far prove of the pass rate; None while they prove nothing, or are not watched."""
    watch = ProofWatch(policy)
    for pair in pairs.until_now():
        watch.see(pair)
    return watch.proof
