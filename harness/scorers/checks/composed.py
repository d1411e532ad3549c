"""Questions put together: never, eventually, before, within, at a turn, all, any.

Three answers are told apart throughout: kept, broken, and not measured. What nobody could measure keeps nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from harness.model.check_kinds import AvoidsTool, NeverSays, SpeaksPlainly
from harness.model.checks import AtTurn, Before, Eventually, Never, Question, Together, Within
from harness.scorers.checks.ruling import Instant, Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.moments import why_missed

Rule: TypeAlias = Callable[[Question, Scope], Ruling]


def rule_never(question: Never, *, scope: Scope, rule: Rule) -> Ruling:
    """Rule on what may be so at no moment, neither in an answer nor in all of them."""
    parts = scope.parts if scope.whole_call else ()
    rulings = [rule(question.of, scope)]
    if rulings[0].passed is False:
        rulings += [rule(question.of, part) for part in parts]
    for ruling in rulings:
        if ruling.passed:
            return broken(f"this must never be: {ruling.reason}", quotes=ruling.quotes)
    for ruling in rulings:
        if ruling.passed is None:
            return unknown(ruling.reason)
    if all(ruling.empty for ruling in rulings):
        return unknown(f"nothing was there to look at: {rulings[0].reason}")
    return kept(f"it never was so {scope.place}; {rulings[0].reason}")


def rule_eventually(question: Eventually, *, scope: Scope, rule: Rule) -> Ruling:
    """Rule on what one answer has to be by itself."""
    rulings = []
    for part in scope.parts:
        ruling = rule(question.of, part)
        if ruling.passed:
            return ruling
        rulings.append(ruling)
    for ruling in rulings:
        if ruling.passed is None:
            return ruling
    last = next((ruling for ruling in reversed(rulings) if not ruling.empty), None)
    if last is None:
        return broken(f"expected it of one answer {scope.place}, {scope.what_it_said()}", empty=True)
    return broken(f"no answer {scope.place} is so; the last: {last.reason}", quotes=last.quotes, missing=last.missing)


def rule_before(question: Before, *, scope: Scope, rule: Rule) -> Ruling:
    """Rule on two things of which one has to happen before the other."""
    first, then = rule(question.first, scope), rule(question.then, scope)
    for ruling in (first, then):
        if ruling.passed is not True:
            return ruling
    if first.since is None or then.since is None:
        return unknown("one of the two happens at no certain moment")
    quotes = (*first.quotes, *then.quotes)
    order = f"{first.reason} (at {first.since.at_ms} ms), {then.reason} (at {then.since.at_ms} ms)"
    if first.since < then.since:
        return kept(order, quotes=quotes, since=then.since)
    return broken(f"the wrong way round: {order}", quotes=quotes)


def rule_within(question: Within, *, scope: Scope, rule: Rule) -> Ruling:
    """Rule on what has to happen early enough."""
    if question.turns is not None:
        early = [each for each in scope.exchanges if each.asked is None]
        asked = [each for each in scope.exchanges if each.asked is not None][: question.turns]
        place = f"in the first {question.turns} answers" if question.turns > 1 else "in the first answer"
        exchanges = (*early, *asked)
        return rule(question.of, replace(scope, exchanges=exchanges, place=place, whole_call=False))
    ruling = rule(question.of, scope)
    if ruling.passed is not True:
        return ruling
    if ruling.since is None or question.ms is None:
        return unknown("it happens at no certain moment")
    took_ms = max(ruling.since.at_ms - _start_ms(scope), 0)
    reason = f"{ruling.reason}, after {took_ms} ms, {question.ms} ms are allowed"
    if took_ms <= question.ms:
        return kept(reason, quotes=ruling.quotes, since=ruling.since)
    return broken(reason, quotes=ruling.quotes)


def rule_turn(question: AtTurn, *, scope: Scope, rule: Rule) -> Ruling:
    """Rule on the answer to one turn of the caller, by its number."""
    asked = [part for part in scope.parts if part.exchanges[0].asked is not None]
    greeting = [part for part in scope.parts if part.exchanges[0].asked is None]
    chosen = greeting if question.index == 0 else asked
    at = question.index - 1 if question.index > 0 else question.index
    if -len(chosen) <= at < len(chosen):
        return rule(question.of, chosen[at])
    missed = why_missed(scope.call)
    reason = f"the caller had {len(asked)} turns, none is number {question.index}: {missed.reason}"
    if missed.by_agent and not forbids(question.of):
        return broken(reason, empty=True)
    return unknown(reason)


def rule_together(question: Together, *, scope: Scope, rule: Rule) -> Ruling:
    """Rule on several questions at once."""
    rulings = [rule(each, scope) for each in question.of]
    if question.kind == "all":
        return _all(rulings)
    passed = [ruling for ruling in rulings if ruling.passed]
    if passed:
        known = [ruling for ruling in passed if ruling.since is not None]
        first = min(known, key=lambda ruling: ruling.since or Instant(at_ms=0), default=passed[0])
        return first
    unmeasured = [ruling for ruling in rulings if ruling.passed is None]
    if unmeasured:
        return unmeasured[0]
    return broken(
        "none of these: " + "; ".join(ruling.reason for ruling in rulings),
        quotes=tuple(quote for ruling in rulings for quote in ruling.quotes),
        missing=tuple(word for ruling in rulings for word in ruling.missing),
        empty=all(ruling.empty for ruling in rulings),
    )


def _all(rulings: Sequence[Ruling]) -> Ruling:
    failed = [ruling for ruling in rulings if ruling.passed is False]
    if failed:
        return next((ruling for ruling in failed if not ruling.empty), failed[0])
    unmeasured = [ruling for ruling in rulings if ruling.passed is None]
    if unmeasured:
        return unmeasured[0]
    times = [ruling.since for ruling in rulings if ruling.since is not None]
    return kept(
        "; ".join(ruling.reason for ruling in rulings),
        quotes=tuple(quote for ruling in rulings for quote in ruling.quotes),
        since=max(times) if len(times) == len(rulings) else None,
    )


def _start_ms(scope: Scope) -> int:
    """Return where the time of a scope begins: the end of the caller's turn, or the beginning of the call."""
    asked = scope.exchanges[0].asked if scope.exchanges else None
    return 0 if asked is None or scope.whole_call else scope.call.turns[asked].ended_ms


def forbids(question: Question) -> bool:
    """Return whether a question is about what must not be: an answer that never came cannot have broken it."""
    match question:
        case NeverSays() | AvoidsTool() | SpeaksPlainly() | Never():
            return True
        case AtTurn() | Within():
            return forbids(question.of)
        case Together():
            return any(forbids(each) for each in question.of)
        case _:
            return False
