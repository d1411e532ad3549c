"""Evidence that is looked at while a comparison is still going on: pairs of trials, in the order they were started.

Only whole pairs count, and only those before the first that is not there yet: which calls finished sooner on the
line must not decide what is looked at.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.stop import Stop, StopKind
from harness.regression.evalues import EarlyStop, TrialPair, stop_for_noninferiority, stop_for_regression
from harness.regression.facts import VALID
from harness.regression.policy import PASS_RATE, Policy
from harness.runner.schedule import case_order

OutcomeOf = Callable[[str, int], Outcome | None]
"""What a trial of `suite::case` with an attempt number came to; None while it has not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The two arms of one comparison, trial by trial."""

    cases: tuple[tuple[str, str], ...]
    """(suite, case) in the order they are tried."""
    attempts: int
    baseline: OutcomeOf
    candidate: OutcomeOf

    @classmethod
    def of(
        cls, cases: Iterable[tuple[str, str]], *, seed: int, attempts: int, baseline: OutcomeOf, candidate: OutcomeOf
    ) -> "Pairs":
        """Return the pairs of a run by its seed."""
        order = case_order(cases, seed=seed)
        return cls(cases=order, attempts=attempts, baseline=baseline, candidate=candidate)

    def until_now(self) -> Iterator[TrialPair]:
        """Yield the valid pairs up to the first that is not finished."""
        for attempt in range(1, self.attempts + 1):
            for suite, case in self.cases:
                id = f"{suite}::{case}"
                before, after = self.baseline(id, attempt), self.candidate(id, attempt)
                if before is None or after is None:
                    return
                if before in VALID and after in VALID:
                    yield TrialPair(baseline=before is Outcome.PASSED, candidate=after is Outcome.PASSED)


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


def proof(pairs: Pairs, *, policy: Policy) -> Proof | None:
    """Return what the pairs so far prove of the pass rate; None while they prove nothing, or are not watched.

    Where other metrics are gated too, nothing is proved good enough by the pass rate alone.
    """
    alpha = policy.spending.evidence
    if alpha is None:
        return None
    seen = tuple(pairs.until_now())
    found = [Proof(kind=StopKind.REGRESSED, found=stop_for_regression(seen, alpha=alpha))]
    margins = {gated.metric: gated.margin for gated in policy.gated}
    if set(margins) == {PASS_RATE}:
        enough = stop_for_noninferiority(seen, margin=margins[PASS_RATE], alpha=alpha)
        found.append(Proof(kind=StopKind.NON_INFERIOR, found=enough))
    proved = [each for each in found if each.found.after is not None]
    return min(proved, key=lambda each: each.found.after or 0, default=None)
