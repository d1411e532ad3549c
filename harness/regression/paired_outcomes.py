"""Two arms with one trial a case: what their pairs of outcomes say (evaluation.md, section 2.4).

Only pairs in which the arms differ carry weight: `baseline_only` counts the cases that only the baseline passed,
`candidate_only` those that only the candidate passed.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from harness.regression.beta import beta_cdf, normal_quantile
from harness.regression.inputs import require_count, require_inner_share, require_share
from harness.regression.intervals import Interval
from harness.regression.two_arms import NO_DIFFERENCE_KNOWN

_HALVINGS = 100
_STEPS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTest:
    """A score test of one side."""

    z: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePosterior:
    """What is believed of candidate minus baseline after the pairs."""

    mean: float
    above_minus_margin: float
    """Probability that the candidate is worse by less than the margin."""
    positive: float
    """Probability that the candidate is better."""


def tango_interval(*, baseline_only: int, candidate_only: int, pairs: int, confidence: float = 0.95) -> Interval:
    """Return Tango's (1998) score interval of candidate minus baseline (section 2.4).

    Without a pair nothing is known. Raises ConfigurationError for impossible counts.
    """
    require_inner_share(confidence, what="confidence")
    _require_pairs(baseline_only, candidate_only, pairs)
    if not pairs:
        return NO_DIFFERENCE_KNOWN
    z = normal_quantile((1 + confidence) / 2)
    # Exchanging the arms turns the interval round, so one bound is enough.
    low = _tango_low(baseline_only, candidate_only, pairs, z=z)
    high = -_tango_low(candidate_only, baseline_only, pairs, z=z)
    return Interval(estimate=(candidate_only - baseline_only) / pairs, low=low, high=high)


def tango_noninferiority(*, baseline_only: int, candidate_only: int, pairs: int, margin: float) -> ScoreTest | None:
    """Return Tango's test of "the candidate is worse by `margin` or more"; a small p speaks against it (section 2.4).

    None without a pair. Raises ConfigurationError for impossible counts.
    """
    require_share(margin, what="margin")
    _require_pairs(baseline_only, candidate_only, pairs)
    if not pairs:
        return None
    z = _tango_z(-margin, baseline_only, candidate_only, pairs)
    return ScoreTest(z=z, p_value=NormalDist().cdf(-z))


def dirichlet_paired_posterior(
    *, both: int, baseline_only: int, candidate_only: int, neither: int, margin: float
) -> DifferencePosterior:
    """Return the posterior of the difference under a prior of ½ in each of the four cells (section 2.4).

    The discordant share s and the candidate's part r of it are independent betas, and the difference is s(2r - 1):
    one integral over s is left, by Simpson's rule. Raises ConfigurationError for impossible counts.
    """
    require_share(margin, what="margin")
    pairs = both + baseline_only + candidate_only + neither
    for count in (both, baseline_only, candidate_only, neither):
        require_count(count, of=pairs, what="pairs")
    ours, theirs = candidate_only + 0.5, baseline_only + 0.5
    discordant, concordant = ours + theirs, both + neither + 1.0

    def density(u: float) -> float:
        # In u = √((s - margin)/(1 - margin)) the integrand is smooth where it begins.
        s = margin + (1 - margin) * u * u
        if not u:
            return 0.0
        worse = beta_cdf((1 - margin / s) / 2, a=ours, b=theirs)
        return 2 * (1 - margin) * u * _beta_density(s, a=discordant, b=concordant) * worse

    return DifferencePosterior(
        mean=(candidate_only - baseline_only) / (pairs + 2),
        above_minus_margin=min(1.0, max(0.0, 1 - _simpson(density))),
        positive=beta_cdf(0.5, a=theirs, b=ours),
    )


def _require_pairs(baseline_only: int, candidate_only: int, pairs: int) -> None:
    require_count(baseline_only, of=pairs, what="baseline_only")
    require_count(candidate_only, of=pairs - baseline_only, what="candidate_only")


def _tango_low(b: int, c: int, n: int, *, z: float) -> float:
    """Return the difference at which the score is z; the score falls as the difference grows."""
    low, high = -1.0, (c - b) / n
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _tango_z(middle, b, c, n) > z:
            low = middle
        else:
            high = middle
    return high


def _tango_z(difference: float, b: int, c: int, n: int) -> float:
    """Return the score z(δ) of section 2.4, q being the most likely share of baseline-only passes given δ."""
    lead = c - b - n * difference
    first, last = 2 * n, -b * difference * (1 - difference)
    middle = -b - c + (2 * n - c + b) * difference
    share = (math.sqrt(max(0.0, middle**2 - 4 * first * last)) - middle) / (2 * first)
    variance = n * (2 * share + difference * (1 - difference))
    if variance > 0:
        return lead / math.sqrt(variance)
    return math.copysign(math.inf, lead) if lead else 0.0


def _beta_density(x: float, *, a: float, b: float) -> float:
    size = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + (a - 1) * math.log(x)
    if b == 1:
        return math.exp(size)
    return math.exp(size + (b - 1) * math.log1p(-x)) if x < 1 else 0.0


def _simpson(function: Callable[[float], float]) -> float:
    """Return the integral over [0, 1]."""
    inner = math.fsum((4 if step % 2 else 2) * function(step / _STEPS) for step in range(1, _STEPS))
    return (function(0.0) + inner + function(1.0)) / (3 * _STEPS)
