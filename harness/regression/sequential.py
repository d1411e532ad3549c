"""Stopping early on one arm: when the rest cannot change the answer, and Wald's test (evaluation.md, section 2.11)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.errors import ConfigurationError
from harness.regression.inputs import require_count, require_inner_share

_ROUNDING = 1e-9
"""Sums of logarithms that are equal on paper differ by less."""


class StopWord(StrEnum):
    """Whether "at least r of N" is decided."""

    PASS = "pass"
    FAIL = "fail"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curtailment:
    """The answer as soon as it is certain."""

    verdict: StopWord
    stop_after: int | None
    """Trials consumed; None while it is open."""


def curtailment(outcomes: Sequence[bool], *, required: int, planned: int) -> Curtailment:
    """Return when "at least `required` of `planned` pass" was decided by the outcomes so far, in their order.

    Exact: no completion of the trials changes the answer, so stopping costs no error rate.
    """
    passes = 0
    for consumed in range(len(outcomes) + 1):
        if passes >= required:
            return Curtailment(verdict=StopWord.PASS, stop_after=consumed)
        if consumed - passes > planned - required:
            return Curtailment(verdict=StopWord.FAIL, stop_after=consumed)
        if consumed < len(outcomes):
            passes += bool(outcomes[consumed])
    return Curtailment(verdict=StopWord.CONTINUE, stop_after=None)


class SprtWord(StrEnum):
    """What Wald's test says of a rate."""

    ACCEPT = "accept"
    REJECT = "reject"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprt:
    """Where Wald's test stands."""

    llr: float
    """Logarithm of the likelihood ratio of the acceptable rate against the unacceptable one."""
    upper: float
    """Accepted from here on."""
    lower: float
    """Rejected down from here."""
    decision: SprtWord
    min_passes_to_accept: int
    """Trials it takes if every one passes."""


def wald_sprt(passes: int, *, n: int, p0: float, p1: float, alpha: float = 0.05, beta: float = 0.1) -> Sprt:
    """Return Wald's sequential probability ratio test of a pass rate. Raises ConfigurationError.

    Args:
        passes: Among the n trials so far.
        n: Trials so far; the test may be read after each.
        p0: The rate that is not acceptable.
        p1: The rate that is, greater than p0.
        alpha: How often an unacceptable rate may be accepted.
        beta: How often an acceptable rate may be rejected.
    """
    for name, value in (("p0", p0), ("p1", p1), ("alpha", alpha), ("beta", beta)):
        require_inner_share(value, what=name)
    require_count(passes, of=n, what="passes")
    if p0 >= p1:
        raise ConfigurationError(
            f"p0 {p0:g} is not less than p1 {p1:g}: name the unacceptable rate first, then the good"
        )
    if alpha + beta >= 1:
        raise ConfigurationError(
            f"alpha {alpha:g} and beta {beta:g} leave nothing to decide: their sum must be below 1"
        )
    gain = math.log(p1 / p0)
    llr = passes * gain + (n - passes) * math.log((1 - p1) / (1 - p0))
    upper, lower = math.log((1 - beta) / alpha), math.log(beta / (1 - alpha))
    decision = SprtWord.CONTINUE
    if llr >= upper - _ROUNDING:
        decision = SprtWord.ACCEPT
    elif llr <= lower + _ROUNDING:
        decision = SprtWord.REJECT
    run = math.ceil((upper - _ROUNDING) / gain)
    return Sprt(llr=llr, upper=upper, lower=lower, decision=decision, min_passes_to_accept=run)
