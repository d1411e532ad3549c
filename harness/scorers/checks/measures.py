"""What is counted or timed: each answer by itself, and of the whole call its length and its turns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import assert_never

from harness.model.call import Role, Tier, Turn
from harness.model.check_kinds import Measures
from harness.model.score import Quote
from harness.scorers.checks.platform import rule_cost
from harness.scorers.checks.questions import questions_in
from harness.scorers.checks.ruling import Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Exchange, Scope
from harness.scorers.moments import quoted
from harness.scorers.turn_pace import count_units
from harness.scorers.turn_states import words_per_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A value of one answer."""

    value: float
    turn: int
    text: str


def rule_measure(question: Measures, *, scope: Scope) -> Ruling:
    """Rule on a value within bounds; where answers are measured every one counts."""
    match question.kind:
        case "latency_ms":
            return _each(question, "ms until the agent spoke", scope=scope, measure=_latency)
        case "reply_ms":
            return _spoken(question, "ms of speech", scope=scope, measure=_speech_ms)
        case "words_per_minute":
            return _spoken(question, "words a minute", scope=scope, measure=_pace)
        case "reply_words":
            return _each(question, "words", scope=scope, measure=_words)
        case "questions":
            return _each(question, "questions", scope=scope, measure=_questions)
        case "call_ms":
            return _of_call(question, scope.call.duration_ms, what="the call took {} ms")
        case "turns":
            turns = [turn for turn in scope.call.turns if turn.role is Role.CALLER and turn.wants_answer]
            return _of_call(question, len(turns), what="the caller had {} turns")
        case "cost_usd":
            return rule_cost(question.bounds, scope=scope)
        case _:
            assert_never(question.kind)


Measure = Callable[[Exchange, Scope], float | None]


def _spoken(question: Measures, unit: str, *, scope: Scope, measure: Measure) -> Ruling:
    if scope.call.tier is Tier.TEXT:
        return unknown(f"{question.kind} could not be measured: in the text tier nobody speaks")
    return _each(question, unit, scope=scope, measure=measure)


def _each(question: Measures, unit: str, *, scope: Scope, measure: Measure) -> Ruling:
    found: list[Measured] = []
    for exchange in scope.exchanges:
        value = measure(exchange, scope)
        if value is not None and exchange.answer:
            text = " ".join(turn.spoken for turn in scope.reply(exchange))
            found.append(Measured(value=value, turn=exchange.answer[0], text=text))
    if not found:
        return broken(f"expected {question.bounds} {unit} {scope.place}, {scope.what_it_said()}", empty=True)
    outside = [each for each in found if not question.bounds.hold(each.value)]
    shown = (outside or found)[0]
    of = f" in all {len(found)} answers" if len(found) > 1 and not outside else ""
    quotes = (Quote(turn=shown.turn, text=shown.text),)
    if outside:
        which = f", {len(outside)} of {len(found)} answers" if len(found) > 1 else ""
        reason = f"{shown.value:g} {unit} {scope.place}, {question.bounds} allowed{which}: {quoted(shown.text)}"
        return broken(reason, quotes=quotes)
    values = f"{shown.value:g} {unit}" if len(found) == 1 else f"{_range(found)} {unit}"
    return kept(f"{values}{of} {scope.place}, {question.bounds} allowed", quotes=quotes)


def _range(found: Sequence[Measured]) -> str:
    values = [each.value for each in found]
    return f"{min(values):g} to {max(values):g}"


def _of_call(question: Measures, value: float, *, what: str) -> Ruling:
    reason = f"{what.format(f'{value:g}')}, {question.bounds} allowed"
    return kept(reason) if question.bounds.hold(value) else broken(reason)


def _latency(exchange: Exchange, scope: Scope) -> float | None:
    own = scope.own_turns(exchange)
    if exchange.asked is None or not own:
        return None
    # Without a latency of its own an answer began before the caller had finished: nobody waited.
    return next((turn.latency_ms for turn in own if turn.latency_ms is not None), 0)


def _speech_ms(exchange: Exchange, scope: Scope) -> float | None:
    turns = scope.reply(exchange)
    return sum(turn.ended_ms - turn.started_ms for turn in turns) if turns else None


def _words(exchange: Exchange, scope: Scope) -> float | None:
    turns = scope.reply(exchange)
    return _units(turns, scope) if turns else None


def _pace(exchange: Exchange, scope: Scope) -> float | None:
    speech_ms = _speech_ms(exchange, scope)
    pace = words_per_minute(_units(scope.reply(exchange), scope), speech_ms=int(speech_ms or 0))
    return None if pace is None else round(pace, 1)


def _questions(exchange: Exchange, scope: Scope) -> float | None:
    turns = scope.own_turns(exchange)
    return sum(len(questions_in(turn.spoken)) for turn in turns) if turns else None


def _units(turns: Sequence[Turn], scope: Scope) -> int:
    return sum(count_units(turn.spoken, lang=scope.lang) for turn in turns)
