"""What the cases statistics are checked through look like."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from harness.regression.intervals import Interval

Json: TypeAlias = Mapping[str, Any]


def interval_json(found: Interval) -> dict[str, Any]:
    """Return an interval as the cases write it."""
    return {"estimate": found.estimate, "low": found.low, "high": found.high}
