"""How far a judge can be believed: agreement with people, and rates corrected by it (evaluation.md, section 3.5)."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from harness.regression.beta import normal_quantile
from harness.regression.intervals import NOTHING_KNOWN, Interval

ABSTAIN = "abstain"
SPLIT = "split"
NO_VERDICT = "no_verdict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two raters agree. Read kappa and AC1 together: kappa falls where one answer is rare."""

    observed: float
    kappa: float | None
    """Cohen's; None where chance alone would agree always."""
    kappa_linear: float | None
    kappa_quadratic: float | None
    ac1: float
    """Gwet's."""


def agreement_two_raters(table: Sequence[Sequence[int]]) -> Agreement | None:
    """Return the agreement in a square table of counts, rows one rater and columns the other; None for no counts."""
    n, size = sum(map(sum, table)), len(table)
    if not n:
        return None
    rows = [sum(row) / n for row in table]
    columns = [sum(row[place] for row in table) / n for place in range(size)]
    observed = sum(table[place][place] for place in range(size)) / n

    def kappa(weight: Callable[[int, int], float]) -> float | None:
        seen = sum(weight(i, j) * table[i][j] / n for i in range(size) for j in range(size))
        chance = sum(weight(i, j) * rows[i] * columns[j] for i in range(size) for j in range(size))
        return 1 - seen / chance if chance else None

    shares = [(row + column) / 2 for row, column in zip(rows, columns, strict=True)]
    chance = sum(share * (1 - share) for share in shares) / (size - 1) if size > 1 else 0.0
    return Agreement(
        observed=observed,
        kappa=kappa(lambda i, j: float(i != j)),
        kappa_linear=kappa(lambda i, j: float(abs(i - j))),
        kappa_quadratic=kappa(lambda i, j: float((i - j) ** 2)),
        ac1=(observed - chance) / (1 - chance) if chance < 1 else 1.0,
    )


Level = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(ratings: Sequence[Sequence[float | None]], *, level: Level) -> float | None:
    """Return Krippendorff's alpha of ratings[rater][unit], None for a missing one; None where nothing varies."""
    units = [[r for r in unit if r is not None] for unit in zip(*ratings, strict=True)]
    units = [unit for unit in units if len(unit) > 1]
    counts = Counter(rating for unit in units for rating in unit)
    total = sum(counts.values())
    distance = _distance(level, counts)
    seen = sum(sum(distance(a, b) for a in unit for b in unit) / (len(unit) - 1) for unit in units)
    chance = sum(counts[a] * counts[b] * distance(a, b) for a in counts for b in counts)
    return 1 - (total - 1) * seen / chance if chance else None


