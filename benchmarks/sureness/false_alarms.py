"""How often a comparison says what is not so, by every rule that may stop it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from benchmarks.sureness.population import NO_CHANGE, Change, Design, Draws, Outcomes, paired_suites
from benchmarks.sureness.rules import ALPHA_TWICE, EARLY, OFFERED, ONCE, Question, Rule, in_turn
from benchmarks.sureness.shares import Share, header, row, share
from harness.regression.evalues import stop_for_noninferiority
from harness.regression.gate import ALPHA, GateWord, gate_verdict
from harness.regression.measured import Spread
from harness.regression.multiple import holm_levels
from harness.regression.two_arms import adjusted_paired_interval

DESIGNS = tuple(Design(cases=cases, trials=trials) for cases, trials in ((10, 1), (20, 3), (40, 3), (80, 5)))
RATES = (0.5, 0.7, 0.9, 0.97)
MARGINS = (0.10, 0.05)
NARROW = MARGINS[-1]
"""Of the A/A table: a wider margin only makes false alarms rarer, because `regressed` has to reach beyond it."""
CANDIDATES = (2, 3)
HEADER = header("what may stop it", *map(str, DESIGNS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a rule says wrongly of one design."""

    rule: str
    design: Design
    shares: tuple[Share, ...]
    """Over the rates, and the margins where they differ."""
    promised: float | None
    """At most so often; None: it is shown, not promised."""

    @property
    def highest(self) -> Share:
        """Return the highest share."""
        return max(self.shares, key=lambda each: each.value)

    @property
    def is_broken(self) -> bool:
        """Return whether it is wrong more often than promised, by more than chance."""
        return self.promised is not None and self.highest.is_above(self.promised)


def called_regressed(rule: Rule, *, design: Design, rate: float, draws: Draws) -> Share:
    """Return how often an unchanged prompt is called worse."""
    question = Question(design=design, margin=NARROW)
    drawn = _suites(design, rate=rate, looks=len(rule.confidences), draws=draws)
    return share(rule.answer(suite, question).word is GateWord.REGRESSED for suite in drawn)


def some_arm_regressed(candidates: int, *, design: Design, rate: float, draws: Draws) -> Share:
    """Return how often at least one of several unchanged candidates is called worse, alpha shared by Holm's method."""
    drawn = paired_suites(design, rate=rate, change=NO_CHANGE, draws=draws, candidates=candidates)
    return share(GateWord.REGRESSED in _words(suite, trials=design.trials) for suite in drawn)


def called_fine(rule: Rule, *, design: Design, rate: float, margin: float, draws: Draws) -> Share:
    """Return how often a candidate passes that is worse by exactly the margin."""
    question = Question(design=design, margin=margin)
    drawn = _suites(design, rate=rate, change=Change(points=-margin), draws=draws)
    return share(rule.answer(suite, question).word.passed is True for suite in drawn)


def proved_fine(*, design: Design, rate: float, margin: float, draws: Draws) -> Share:
    """Return how often the e-value alone, at all of alpha, lets such a candidate pass early."""
    drawn = _suites(design, rate=rate, change=Change(points=-margin), draws=draws)
    return share(stop_for_noninferiority(in_turn(suite), margin=margin).after is not None for suite in drawn)


def alarm_rows(draws: Draws) -> Iterator[tuple[str, list[Cell]]]:
    """Yield the lines of the A/A table, each with its cells: arms that are the same, called `regressed`."""
    for rule in (*OFFERED, ALPHA_TWICE):
        columns = (
            [called_regressed(rule, design=design, rate=rate, draws=draws) for rate in RATES] for design in DESIGNS
        )
        yield _line(rule.name, columns, promised=None if rule is ALPHA_TWICE else ALPHA)
    for candidates in CANDIDATES:
        columns = (
            [some_arm_regressed(candidates, design=design, rate=rate, draws=draws) for rate in RATES]
            for design in DESIGNS
        )
        yield _line(f"once, any of {candidates} candidates", columns, promised=ALPHA)


def pass_rows(draws: Draws) -> Iterator[tuple[str, list[Cell]]]:
    """Yield the lines of the table of false passes: candidates that are worse by exactly the margin."""
    pairs = tuple(product(RATES, MARGINS))
    alone = (
        [proved_fine(design=design, rate=rate, margin=margin, draws=draws) for rate, margin in pairs]
        for design in DESIGNS
    )
    yield _line("the e-value alone, at 5 %", alone, promised=ALPHA)
    for rule in (ONCE, EARLY):
        columns = (
            [called_fine(rule, design=design, rate=rate, margin=margin, draws=draws) for rate, margin in pairs]
            for design in DESIGNS
        )
        yield _line(rule.name, columns, promised=None)


def _line(rule: str, columns: Iterable[Sequence[Share]], *, promised: float | None) -> tuple[str, list[Cell]]:
    cells = [
        Cell(rule=rule, design=design, shares=tuple(shares), promised=promised)
        for design, shares in zip(DESIGNS, columns, strict=True)
    ]
    return row(rule, *(cell.highest for cell in cells)), cells


def _suites(
    design: Design, *, rate: float, draws: Draws, change: Change = NO_CHANGE, looks: int = 1
) -> Iterator[Outcomes]:
    """Yield suites with the trials of every look: an extension tries each case as often again."""
    most = Design(cases=design.cases, trials=design.trials * looks)
    return paired_suites(most, rate=rate, change=change, draws=draws)


def _words(suite: Outcomes, *, trials: int) -> list[GateWord]:
    """Return the word for each candidate, each at the level Holm's method leaves it."""
    both = [suite.counts(trials=trials, candidate=place) for place in range(len(suite.candidates))]
    found = [adjusted_paired_interval(*counts) for counts in both]
    levels = holm_levels(
        [Spread(centre=each.adjusted, se=each.se, cases=each.cases).p_worse for each in found], alpha=ALPHA
    )
    return [
        gate_verdict(adjusted_paired_interval(*counts, confidence=1 - 2 * level).interval, margin=NARROW)
        for counts, level in zip(both, levels, strict=True)
    ]
