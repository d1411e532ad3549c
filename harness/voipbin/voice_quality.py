"""How good a telephone leg was: from loss and delay to a mean opinion score, by the E-model (ITU-T G.107).

For G.711 (G.113, appendix I): no impairment of its own, and a robustness to loss of 4.3 without concealment.
"""

from dataclasses import dataclass
from typing import Final

_BEST_R: Final = 93.2
_ROBUSTNESS: Final = 4.3
_NOTICED_DELAY_MS: Final = 177.3


@dataclass(frozen=True, slots=True, kw_only=True)
class LegQuality:
    """What was measured on one leg."""

    loss_pct: float
    jitter_ms: int = 0
    rtt_ms: int = 0


def mean_opinion_score(leg: LegQuality) -> float:
    """Return the score people would give on average, from 1 to 4.4, with two decimals."""
    delay_ms = leg.rtt_ms / 2 + leg.jitter_ms
    delayed = 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - _NOTICED_DELAY_MS)
    lost = 95 * leg.loss_pct / (leg.loss_pct + _ROBUSTNESS)
    rating = max(0.0, min(100.0, _BEST_R - delayed - lost))
    score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
    # The formula dips below 1 for the worst lines.
    return round(max(1.0, score), 2)
