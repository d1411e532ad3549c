"""What a run and its comparison come to together: the outcome, the exit code and what to do next.

Hard gates come first, without statistics; a comparison counts only where the profile gates it (evaluation.md, 2.6).
A fact that fails the run, a failed case or a proved regression, outranks whatever else could not be measured.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from harness.model.exit_code import ExitCode
from harness.model.outcome import Outcome
from harness.model.stop import StopKind
from harness.model.verdict import Verdict
from harness.regression.comparison_words import BLESS, READ
from harness.regression.judgement import Judgement, Standing
from harness.regression.policy import Undecided
from harness.regression.wording import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a run came to in the end."""

    outcome: Outcome
    exit_code: ExitCode
    sentence: str
    """The answer with its numbers: what the cases say by themselves, then what the comparison says."""
    next_step: str
    """What to do now."""
    warnings: tuple[str, ...]
    """What passed and should be known all the same."""
    judgement: Judgement | None
    verdict: Verdict


def decide(verdict: Verdict, judgement: Judgement | None) -> Decision:
    """Return what a run comes to.

    Args:
        verdict: What the run says of its arms before any comparison.
        judgement: What its comparisons come to; None where there was nothing to compare with.
    """
    gated = judgement if judgement is not None and judgement.policy.gates else None
    hard = _hard(verdict, compared=gated is not None)
    exit_code, by_comparison = _exit(verdict, gated, hard=hard)
    outcome = hard if exit_code is ExitCode.UNPROVED and not by_comparison else _OUTCOMES[exit_code]
    told = _hard_sentence(verdict, hard=hard)
    # A difference that gates nothing is shown below the sentence, not in it: nobody asked for a decision about it.
    compared = gated is not None and (by_comparison or hard is Outcome.PASSED)
    return Decision(
        outcome=outcome,
        exit_code=exit_code,
        sentence=f"{told}; {gated.sentence}" if gated is not None else told,
        next_step=gated.next_step if gated is not None and compared else _hard_step(verdict, hard=hard),
        warnings=tuple(_warnings(gated)) if gated is not None else (),
        judgement=judgement,
        verdict=verdict,
    )


_OUTCOMES = {
    ExitCode.PASSED: Outcome.PASSED,
    ExitCode.FAILED: Outcome.FAILED,
    ExitCode.UNPROVED: Outcome.INCONCLUSIVE,
    ExitCode.BUDGET: Outcome.INCONCLUSIVE,
}


def _hard(verdict: Verdict, *, compared: bool) -> Outcome:
    """Return what the cases come to by themselves, whatever the comparison says."""
    kind = None if verdict.stop is None else verdict.stop.kind
    proved = kind is not None and kind.proved
    gated = verdict.gated
    if verdict.outcome is Outcome.FAILED or (gated.failed and kind is not StopKind.SPOILED):
        return Outcome.FAILED
    if kind is StopKind.SPOILED or (verdict.unfinished and not proved):
        return Outcome.INCONCLUSIVE
    if not gated.total:
        return Outcome.PASSED if compared and verdict.excused.total else Outcome.INCONCLUSIVE
    if proved:
        # What was left undone is not missing: the question was answered before.
        return Outcome.ERROR if gated.error else Outcome.INCONCLUSIVE if gated.inconclusive else Outcome.PASSED
    return verdict.outcome


def _exit(verdict: Verdict, gated: Judgement | None, *, hard: Outcome) -> tuple[ExitCode, bool]:
    """Return the exit code, and whether the comparison decided it."""
    kind = None if verdict.stop is None else verdict.stop.kind
    if hard is Outcome.FAILED:
        return ExitCode.FAILED, False
    if kind is StopKind.SPOILED:
        return ExitCode.UNPROVED, False
    if kind is StopKind.REGRESSED or (gated is not None and gated.standing is Standing.REGRESSED):
        return ExitCode.FAILED, True
    if kind is StopKind.BUDGET and verdict.unfinished:
        return ExitCode.BUDGET, False
    if hard is not Outcome.PASSED:
        return ExitCode.UNPROVED, False
    return (ExitCode.PASSED, False) if gated is None else (_compared(gated), True)


def _compared(judgement: Judgement) -> ExitCode:
    """Return the exit code of a gated comparison, where the cases by themselves pass."""
    if judgement.doubted or any(each.standing is Standing.NOT_COMPARABLE for each in judgement.changes):
        return ExitCode.UNPROVED
    match judgement.standing:
        case Standing.REGRESSED:
            return ExitCode.FAILED
        case Standing.NOT_COMPARABLE:
            return ExitCode.UNPROVED
        case Standing.INCONCLUSIVE:
            return ExitCode.UNPROVED if judgement.policy.undecided is Undecided.FAIL else ExitCode.PASSED
        case Standing.DEGRADED_WITHIN_MARGIN | Standing.NON_INFERIOR | Standing.IMPROVED:
            return ExitCode.PASSED
        case _:
            assert_never(judgement.standing)


def _warnings(judgement: Judgement) -> Iterator[str]:
    profile = judgement.policy.profile.value
    for change in judgement.changes:
        pair = f"{change.candidate} beside {change.baseline}"
        if change.standing is Standing.DEGRADED_WITHIN_MARGIN:
            yield f"{pair}: surely worse, though within the margin"
        undecided = change.standing is Standing.INCONCLUSIVE and not change.doubted
        if undecided and judgement.policy.undecided is Undecided.WARN:
            yield f"{pair}: undecided, which the profile {profile} lets pass"
        yield from change.notes


def _hard_sentence(verdict: Verdict, *, hard: Outcome) -> str:
    gated = verdict.gated
    # What was proved is told by the comparison's own sentence, and nobody misses the calls it saved.
    proved = verdict.stop is not None and verdict.stop.kind.proved
    stopped = "" if verdict.stop is None or proved else verdict.stop.reason.rstrip(".")
    if hard is Outcome.FAILED:
        return f"{gated.failed} of {counted(gated.total, 'case')} failed"
    if stopped:
        return stopped
    if verdict.unfinished and not proved:
        return f"{counted(verdict.unfinished, 'planned trial')} without a result"
    if not gated.total:
        excused = verdict.excused.total
        return f"{counted(excused, 'case')}, none of which decides by itself" if excused else "no case was tried"
    if hard is Outcome.PASSED:
        return f"{gated.passed} of {counted(gated.total, 'case')} passed"
    unmeasured = gated.error + gated.inconclusive
    return f"{unmeasured} of {counted(gated.total, 'case')} could not be measured"


def _hard_step(verdict: Verdict, *, hard: Outcome) -> str:
    kind = None if verdict.stop is None else verdict.stop.kind
    if hard is Outcome.FAILED:
        return f"{READ} and read the failed cases"
    if kind is StopKind.REGRESSED:
        return f"{READ} and read the cases that got worse"
    if kind is StopKind.BUDGET:
        return "see with `harness plan` what the whole run costs, then raise --budget or select fewer cases"
    if hard is Outcome.PASSED:
        return f"keep it to compare with: {BLESS}"
    if not (verdict.gated.total or verdict.excused.total):
        return "select at least one case, and see with `harness check` which there are"
    return f"{READ} and read what kept the calls from being measured"
