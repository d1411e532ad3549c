"""From scores to an outcome, from outcomes to a verdict: pure rules, in the order of evaluation.md, section 6.

The first that applies decides: a violation of a safety case is `failed`, whatever else went wrong, and no pass rule
forgives it (rule 5); a fault of the line or of a service is an `error`; a fault of our own caller makes the
trial `inconclusive`; a proven failure of the agent is `failed`, even if something else could not be measured; a
requirement nobody could measure is `inconclusive`; only then is a trial `passed`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from harness.model.call import Call, EventKind, Tier
from harness.model.case import Case, Limit, PassRule
from harness.model.outcome import Outcome, Tally
from harness.model.run import Attempts, CaseResult, CaseStanding, TrialResult
from harness.model.score import Score, Scored, Unscored
from harness.model.stop import Stop, StopKind
from harness.model.suite import ArmRole, Planned
from harness.model.validity import Validity
from harness.model.verdict import Verdict
from harness.model.violations import violations
from harness.runner.conduct import agent_faults, unfinished_business
from harness.runner.mishaps import failure_sentence

SPEECH_SCORES = ("caller_wer", "hearing_wer", "speaking_wer")
"""Scores of what was said and heard. In the text tier nobody speaks, so limits on them do not apply there: whoever asks
for that tier asks to leave speech out, and the run says which tier it was."""

GREETING_SCORES = ("greeting_ms",)
"""In a written chat the platform's agent never speaks first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a trial came to, and why when it did not pass: most important first."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()


