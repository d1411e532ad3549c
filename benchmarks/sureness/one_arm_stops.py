"""Stopping early on one arm: a floor tested after every trial, and a pass rule that is decided before its last."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from benchmarks.sureness.population import NO_CHANGE, Design, Draws, paired_suites
from benchmarks.sureness.shares import Share, header, row, share
from harness.regression.sequential import SprtWord, StopWord, curtailment, wald_sprt

UNACCEPTABLE, ACCEPTABLE = 0.8, 0.95
ALPHA, BETA = 0.05, 0.10
_MOST = 400
"""Trials after which a floor is left undecided."""
RULES = ((2, 3), (4, 5), (9, 10))
"""Pass rules: at least so many of so many."""
RATES = (0.5, 0.9, 0.97)

FLOOR_HEADER = header("true pass rate", "accepted", "rejected", "trials, on average")
CURTAILED_HEADER = header("pass rule", *(f"trials held at {rate:.0%}" for rate in RATES), "answers changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What Wald's test says of suites that pass at one rate, one trial of each case."""

    rate: float
    accepted: Share
    rejected: Share
    trials: float

    @property
    def is_broken(self) -> bool:
        """Return whether it errs more often than it was asked to, by more than chance."""
        if self.rate == UNACCEPTABLE:
            return self.accepted.is_above(ALPHA)
        return self.rejected.is_above(BETA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Curtailed:
    """What became of one pass rule at one rate."""

    held: float
    """Share of the planned trials."""
    changed: int
    """Answers that all trials would have changed."""


def floor(rate: float, *, draws: Draws) -> Floor:
    """Return what Wald's test says where the truth is a rate."""
    found = [_decide(outcomes) for outcomes in _trials(_MOST, rate=rate, draws=draws)]
    return Floor(
        rate=rate,
        accepted=share(word is SprtWord.ACCEPT for word, _ in found),
        rejected=share(word is SprtWord.REJECT for word, _ in found),
        trials=fmean(trials for _, trials in found),
    )


def curtailed(required: int, *, planned: int, rate: float, draws: Draws) -> Curtailed:
    """Return what stopping a case as soon as it is decided saves, and whether it changes its answer."""
    held, changed = 0, 0
    design = Design(cases=1, trials=planned)
    for suite in paired_suites(design, rate=rate, change=NO_CHANGE, draws=draws):
        outcomes = suite.baseline[0].tolist()
        found = curtailment(outcomes, required=required, planned=planned)
        held += planned if found.stop_after is None else found.stop_after
        changed += (found.verdict is StopWord.PASS) != (sum(outcomes) >= required)
    return Curtailed(held=held / draws.replications / planned, changed=changed)


def floor_rows(draws: Draws) -> Iterator[tuple[str, Floor]]:
    """Yield the lines of the table of floors, each with what it is made of."""
    for rate in (UNACCEPTABLE, ACCEPTABLE):
        found = floor(rate, draws=draws)
        yield row(f"{rate:.0%}", found.accepted, found.rejected, f"{found.trials:.0f}"), found


def curtailed_rows(draws: Draws) -> Iterator[tuple[str, list[Curtailed]]]:
    """Yield the lines of the table of pass rules, each with what it is made of."""
    for required, planned in RULES:
        cells = [curtailed(required, planned=planned, rate=rate, draws=draws) for rate in RATES]
        held = (f"{100 * cell.held:.0f}" for cell in cells)
        yield row(f"{required} of {planned}", *held, sum(cell.changed for cell in cells)), cells


def _decide(outcomes: list[bool]) -> tuple[SprtWord, int]:
    passes = 0
    for n, passed in enumerate(outcomes, start=1):
        passes += passed
        found = wald_sprt(passes, n=n, p0=UNACCEPTABLE, p1=ACCEPTABLE, alpha=ALPHA, beta=BETA).decision
        if found is not SprtWord.CONTINUE:
            return found, n
    return SprtWord.CONTINUE, len(outcomes)


def _trials(cases: int, *, rate: float, draws: Draws) -> Iterator[list[bool]]:
    for suite in paired_suites(Design(cases=cases, trials=1), rate=rate, change=NO_CHANGE, draws=draws):
        yield suite.baseline[:, 0].tolist()
