"""What several actions have in common: a number of milliseconds from their options, and letting them pass."""

from typing import Any

from harness.simulator.calls.leg import Leg
from harness.simulator.flows.flow import Activeflow, Step


def milliseconds(value: Any) -> int:
    """Return an option's number of milliseconds; 0 for anything else."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 else 0


def wait(leg: Leg, flow: Activeflow, duration_ms: int) -> Step:
    """Have a flow go on after a time, unless its call is over by then."""
    due = leg.studio.clock.after(duration_ms, flow.resume)
    leg.on_end(due.cancel)
    return Step.BLOCKED
