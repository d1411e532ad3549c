"""Made-up suites whose true pass rates are known: cases drawn from a population, each with a chance to pass of its own.

A case's logit is normal with a standard deviation of 2, so that most cases nearly always pass, some nearly never, and
a few are a toss. A candidate moves every logit by the same amount or, case by case, by an amount of its own. Numpy
draws; everything that is tested is the harness's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

CASE_SD = 2.0
"""Of the cases' logits, where nothing else is asked for: evaluation.md, section 2.6."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(99)
_HALVINGS = 60
_AT_ONCE = 500
"""Suites drawn together: bounds the memory, and is part of what a seed means."""

Flags = NDArray[np.bool_]
Counts = Sequence[tuple[int, int]]
"""(passes, trials) of each case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a candidate does to the population's pass rate."""

    points: float = 0.0
    """How far the mean moves, in shares: -0.1 is ten points down."""
    effect_sd: float = 0.0
    """Of what each case's logit moves by beside that: above 0, some cases get better while others get worse."""


NO_CHANGE = Change()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Which suites are made up: the same ones every time."""

    replications: int
    seed: int
    case_sd: float = CASE_SD
    """Of the cases' logits: the larger, the less alike are the cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How many cases are tried, and how often each."""

    cases: int
    trials: int

    def __str__(self) -> str:
        """Return it as the tables print it."""
        return f"{self.cases} × {self.trials}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Whether each trial passed, by case and attempt. Cases come in random order: each is drawn anew."""

    baseline: Flags
    candidates: tuple[Flags, ...]

    @property
    def candidate(self) -> Flags:
        """Return the first of them."""
        return self.candidates[0]

    def counts(self, *, trials: int, candidate: int = 0) -> tuple[Counts, Counts]:
        """Return the counts of the baseline and of a candidate after so many trials of each case."""
        return _counts(self.baseline[:, :trials]), _counts(self.candidates[candidate][:, :trials])


def baseline_suites(design: Design, *, rate: float, draws: Draws) -> Iterator[Counts]:
    """Yield the counts of suites of one arm whose population passes at `rate`."""
    for suite in paired_suites(design, rate=rate, change=NO_CHANGE, draws=draws):
        yield _counts(suite.baseline)


def paired_suites(
    design: Design, *, rate: float, change: Change, draws: Draws, candidates: int = 1
) -> Iterator[Outcomes]:
    """Yield suites of a baseline and its candidates; the trials of a pair share their case and nothing else."""
    rng = np.random.default_rng([draws.seed, design.cases, design.trials, round(rate * 1000)])
    spread = float(np.hypot(draws.case_sd, change.effect_sd))
    before, after = _logit(rate, sd=draws.case_sd), _logit(rate + change.points, sd=spread)
    for done in range(0, draws.replications, _AT_ONCE):
        suites = min(_AT_ONCE, draws.replications - done)
        case = draws.case_sd * rng.standard_normal((suites, 1, design.cases, 1))
        effect = change.effect_sd * rng.standard_normal((suites, candidates, design.cases, 1))
        drawn = rng.random((suites, 1 + candidates, design.cases, design.trials))
        baseline = drawn[:, 0] < _share(before + case[:, 0])
        changed = drawn[:, 1:] < _share(after + case + effect)
        for suite in range(suites):
            yield Outcomes(baseline=baseline[suite], candidates=tuple(changed[suite]))


@cache
def _logit(rate: float, *, sd: float) -> float:
    """Return the mean logit at which the population passes at this rate."""
    low, high = -50.0, 50.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        mean = float(np.sum(_WEIGHTS * _share(middle + sd * _NODES)) / np.sum(_WEIGHTS))
        low, high = (middle, high) if mean < rate else (low, middle)
    return (low + high) / 2


def _share(logit: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1 / (1 + np.exp(-logit))


def _counts(passed: Flags) -> Counts:
    trials = passed.shape[1]
    return [(passes, trials) for passes in passed.sum(axis=1).tolist()]
