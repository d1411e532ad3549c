"""The platform's clock and the call's own, laid beside each other by moments that both saw.

Both saw the call answered and hung up. Whoever did it saw it first, the other one a network's delay later, so that each
moment bounds how far the clocks are apart from one side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

from harness.voipbin.times import read_time

STAMPING_MS: Final = 50.0
"""How long after something happened a platform may stamp it."""
USUAL_DELAY_MS: Final = 75.0
"""One way through the network, where nobody measured it, give or take as much."""
VAGUE_MS: Final = 500.0
"""How far apart two moments may be that are only nearly the same."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class First(Enum):
    """Who saw a moment first."""

    PLATFORM = "platform"
    """We saw it a delay later."""
    US = "us"
    NEITHER = "neither"
    """It is nearly the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One moment that both saw."""

    what: str
    """Such as `answered`."""
    ours_ms: float
    """On the call's clock."""
    theirs: datetime
    first: First


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockJoin:
    """How to read the platform's times on the call's clock."""

    offset_ms: float
    """To be added to the platform's time since 1970."""
    uncertainty_ms: float
    """How far a moment may be off, in either direction."""
    anchors: tuple[str, ...]
    """What it was found by."""

    def ms(self, written: object) -> int | None:
        """Return a time of the platform on the call's clock; None for one that is unset."""
        moment = read_time(written)
        return None if moment is None else round(_since_1970_ms(moment) + self.offset_ms)

    @property
    def note(self) -> str:
        """Return how well the clocks are known to agree, for a report."""
        return (
            f"the platform's times are put on the call's clock by the moments {' and '.join(self.anchors)}, to within "
            f"{self.uncertainty_ms:.0f} ms"
        )


def join_clocks(anchors: Iterable[Anchor], *, round_trip_ms: float | None = None) -> ClockJoin | None:
    """Return how the clocks relate; None without any moment.

    Args:
        anchors: Moments both saw.
        round_trip_ms: Through the network and back, where somebody measured it.
    """
    known = tuple(anchors)
    if not known:
        return None
    low, high = _bounds(known, round_trip_ms=round_trip_ms)
    offset_ms = (low + high) / 2
    # Bounds that contradict each other tell that a moment was stamped late, and by how much.
    return ClockJoin(
        offset_ms=offset_ms,
        uncertainty_ms=abs(high - low) / 2 + STAMPING_MS,
        anchors=tuple(dict.fromkeys(anchor.what for anchor in known)),
    )


def _bounds(anchors: Sequence[Anchor], *, round_trip_ms: float | None) -> tuple[float, float]:
    delay_ms = 2 * USUAL_DELAY_MS if round_trip_ms is None else round_trip_ms / 2
    exact = [anchor for anchor in anchors if anchor.first is not First.NEITHER]
    if not exact:
        # The later one is the safer one to go by only if there is one; all of them are as vague.
        offsets = [_offset_ms(anchor) for anchor in anchors]
        return min(offsets) - VAGUE_MS, max(offsets) + VAGUE_MS
    at_most = [_offset_ms(anchor) for anchor in exact if anchor.first is First.PLATFORM]
    at_least = [_offset_ms(anchor) for anchor in exact if anchor.first is First.US]
    low = max(at_least) if at_least else min(at_most) - delay_ms
    high = min(at_most) if at_most else max(at_least) + delay_ms
    return low, high


def _offset_ms(anchor: Anchor) -> float:
    return anchor.ours_ms - _since_1970_ms(anchor.theirs)


def _since_1970_ms(moment: datetime) -> float:
    return (moment - _EPOCH) / timedelta(milliseconds=1)
