"""What the statistics may be asked: a wrong count is an error here, never a wrong number further on."""

import math
from collections.abc import Sequence

from harness.errors import ConfigurationError


def require_count(value: int, *, of: int, what: str) -> None:
    """Refuse a count that is negative or exceeds its total. Raises ConfigurationError."""
    if not 0 <= value <= of:
        raise ConfigurationError(f"{what}: {value} of {of} is no count; give a number from 0 to {of}.")


def require_positive(value: float, *, what: str) -> None:
    """Refuse what is not a finite number above zero. Raises ConfigurationError."""
    if not (math.isfinite(value) and value > 0):
        raise ConfigurationError(f"{what} is {value}; give a number above 0.")


def require_share(value: float, *, what: str) -> None:
    """Refuse what does not lie in [0, 1]. Raises ConfigurationError."""
    if not 0 <= value <= 1:
        raise ConfigurationError(f"{what} is {value}; give a number from 0 to 1.")


def require_inner_share(value: float, *, what: str) -> None:
    """Refuse what does not lie strictly between 0 and 1, such as a confidence of 95. Raises ConfigurationError."""
    if not 0 < value < 1:
        raise ConfigurationError(f"{what} is {value}; give a number between 0 and 1, such as 0.95.")


def require_finite(values: Sequence[float], *, what: str) -> None:
    """Refuse infinities and what is not a number. Raises ConfigurationError."""
    for place, value in enumerate(values):
        if not math.isfinite(value):
            raise ConfigurationError(f"{what}[{place}] is {value}; leave out what could not be measured.")


def require_same_length(first: Sequence[object], second: Sequence[object], *, what: str) -> None:
    """Refuse two sequences that do not belong together item by item. Raises ConfigurationError."""
    if len(first) != len(second):
        raise ConfigurationError(f"{what}: {len(first)} and {len(second)} items; match them one to one first.")
