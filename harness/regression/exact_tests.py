"""Tests without a distribution to believe in: every outcome chance allows is counted (evaluation.md, section 2.5)."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from harness.regression.inputs import require_count, require_finite

MOST_ENUMERATED = 20
"""Non-zero differences up to which all signs are enumerated."""
FLIPS = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemar:
    """The exact test of paired outcomes, with one trial a case."""

    p_two_sided: float
    p_mid: float
    """Two-sided, with half the weight on what was observed."""
    p_worse: float
    """Evidence that the candidate is worse."""
    p_better: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignFlip:
    """The permutation test of case differences."""

    p_two_sided: float
    p_less: float
    """Evidence that the candidate is lower."""
    p_greater: float
    exact: bool
    """Whether all signs were enumerated, not drawn."""


def mcnemar_exact(*, baseline_only: int, candidate_only: int) -> McNemar:
    """Return McNemar's exact test: of b + c pairs in which the arms differ, each is a fair coin.

    Without such a pair every p is 1. Raises ConfigurationError for impossible counts.
    """
    differing = baseline_only + candidate_only
    require_count(baseline_only, of=differing, what="baseline_only")
    require_count(candidate_only, of=differing, what="candidate_only")
    fewer = min(baseline_only, candidate_only)
    two_sided = 2 * _coins_at_most(fewer, differing)
    return McNemar(
        p_two_sided=min(1.0, two_sided),
        p_mid=two_sided - math.comb(differing, fewer) / (1 << differing),
        p_worse=_coins_at_most(candidate_only, differing),
        p_better=_coins_at_most(baseline_only, differing),
    )


def fisher_exact(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Return Fisher's two-sided p for two independent counts, such as the invalid trials of two arms.

    Tables no likelier than the observed one count; compared as whole numbers, so that ties are ties. Raises
    ConfigurationError for impossible counts.

    Args:
        first: How many of how many.
        second: The same of the other arm.
    """
    (x1, n1), (x2, n2) = first, second
    require_count(x1, of=n1, what="first")
    require_count(x2, of=n2, what="second")
    hits = x1 + x2
    observed = math.comb(n1, x1) * math.comb(n2, x2)
    ways = (math.comb(n1, x) * math.comb(n2, hits - x) for x in range(max(0, hits - n2), min(hits, n1) + 1))
    return sum(way for way in ways if way <= observed) / math.comb(n1 + n2, hits)


def sign_flip_exact(differences: Sequence[float], *, seed: int = 0) -> SignFlip:
    """Return how often chance signs make the sum of case differences as far from zero as it is.

    All signs of the non-zero differences are enumerated up to `MOST_ENUMERATED` of them; beyond that `FLIPS` are drawn
    from the seed. Without a difference every p is 1. Raises ConfigurationError for what is no number.
    """
    require_finite(differences, what="differences")
    sizes = [abs(difference) for difference in differences if difference]
    observed = math.fsum(differences)
    # Sums that are equal on paper differ by rounding.
    slack = 1e-9 * math.fsum(sizes)
    if len(sizes) > MOST_ENUMERATED:
        return _sampled(sizes, observed=observed, slack=slack, random=Random(seed))
    above = _share_at_least(observed - slack, sizes)
    # Turning every sign round leaves the distribution as it is, so the lower tail is an upper one.
    below = _share_at_least(-observed - slack, sizes)
    two_sided = min(1.0, 2 * _share_at_least(abs(observed) - slack, sizes))
    return SignFlip(p_two_sided=two_sided, p_less=below, p_greater=above, exact=True)


def monte_carlo_p(extreme: int, *, resamples: int) -> float:
    """Return (b + 1)/(m + 1), the p of b among m random resamples; never 0 (Phipson & Smyth 2010).

    Raises ConfigurationError for impossible counts.
    """
    require_count(extreme, of=resamples, what="extreme")
    return (extreme + 1) / (resamples + 1)


def _coins_at_most(heads: int, coins: int) -> float:
    return sum(math.comb(coins, k) for k in range(heads + 1)) / (1 << coins)


def _share_at_least(bound: float, sizes: Sequence[float]) -> float:
    """Return the share of all signings whose sum reaches the bound, from the sums of two halves."""
    middle = len(sizes) // 2
    left, right = _signed_sums(sizes[:middle]), sorted(_signed_sums(sizes[middle:]))
    reached = sum(len(right) - bisect_left(right, bound - part) for part in left)
    return reached / (len(left) * len(right))


def _signed_sums(sizes: Sequence[float]) -> list[float]:
    sums = [0.0]
    for size in sizes:
        sums = [part + sign * size for part in sums for sign in (-1, 1)]
    return sums


def _sampled(sizes: Sequence[float], *, observed: float, slack: float, random: Random) -> SignFlip:
    both = less = greater = 0
    for _ in range(FLIPS):
        signs = random.getrandbits(len(sizes))
        total = math.fsum(size if signs >> place & 1 else -size for place, size in enumerate(sizes))
        both += abs(total) >= abs(observed) - slack
        less += total <= observed + slack
        greater += total >= observed - slack
    return SignFlip(
        p_two_sided=monte_carlo_p(both, resamples=FLIPS),
        p_less=monte_carlo_p(less, resamples=FLIPS),
        p_greater=monte_carlo_p(greater, resamples=FLIPS),
        exact=False,
    )
