"""Ratings others have made of latency and turn-taking, for orientation only: nothing in a verdict rests on them.

They are optional in evaluation.md 5.4 and never gated: a rating hides the counts it was made from.
"""

from collections.abc import Sequence
from math import log1p

_EARLIEST_MS, _EARLY_MS = -500, 500
_PATIENCE_MS, _PATIENCE_WITH_TOOL_MS = 2_000, 3_000
_LATEST_MS, _LATEST_WITH_TOOL_MS = 3_500, 5_000
_WEIGHT_INTERRUPTIONS, _WEIGHT_MISSED, _WEIGHT_LATENCY = 0.4, 0.4, 0.2
_BEST_MOS = 4.5


def latency_score(latency_ms: float, *, tool_call: bool) -> float:
    """Return 0 to 1 for one answer, in the shape EVA has published: too soon is as bad as too late."""
    patience_ms = _PATIENCE_WITH_TOOL_MS if tool_call else _PATIENCE_MS
    latest_ms = _LATEST_WITH_TOOL_MS if tool_call else _LATEST_MS
    rising = (latency_ms - _EARLIEST_MS) / (_EARLY_MS - _EARLIEST_MS)
    falling = (latest_ms - latency_ms) / (latest_ms - patience_ms)
    return max(0.0, min(1.0, rising, falling))


def vaqi(*, interruptions: Sequence[int], missed: Sequence[int], latency_s: Sequence[float]) -> tuple[float, ...]:
    """Return 0 to 100 for each arm on one conversation, relative to the worst arm of each kind.

    Args:
        interruptions: How often the agent of each arm interrupted.
        missed: How often it did not answer.
        latency_s: How long it took to answer.
    """
    parts = zip(
        _of_largest(interruptions),
        _of_largest(missed),
        _of_largest([log1p(value) for value in latency_s]),
        strict=True,
    )
    return tuple(
        100 * (1 - (_WEIGHT_INTERRUPTIONS * cut + _WEIGHT_MISSED * silent + _WEIGHT_LATENCY * late))
        for cut, silent, late in parts
    )


def emodel_mos(rating: float) -> float:
    """Return the estimated conversational MOS of a transmission rating R (ITU-T G.107, Annex B)."""
    if rating <= 0:
        return 1.0
    if rating >= 100:
        return _BEST_MOS
    return 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6


def _of_largest(values: Sequence[float]) -> list[float]:
    largest = max(values, default=0)
    return [value / largest if largest else 0.0 for value in values]
