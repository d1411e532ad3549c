"""Three lines below a verdict: why it is so, what is uncertain about it, and what to do next."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from harness.model.outcome import Outcome, Tally
from harness.model.run import CaseResult
from harness.model.suite import ArmRole
from harness.regression.bootstrap import FEWEST
from harness.regression.comparison_words import READ
from harness.regression.decision import Decision
from harness.regression.judgement import Standing
from harness.regression.records import pass_rate
from harness.report.numbers import count, percent, ratio
from harness.report.versions import PromptVersion

_MOST_NAMED = 3
_LONGEST = 180
"""A reason that is longer is cut; the whole of it stands beside its call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """One line, with where to go on reading."""

    label: str
    text: str
    href: str = ""
    """Empty without a place to go to."""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The three lines, and all that was not measured."""

    why: SummaryLine
    uncertain: SummaryLine
    next: SummaryLine
    unmeasured: tuple[str, ...]

    @property
    def lines(self) -> tuple[SummaryLine, ...]:
        """Return them in their order."""
        return self.why, self.uncertain, self.next


def summarise_lines(
    results: Sequence[CaseResult], *, decision: Decision | None, label: str = "", unmeasured: Sequence[str], first: str
) -> Summary:
    """Return the three lines of a run or of one version.

    Args:
        results: The cases they are about.
        decision: What the run came to; None: what its cases alone come to.
        label: Of the version they are about; empty: the run's.
        unmeasured: A sentence for each kind of question without an answer.
        first: Where the first case stands that did not pass; empty where all passed.
    """
    worst = _worst(results)
    return Summary(
        why=SummaryLine(
            label="Why",
            text=_why(results, worst=worst, decision=decision, label=label),
        ),
        uncertain=SummaryLine(label="Uncertain", text=_uncertain(results, decision, label, unmeasured)),
        next=SummaryLine(
            label="Next",
            text=_next(results, worst=worst, decision=decision, label=label),
            href=first if worst else "",
            link=worst.case if worst and first else "",
        ),
        unmeasured=tuple(unmeasured),
    )


def under_test(versions: Sequence[PromptVersion]) -> tuple[CaseResult, ...]:
    """Return the results a run is judged by."""
    return tuple(
        result
        for version in versions
        if not version.is_baseline
        for result in version.results
        if result.role is ArmRole.CANDIDATE
    )


def first_to_read(results: Sequence[CaseResult]) -> CaseResult | None:
    """Return the case to look at first: the first failed one, else the first that did not pass."""
    return _worst(results)


def _worst(results: Sequence[CaseResult]) -> CaseResult | None:
    order = (Outcome.FAILED, Outcome.ERROR, Outcome.INCONCLUSIVE)
    bad = [result for result in results if result.outcome is not Outcome.PASSED]
    return min(bad, key=lambda result: (result.excused, order.index(result.outcome)), default=None)


def _why(results: Sequence[CaseResult], *, worst: CaseResult | None, decision: Decision | None, label: str) -> str:
    if not results:
        return "No call was finished, so nothing was seen of it."
    if worst is None:
        trials = Tally.of(trial.outcome for result in results for trial in result.trials)
        every = "The one case" if len(results) == 1 else f"Each of {count(len(results), 'case')}"
        met = f"{every} met its pass rule; {ratio(trials.passed, trials.total, 'trial')} passed"
        lost = _lost(decision, label)
        return f"{met}{f'; worse than before: {lost}' if lost else ''}."
    same = [result for result in results if result.outcome is worst.outcome]
    head = f"{ratio(len(same), len(results), 'case')} {_verb(worst.outcome)}"
    reasons = Counter(reason for result in same for reason in result.reasons[:1])
    if not reasons:
        return f"{head}; no reason was kept."
    (reason, number), *_ = reasons.most_common(1)
    often = "because" if number == len(same) else f"most often ({number}) because"
    return f"{head}, {often} {_cut(reason)}"


def _verb(outcome: Outcome) -> str:
    match outcome:
        case Outcome.PASSED:
            return "passed"
        case Outcome.FAILED:
            return "failed"
        case Outcome.ERROR:
            return "could not be held"
        case Outcome.INCONCLUSIVE:
            return "could not be judged"
        case _:
            assert_never(outcome)


def _lost(decision: Decision | None, label: str) -> str:
    """Return the cases that got worse, where a comparison says so."""
    changes = decision.judgement.changes if decision and decision.judgement else ()
    worse = [
        name.rpartition("::")[2]
        for change in changes
        if label in ("", change.candidate) and change.standing in (Standing.REGRESSED, Standing.DEGRADED_WITHIN_MARGIN)
        for name in change.worse
    ]
    more = f" and {len(worse) - _MOST_NAMED} more" if len(worse) > _MOST_NAMED else ""
    return f"{', '.join(worse[:_MOST_NAMED])}{more}"


def _uncertain(results: Sequence[CaseResult], decision: Decision | None, label: str, unmeasured: Sequence[str]) -> str:
    parts = [*_undecided(decision, label), *_reach(results)]
    if unmeasured:
        more = f" and {count(len(unmeasured) - 1, 'more kind')}" if len(unmeasured) > 1 else ""
        parts.append(f"not measured: {_cut(unmeasured[0])}{more}")
    else:
        parts.append("everything that was asked was measured" if results else "everything")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _reach(results: Sequence[CaseResult]) -> Iterator[str]:
    rate = pass_rate(results)
    found = rate.interval
    if found.estimate is not None:
        few = ", on few cases" if rate.cases < FEWEST else ""
        yield f"cases like these pass {percent(found.low)} to {percent(found.high)} of the time (95% interval{few})"
    invalid = sum(
        trial.outcome not in (Outcome.PASSED, Outcome.FAILED) for result in results for trial in result.trials
    )
    if invalid:
        yield f"{count(invalid, 'trial')} left out"


def _undecided(decision: Decision | None, label: str) -> Iterator[str]:
    if decision is None:
        return
    stop = decision.verdict.stop
    if decision.verdict.unfinished and not (stop and stop.kind.proved):
        yield f"{count(decision.verdict.unfinished, 'planned trial')} did not finish"
    for change in decision.judgement.changes if decision.judgement else ():
        if label in ("", change.candidate) and change.standing in (Standing.INCONCLUSIVE, Standing.NOT_COMPARABLE):
            word = "undecided" if change.standing is Standing.INCONCLUSIVE else "not comparable"
            yield f"the comparison with {change.baseline or 'a baseline'} is {word}"
            return


def _next(results: Sequence[CaseResult], *, worst: CaseResult | None, decision: Decision | None, label: str) -> str:
    changes = decision.judgement.changes if decision and decision.judgement else ()
    compared = not label or any(change.candidate == label for change in changes)
    if worst is not None and worst.outcome is Outcome.FAILED and not worst.excused:
        return "Hear the first failure, mend the prompt, and run it again:"
    if decision is not None and decision.next_step and compared:
        # Who reads this has the report open already.
        step = decision.next_step.removeprefix(f"{READ} and ")
        return f"{step[:1].upper()}{step[1:]}{':' if worst else '.'}"
    if not results:
        return "Run it: `harness run suites/`."
    if worst is None:
        return "Nothing to mend here; compare it with another version: `harness run suites/ --against NAME@VERSION`."
    return "See what kept this from being measured, and run it again:"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()}…"
