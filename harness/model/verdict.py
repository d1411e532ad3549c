"""What a run says of the arms under test, before any comparison."""

from dataclasses import dataclass, field

from harness.model.outcome import Outcome, Tally
from harness.model.stop import Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a run says of the arms under test; baseline arms never enter `gated`."""

    outcome: Outcome
    gated: Tally
    baseline: Tally = field(default_factory=Tally)
    unfinished: int = 0
    """Planned trials without a result."""
    stop: Stop | None = None
    """Why no further call was placed; None when the run went on to its end."""
    excused: Tally = field(default_factory=Tally)
    """Cases under test whose pass rule decides nothing by itself: those that are not `required`, where a comparison
    gates the run, and those in quarantine. They are not in `gated`."""
