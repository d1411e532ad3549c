"""Looking a planned number of times without crying wolf more often (evaluation.md, section 2.11).

The error rate is spent after Lan and DeMets, in the shape of O'Brien and Fleming: hardly any at the first looks,
most at the last. The boundaries follow by integrating, look by look, the distribution of the runs that have not
stopped yet.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import ConfigurationError
from harness.regression.beta import normal_quantile
from harness.regression.inputs import require_inner_share

_STEP = 0.1
"""Width of the grid in standard deviations of one look's data; Simpson's rule errs by less than 1e-6 at it."""
_REACH = 8.0
"""Standard deviations below which nothing is left."""
_HALVINGS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLook:
    """One look of a plan."""

    information: float
    """Share of all data there is by then."""
    critical_z: float
    """The look decides where its z reaches this."""
    alpha_spent: float
    """Error rate used up by then, this look included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mass:
    """A piece of the runs that have not stopped."""

    at: float
    weight: float


def obf_boundaries(looks: int, *, alpha: float = 0.05) -> tuple[PlannedLook, ...]:
    """Return the one-sided boundaries of equally spaced looks, O'Brien-Fleming spending. Raises ConfigurationError."""
    require_inner_share(alpha, what="alpha")
    if looks < 1:
        raise ConfigurationError(f"{looks} looks cannot be planned: the end of the run is one, so name at least 1")
    # A look's data add one standard normal to the sum, and z is the sum over the root of the looks so far.
    going: Sequence[_Mass] = [_Mass(at=0.0, weight=1.0)]
    plan: list[PlannedLook] = []
    spent = 0.0
    for look in range(1, looks + 1):
        by_now = _spending(look / looks, alpha=alpha)
        bound = _bound(going, stopping=by_now - spent)
        plan.append(PlannedLook(information=look / looks, critical_z=bound / math.sqrt(look), alpha_spent=by_now))
        spent = by_now
        if look < looks:
            going = _next(going, low=-_REACH * math.sqrt(look), bound=bound)
    return tuple(plan)


def _spending(information: float, *, alpha: float) -> float:
    if information == 1:
        return alpha
    return 2 * _tail(-normal_quantile(alpha / 2) / math.sqrt(information))


def _bound(going: Sequence[_Mass], *, stopping: float) -> float:
    """Return the sum that this share of all runs exceeds, having got here."""
    reach = _REACH * 5
    low, high = -reach, reach
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if sum(mass.weight * _tail(middle - mass.at) for mass in going) > stopping:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _next(going: Sequence[_Mass], *, low: float, bound: float) -> Sequence[_Mass]:
    """Return the runs below the bound after one more look, as the weighted points of Simpson's rule."""
    halves = max(1, math.ceil((bound - low) / _STEP / 2))
    width = (bound - low) / (2 * halves)
    points = []
    for place in range(2 * halves + 1):
        at = low + place * width
        share = 1 if place in (0, 2 * halves) else 4 if place % 2 else 2
        density = sum(mass.weight * math.exp(-((at - mass.at) ** 2) / 2) for mass in going) / math.sqrt(2 * math.pi)
        points.append(_Mass(at=at, weight=share * width / 3 * density))
    return points


def _tail(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2