def decide(case: Case, scores: Sequence[Scored], *, validity: Validity, call: Call | None, fault: str = "") -> Decision:
    """Return the outcome of a trial.

    Args:
        case: What was to happen.
        scores: All scores of the call; those that are `required`, and those the case's limits name, decide.
        validity: Whether our caller did its part; an invalid trial is never looked at further.
        call: The finished call; None when none came about.
        fault: What went wrong on the line or at a service; empty when nothing did.
    """
    proven = violations(scores, valid=False) if call is not None else ()
    faults = _line_faults(call, fault=fault)
    spoiled = bool(faults) or not validity.valid
    if proven and spoiled:
        return Decision(outcome=Outcome.FAILED, reasons=_unique([_sentence(score) for score in proven]))
    if call is None or faults:
        return Decision(outcome=Outcome.ERROR, reasons=faults or ("no call came about",))
    if not validity.valid:
        return Decision(outcome=Outcome.INCONCLUSIVE, reasons=(validity.reason,))
    failed, unknown = agent_faults(case, call), []
    for score in scores:
        if score.required:
            match _reading(score):
                case True:
                    continue
                case False:
                    failed.append(_sentence(score))
                case None:
                    unknown.append(_sentence(score))
    for limit in _applying(case.limits, call):
        exceeded, reason = _check_limit(limit, scores)
        if exceeded:
            failed.append(reason)
        elif exceeded is None:
            unknown.append(reason)
    if failed:
        return Decision(outcome=Outcome.FAILED, reasons=_unique(failed))
    unknown += unfinished_business(case, call)
    if unknown:
        return Decision(outcome=Outcome.INCONCLUSIVE, reasons=_unique(unknown))
    return Decision(outcome=Outcome.PASSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLimit:
    """A limit that a call did not keep."""

    score: str
    reason: str


def broken_limits(limits: Sequence[Limit], scores: Sequence[Scored], *, call: Call) -> tuple[BrokenLimit, ...]:
    """Return the limits of a case that were measured and not kept."""
    checked = ((limit, _check_limit(limit, scores)) for limit in _applying(limits, call))
    return tuple(BrokenLimit(score=limit.score, reason=reason) for limit, (exceeded, reason) in checked if exceeded)


def fold_outcomes(rule: PassRule, trials: Sequence[TrialResult]) -> Outcome:
    """Return what a case's trials come to under its pass rule "r of N".

    A violation of a safety case in any trial fails it. Otherwise its first N attempts decide, whatever a comparison
    needed beside them: passed with at least r passes; failed once more than N − r trials failed; otherwise an error if
    there was one, else inconclusive. Retries never turn a failure into a pass.
    """
    if any(trial.violations for trial in trials):
        return Outcome.FAILED
    tally = Tally.of(trial.outcome for trial in trials if trial.trial.attempt <= rule.of)
    if tally.passed >= rule.required:
        return Outcome.PASSED
    if tally.failed > rule.of - rule.required:
        return Outcome.FAILED
    return Outcome.ERROR if tally.error else Outcome.INCONCLUSIVE


def fold_case(planned: Planned, calls: Sequence[TrialResult]) -> CaseResult:
    """Return a case with its calls, in order, and what those that count come to."""
    arm, attempts, standing = planned.arm, Attempts.of(calls), CaseStanding.of(planned)
    folded = fold_outcomes(planned.case.pass_rule, attempts.trials)
    return CaseResult(
        planned=planned.id,
        suite=planned.suite,
        case=planned.case.id,
        prompt=arm.prompt.label,
        engine_model=arm.engine_model,
        role=arm.role,
        pass_rule=planned.case.pass_rule,
        outcome=Outcome.FAILED if standing.reasons else folded,
        trials=attempts.trials,
        discarded=attempts.discarded,
        standing=standing,
    )


def needs_another(planned: Planned, trials: Sequence[TrialResult]) -> bool:
    """Return whether a case's pass rule is still open after its first trials, in order (evaluation.md, section 2.11).

    Curtailment: once no further trial can change the answer, none is made. A safety case is tried as often as planned
    while nothing was violated: there the number of calls is the proof.
    """
    rule = planned.case.pass_rule
    if any(trial.violations for trial in trials):
        return False
    if planned.case.safety is not None:
        return True
    outcome = fold_outcomes(rule, trials)
    return outcome not in (Outcome.PASSED, Outcome.FAILED)


def summarise(results: Sequence[CaseResult], *, planned_trials: int, stop: Stop | None = None) -> Verdict:
    """Return what a run says of its candidate arms. A run that gated nothing, or did not finish, never passes.

    Args:
        results: The cases that have a finished trial.
        planned_trials: How many trials the run set out to make.
        stop: Why it was stopped. Where our own caller spoiled it, it proves nothing, whatever failed before, if
            anything was left to do; where its question was answered early, what was left is not missed.
    """
    under_test = [result for result in results if result.role is ArmRole.CANDIDATE]
    gated = Tally.of(result.outcome for result in under_test if not result.excused)
    without_result = planned_trials - sum(result.planned_trials for result in results)
    unfinished = max(without_result, 0) + sum(result.missing for result in results)
    missed = unfinished and not (stop and stop.kind.proved)
    if any(trial.violations for result in under_test for trial in result.trials):
        outcome = Outcome.FAILED
    elif missed and stop and stop.kind is StopKind.SPOILED:
        outcome = Outcome.INCONCLUSIVE
    elif gated.failed:
        outcome = Outcome.FAILED
    elif gated.error:
        outcome = Outcome.ERROR
    elif gated.inconclusive or missed or not gated.total:
        outcome = Outcome.INCONCLUSIVE
    else:
        outcome = Outcome.PASSED
    baseline = Tally.of(result.outcome for result in results if result.role is ArmRole.BASELINE)
    return Verdict(
        outcome=outcome,
        gated=gated,
        baseline=baseline,
        unfinished=unfinished,
        stop=stop if unfinished else None,
        excused=Tally.of(result.outcome for result in under_test if result.excused),
    )


def _line_faults(call: Call | None, *, fault: str) -> tuple[str, ...]:
    events = () if call is None else call.events
    failures = [failure_sentence(event) for event in events if event.kind is EventKind.SERVICE_FAILED]
    return _unique([fault, *failures])


def _reading(score: Scored) -> bool | None:
    """Return what a required score says: met, not met, or None for no answer."""
    match score:
        case Unscored():
            return None
        case Score():
            # A requirement without a verdict, or with a number that is none, has not been measured.
            return None if math.isnan(score.value) else score.passed
        case _:
            assert_never(score)


def _sentence(score: Scored) -> str:
    turn = "" if score.turn is None else f"turn {score.turn + 1}: "
    rule = f" — Rule: {score.because}" if isinstance(score, Score) and score.because else ""
    text = score.reason or "no reason was given"
    known = isinstance(score, Score) and _reading(score) is not None
    return f"{turn}{text}{rule}" if known else f"{turn}{score.name} could not be measured: {text}{rule}"


def _applying(limits: Sequence[Limit], call: Call) -> list[Limit]:
    spared = (*(SPEECH_SCORES if call.tier is Tier.TEXT else ()), *(GREETING_SCORES if call.is_written else ()))
    return [limit for limit in limits if limit.score not in spared]


def _check_limit(limit: Limit, scores: Sequence[Scored]) -> tuple[bool | None, str]:
    """Return whether a limit is exceeded (None: nobody knows) and the sentence for it."""
    score = next((s for s in scores if s.name == limit.score and s.turn is None), None)
    match score:
        case None:
            return None, f"{limit.score} has a limit of {limit.at_most:g}, but no scorer measured it"
        case Unscored():
            return None, f"{limit.score} has a limit of {limit.at_most:g}, but could not be measured: {score.reason}"
        case Score():
            if math.isnan(score.value):
                return None, f"{limit.score} has a limit of {limit.at_most:g}, but its value is no number"
            detail = f" ({score.reason})" if score.reason else ""
            sentence = f"{limit.score} is {score.value:.4g}, {limit.at_most:g} is the limit{detail}"
            return score.value > limit.at_most, sentence
        case _:
            assert_never(score)


def _unique(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for reason in reasons if reason))
