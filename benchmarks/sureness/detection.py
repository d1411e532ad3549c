"""What a suite of which size sees, and how many calls the early stops save."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.sureness.population import Change, Design, Draws, paired_suites
from benchmarks.sureness.rules import EARLY, ONCE, Answer, Question, Rule
from benchmarks.sureness.shares import Share, header, row, share
from harness.regression.gate import GateWord

DESIGNS = tuple(Design(cases=cases, trials=trials) for cases, trials in ((10, 1), (20, 3), (40, 3), (80, 3), (80, 5)))
MARGINS = (0.10, 0.05)
RATE = 0.9
"""Of the baseline."""
DROPS = (-0.05, -0.10, -0.20)
SAVED_AT = (0.0, -0.10, -0.20)

HEADER = header(
    "cases × trials",
    "margin",
    "no change: passes",
    "of these, with a warning",
    *(f"{100 * drop:+.0f}: regressed" for drop in DROPS),
)
EARLY_HEADER = header(
    "cases × trials",
    "margin",
    "no change: passes",
    *(f"{100 * drop:+.0f}: regressed" for drop in DROPS),
    *(f"calls at {100 * points:+.0f}" if points else "calls, no change" for points in SAVED_AT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a rule makes of candidates that are worse by so much."""

    question: Question
    answers: Sequence[Answer]

    def called(self, *words: GateWord) -> Share:
        """Return how often it was one of these words."""
        return share(answer.word in words for answer in self.answers)

    @property
    def passed(self) -> Share:
        """Return how often the gate opened."""
        return share(answer.word.passed is True for answer in self.answers)

    @property
    def held(self) -> float:
        """Return the share of planned calls that were held."""
        design = self.question.design
        return fmean(answer.pairs for answer in self.answers) / (design.cases * design.trials)


def seen(rule: Rule, question: Question, *, points: float, draws: Draws) -> Seen:
    """Return what a rule makes of candidates that all cases suffer alike from."""
    suites = paired_suites(question.design, rate=RATE, change=Change(points=points), draws=draws)
    return Seen(question=question, answers=[rule.answer(suite, question) for suite in suites])


def once_rows(draws: Draws) -> Iterator[str]:
    """Yield the lines of the table of what is seen by judging once, at the end."""
    for question in _questions():
        same = seen(ONCE, question, points=0.0, draws=draws)
        drops = (seen(ONCE, question, points=drop, draws=draws) for drop in DROPS)
        warned = same.called(GateWord.DEGRADED_WITHIN_MARGIN)
        found = (each.called(GateWord.REGRESSED) for each in drops)
        yield row(question.design, f"{question.margin:.2f}", same.passed, warned, *found)


def early_rows(draws: Draws) -> Iterator[str]:
    """Yield the lines of the same with early stops, and the share of the planned calls that were held."""
    for question in _questions():
        cells = {points: seen(EARLY, question, points=points, draws=draws) for points in (0.0, *DROPS)}
        found = (cells[drop].called(GateWord.REGRESSED) for drop in DROPS)
        held = (f"{100 * cells[points].held:.0f}" for points in SAVED_AT)
        yield row(question.design, f"{question.margin:.2f}", cells[0.0].passed, *found, *held)


def _questions() -> Iterator[Question]:
    yield from (Question(design=design, margin=margin) for design in DESIGNS for margin in MARGINS)
