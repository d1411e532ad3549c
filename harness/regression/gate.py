"""The word for a difference between two arms: better, worse, good enough, or not known (evaluation.md, section 2.6).

The gate reads an interval that somebody else computed and doubts that somebody else found. Without an interval, or with
any doubt about the data, it says that nothing is known: a missing measurement never passes.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import assert_never

from harness.errors import ConfigurationError
from harness.regression.inputs import require_inner_share
from harness.regression.intervals import Interval

ALPHA = 0.05
"""How often the gate may call an unchanged prompt worse."""


class GateWord(StrEnum):
    """What the gate says of a difference."""

    IMPROVED = "improved"
    REGRESSED = "regressed"
    DEGRADED_WITHIN_MARGIN = "degraded_within_margin"
    """Surely worse, and surely by less than the margin: passes with a warning."""
    NON_INFERIOR = "non_inferior"
    INCONCLUSIVE = "inconclusive"

    @property
    def passed(self) -> bool | None:
        """Return whether the gate opens; None where more data or a policy must decide."""
        match self:
            case GateWord.IMPROVED | GateWord.NON_INFERIOR | GateWord.DEGRADED_WITHIN_MARGIN:
                return True
            case GateWord.REGRESSED:
                return False
            case GateWord.INCONCLUSIVE:
                return None
            case _:
                assert_never(self)


def gate_verdict(interval: Interval | None, *, margin: float, doubts: Sequence[str] = ()) -> GateWord:
    """Return the word for a difference, by the decision table of section 2.6. Raises ConfigurationError.

    Args:
        interval: Of candidate minus baseline, higher is better, at the confidence of `look_confidence`; None: there
            is none.
        margin: The largest drop that may still ship, greater than 0, in the unit of the interval.
        doubts: Reasons why the data cannot carry a verdict (`pairing.data_doubts`); any makes it inconclusive.
    """
    require_margin(margin)
    if interval is None or doubts or math.isnan(interval.low) or math.isnan(interval.high):
        return GateWord.INCONCLUSIVE
    if interval.low > 0:
        return GateWord.IMPROVED
    if interval.high < 0:
        return GateWord.DEGRADED_WITHIN_MARGIN if interval.low > -margin else GateWord.REGRESSED
    return GateWord.NON_INFERIOR if interval.low > -margin else GateWord.INCONCLUSIVE


def look_confidence(*, alpha: float = ALPHA, looks: int = 1) -> float:
    """Return the confidence of the gate's interval, 1 - 2 alpha, where alpha is shared among the planned looks.

    Every extension of a run is another look, and spending the same alpha twice calls wolf too often.
    Raises ConfigurationError.
    """
    if looks < 1:
        raise ConfigurationError(f"{looks} looks cannot be planned: the end of the run is one, so name at least 1.")
    confidence = 1 - 2 * alpha / looks
    require_inner_share(confidence, what=f"the confidence that alpha {alpha:g} leaves")
    return confidence


def require_margin(margin: float, *, below: float = math.inf) -> None:
    """Refuse a margin that would prove nothing: 0, a negative one, not a number. Raises ConfigurationError."""
    if not 0 < margin < below:
        limit = "finite" if math.isinf(below) else f"less than {below:g}"
        raise ConfigurationError(
            f"margin {margin:g} cannot be gated on: it must be greater than 0 and {limit}. "
            "Set it to the largest drop you would still ship, such as 0.05 for five points."
        )
