"""Evidence about two arms that may be looked at after every pair of trials (evaluation.md, section 2.11).

An e-value is a bet against a null: where the null holds, it reaches 1/alpha in at most a share alpha of the runs,
however often somebody looks. A pair is one trial of each arm with the same case and the same attempt number.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from harness.regression.gate import require_margin
from harness.regression.inputs import require_count, require_inner_share

_BETS = tuple(step / 10 for step in range(1, 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPair:
    """Whether the two trials of a pair passed."""

    baseline: bool
    candidate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharpNullEvidence:
    """Evidence that the change did something to some case."""

    e_two_sided: float
    """Against: no case's pass probability changed."""
    e_regression: float
    """Against: no case's pass probability dropped. Not the same as: the average did not drop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyStop:
    """Whether the evidence sufficed, and when; to be reported beside a run that was stopped."""

    after: int | None
    """Pairs looked at when it sufficed; None: it never did."""
    e_value: float
    """The highest until then."""

    @property
    def p_anytime(self) -> float:
        """Return the p-value that holds however often somebody looked."""
        return min(1.0, 1 / self.e_value)


def evalue_sharp_null(*, baseline_only: int, candidate_only: int) -> SharpNullEvidence:
    """Return the evidence in the pairs of which one arm alone passed.

    The mixture of likelihood ratios is uniform over the share of pairs that go to the baseline: over [0, 1] on two
    sides, over (1/2, 1] for a regression. Counted in whole numbers, so that no size of run loses digits.
    """
    pairs = baseline_only + candidate_only
    require_count(baseline_only, of=pairs, what="pairs that the baseline alone passed")
    return _sharp_null(baseline_only, pairs)


def evalue_noninferiority(*, baseline_only: int, candidate_only: int, tied: int, margin: float) -> float:
    """Return the evidence that the mean difference is above -margin. Raises ConfigurationError.

    Holds for pairs in random case order, each case once before any repeats.
    """
    require_margin(margin, below=1.0)
    for count, what in ((baseline_only, "baseline"), (candidate_only, "candidate"), (tied, "tied")):
        require_count(count, of=baseline_only + candidate_only + tied, what=f"{what} pairs")
    logs = [candidate_only * won + tied * even + baseline_only * lost for won, even, lost in _growth(margin)]
    highest = max(logs)
    return _exponential(highest + math.log(math.fsum([math.exp(each - highest) for each in logs]) / len(logs)))


class EvidenceWatch:
    """Gathers evidence pair by pair; what has sufficed once stays, whatever comes after."""

    def __init__(self, evidence: Callable[[int, int, int], float], *, alpha: float) -> None:
        """Take the e-value of so many pairs that the baseline alone, the candidate alone and both or neither passed."""
        require_inner_share(alpha, what="alpha")
        self._evidence = evidence
        self._enough = 1 / alpha
        self._baseline_only = self._candidate_only = self._pairs = 0
        self._highest = 1.0
        self._after: int | None = None

    def see(self, pair: TrialPair) -> None:
        """Take note of the next pair."""
        if self._after is not None:
            return
        self._pairs += 1
        self._baseline_only += pair.baseline and not pair.candidate
        self._candidate_only += pair.candidate and not pair.baseline
        tied = self._pairs - self._baseline_only - self._candidate_only
        value = self._evidence(self._baseline_only, self._candidate_only, tied)
        self._highest = max(self._highest, value)
        if value >= self._enough:
            self._after = self._pairs

    @property
    def found(self) -> EarlyStop:
        """Return whether the evidence has sufficed by now."""
        return EarlyStop(after=self._after, e_value=self._highest)


def watch_for_regression(*, alpha: float = 0.05) -> EvidenceWatch:
    """Return what watches for pairs that prove that some case got worse. Raises ConfigurationError."""
    return EvidenceWatch(lambda b, c, _: evalue_sharp_null(baseline_only=b, candidate_only=c).e_regression, alpha=alpha)


def watch_for_noninferiority(*, margin: float, alpha: float = 0.05) -> EvidenceWatch:
    """Return what watches for pairs that prove non-inferiority. Raises ConfigurationError.

    The order of the cases must be random, each case once before any repeats.
    """
    require_margin(margin, below=1.0)
    return EvidenceWatch(
        lambda b, c, t: evalue_noninferiority(baseline_only=b, candidate_only=c, tied=t, margin=margin), alpha=alpha
    )


def stop_for_regression(pairs: Iterable[TrialPair], *, alpha: float = 0.05) -> EarlyStop:
    """Return whether the pairs, in their order, prove that some case got worse: fail early.

    Raises ConfigurationError.
    """
    return _seen(pairs, by=watch_for_regression(alpha=alpha))


def stop_for_noninferiority(pairs: Iterable[TrialPair], *, margin: float, alpha: float = 0.05) -> EarlyStop:
    """Return whether the pairs, in their order, prove non-inferiority: pass early. Raises ConfigurationError.

    The order of the cases must be random, each case once before any repeats.
    """
    return _seen(pairs, by=watch_for_noninferiority(margin=margin, alpha=alpha))


def _seen(pairs: Iterable[TrialPair], *, by: EvidenceWatch) -> EarlyStop:
    for pair in pairs:
        by.see(pair)
    return by.found


@lru_cache(maxsize=1024)
def _sharp_null(baseline_only: int, pairs: int) -> SharpNullEvidence:
    """Return the evidence of counts that are looked at again after every tie."""
    scale = (pairs + 1) * math.comb(pairs, baseline_only)
    return SharpNullEvidence(
        e_two_sided=_quotient(1 << pairs, scale),
        e_regression=_quotient(_subsets(pairs + 1, most=baseline_only), scale),
    )


@lru_cache(maxsize=64)
def _growth(margin: float) -> tuple[tuple[float, float, float], ...]:
    """Return the logarithms of what each bet grows by when the candidate alone passes, at a tie, and when it loses."""
    sizes = [(bet, bet / (1 - margin)) for bet in _BETS]
    return tuple((math.log1p(size * (1 + margin)), math.log1p(size * margin), math.log1p(-bet)) for bet, size in sizes)


def _subsets(n: int, *, most: int) -> int:
    """Return how many subsets of n things have at most `most` of them, summed from the nearer end."""
    if 2 * most > n:
        return (1 << n) - _subsets(n, most=n - most - 1)
    total, term = 0, 1
    for size in range(most + 1):
        total += term
        term = term * (n - size) // (size + 1)
    return total


def _quotient(above: int, below: int) -> float:
    try:
        return above / below
    except OverflowError:
        return math.inf


def _exponential(logarithm: float) -> float:
    try:
        return math.exp(logarithm)
    except OverflowError:
        return math.inf