def _distance(level: Level, counts: Counter[float]) -> Callable[[float, float], float]:
    if level == "nominal":
        return lambda a, b: float(a != b)
    if level == "interval":
        return lambda a, b: (a - b) ** 2

    def ordinal(a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(number for value, number in counts.items() if low <= value <= high)
        return (between - (counts[a] + counts[b]) / 2) ** 2

    return ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCounts:
    """A judge's verdicts on calls whose right verdict people know."""

    right_passes: int
    human_passes: int
    right_fails: int
    human_fails: int

    @property
    def youden(self) -> float | None:
        """Return sensitivity + specificity - 1; None where one of them was never tried."""
        if not (self.human_passes and self.human_fails):
            return None
        return self.right_passes / self.human_passes + self.right_fails / self.human_fails - 1


def rogan_gladen(passes: float, *, n: float, counts: JudgeCounts, confidence: float = 0.95) -> Interval:
    """Return the pass rate behind a judge's, corrected by its errors; n counts independent calls.

    A judge no better than chance has no correction: there is no estimate, and the interval is everything.
    """
    youden = counts.youden
    if not n or youden is None or youden <= 0:
        return NOTHING_KNOWN
    z = normal_quantile((1 + confidence) / 2)
    estimate = (passes / n + counts.right_fails / counts.human_fails - 1) / youden
    m0, m1, wide_n = counts.human_fails + 2, counts.human_passes + 2, n + z * z
    share = (passes + z * z / 2) / wide_n
    q0, q1 = (counts.right_fails + 1) / m0, (counts.right_passes + 1) / m1
    scale = q0 + q1 - 1
    if scale <= 0:
        return Interval(estimate=_clipped(estimate), low=0.0, high=1.0)
    theta = (share + q0 - 1) / scale
    noise0, noise1 = q0 * (1 - q0) / m0, q1 * (1 - q1) / m1
    shift = 2 * z * z * (theta * noise1 - (1 - theta) * noise0)
    error = math.sqrt(share * (1 - share) / wide_n + (1 - theta) ** 2 * noise0 + theta**2 * noise1) / scale
    low, high = theta + shift - z * error, theta + shift + z * error
    return Interval(estimate=_clipped(estimate), low=_clipped(low), high=_clipped(high))


def _clipped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoweredMean:
    """A mean of many judged calls, held straight by a few that people marked too."""

    interval: Interval
    weight: float
    """Lambda: how far the judge's marks were used, 0 to 1."""


def ppi_mean(
    human: Sequence[float],
    judged: Sequence[float],
    unlabelled: Sequence[float],
    *,
    weight: float | None = None,
    confidence: float = 0.95,
) -> PoweredMean | None:
    """Return PPI++'s mean; None without marks of people or of the judge alone.

    Args:
        human: People's marks.
        judged: The judge's, of the same calls in the same order.
        unlabelled: The judge's, of calls nobody else marked.
        weight: Lambda; None: the one with the narrowest interval.
        confidence: Of the interval, which is not clipped to the scale.
    """
    n, many = len(human), len(unlabelled)
    if not n or not many:
        return None
    if weight is None:
        weight = _power_weight(human, judged, unlabelled)
    rest = [y - weight * f for y, f in zip(human, judged, strict=True)]
    estimate = weight * fmean(unlabelled) + fmean(rest)
    error = math.sqrt(weight**2 * _variance(unlabelled) / many + _variance(rest) / n)
    half = normal_quantile((1 + confidence) / 2) * error
    return PoweredMean(interval=Interval(estimate=estimate, low=estimate - half, high=estimate + half), weight=weight)


def _power_weight(human: Sequence[float], judged: Sequence[float], unlabelled: Sequence[float]) -> float:
    every = [*judged, *unlabelled]
    spread = _variance(every) * len(every) / (len(every) - 1)
    if not spread:
        return 0.0
    mean_y, mean_f, n = fmean(human), fmean(judged), len(human)
    together = sum((y - mean_y) * (f - mean_f) for y, f in zip(human, judged, strict=True)) / n
    return _clipped(together / ((1 + n / len(unlabelled)) * spread))


def _variance(values: Sequence[float]) -> float:
    mean = fmean(values)
    return sum((value - mean) ** 2 for value in values) / len(values)


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelVerdict:
    """What several votes on one question come to."""

    verdict: str
    """The word most votes have, `split`, or `no_verdict` where too few voted."""
    agreement: float | None
    """Share of the most frequent word among the valid votes; None without any."""


def panel_verdict(votes: Sequence[str], *, quorum: int) -> PanelVerdict:
    """Return what votes come to: abstentions are dropped, then more than half must say the same."""
    valid = Counter(vote for vote in votes if vote != ABSTAIN)
    number = valid.total()
    if not number:
        return PanelVerdict(verdict=NO_VERDICT, agreement=None)
    ((word, most),) = valid.most_common(1)
    agreement = most / number
    if number < quorum:
        return PanelVerdict(verdict=NO_VERDICT, agreement=agreement)
    return PanelVerdict(verdict=word if 2 * most > number else SPLIT, agreement=agreement)
