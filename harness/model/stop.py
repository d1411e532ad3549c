"""Why a run places no further call, though it planned some."""

from dataclasses import dataclass
from enum import StrEnum


class StopKind(StrEnum):
    """What ended a run early."""

    SPOILED = "spoiled"
    """Our own caller spoiled too many calls: the run proves nothing."""
    BUDGET = "budget"
    """The next call might have cost more than was left."""
    REGRESSED = "regressed"
    """It was proved that the candidate got worse; no further call could change it."""
    NON_INFERIOR = "non_inferior"
    """It was proved that the candidate is good enough; only what the cases' own pass rules need went on."""

    @property
    def proved(self) -> bool:
        """Return whether the run ended early because its question was answered."""
        return self in (StopKind.REGRESSED, StopKind.NON_INFERIOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """The end of a run before its plan was through."""

    kind: StopKind
    reason: str
    """One sentence for people, that begins with "stopped"."""
