"""Scores of an agent that lets itself be disturbed: by a "mm-hm" of the caller, or by a noise not meant for it."""

from collections.abc import Iterator

from harness.model.call import Call, TurnLabel
from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.turn_events import Reaction, TurnOutcome, wants_answer
from harness.scorers.turn_rates import summarise_turns
from harness.scorers.turn_reading import Exchange, TurnReading

_NEVER_OVER = "nothing was to be heard of the caller, while the agent spoke, that wants no answer"
_NEVER_ALONE = "nothing was to be heard of the caller, while the agent was silent, that wants no answer"


def holding_scores(reading: TurnReading, *, call: Call) -> Iterator[Scored]:
    """Yield whether the agent spoke on through what wants no answer, and how often it answered that all the same."""
    heard = [each for each in reading.exchanges if not wants_answer(each.event.label)]
    yield from _held([each for each in heard if each.event.reaction is not None], call=call)
    yield from _false_responses([each for each in heard if each.event.outcome is not None], call=call)


def _held(over: list[Exchange], *, call: Call) -> Iterator[Scored]:
    summary = summarise_turns(each.event for each in over)
    rate = summary.hold_rate
    if rate is None:
        yield Unscored(name="hold_rate", reason=_NEVER_OVER)
        return
    for each in over:
        held = each.event.reaction is Reaction.HELD
        after = f"{each.event.stop_latency_ms} ms after {_what(each, call=call)} had begun"
        reason = f"the agent spoke on, and was silent {after}" if held else f"the agent fell silent {after}"
        yield Score(name="hold_rate", value=float(held), better=Better.HIGHER, turn=each.turn, reason=reason)
    reason = f"the agent spoke on through {summary.reactions[Reaction.HELD]} of {_counted(over)}, which want no answer"
    yield Score(name="hold_rate", value=rate, better=Better.HIGHER, reason=reason)


def _false_responses(alone: list[Exchange], *, call: Call) -> Iterator[Scored]:
    if not alone:
        yield Unscored(name="false_responses", reason=_NEVER_ALONE)
        return
    answered = [each for each in alone if each.event.outcome is TurnOutcome.FALSE_RESPONSE]
    for each in answered:
        reason = f"the agent answered {_what(each, call=call)}"
        yield Score(name="false_responses", value=1.0, better=Better.LOWER, turn=each.turn, reason=reason)
    reason = f"the agent answered {len(answered)} of {_counted(alone)}, which want no answer"
    yield Score(name="false_responses", value=float(len(answered)), better=Better.LOWER, reason=reason)


def _what(exchange: Exchange, *, call: Call) -> str:
    words = call.turns[exchange.turn].meant
    return "a noise" if exchange.event.label is TurnLabel.NOISE else f'"{words}"'


def _counted(exchanges: list[Exchange]) -> str:
    noises = sum(each.event.label is TurnLabel.NOISE for each in exchanges)
    kinds = ((len(exchanges) - noises, "backchannel"), (noises, "noise"))
    return " and ".join(f"{number} {kind}{'' if number == 1 else 's'}" for number, kind in kinds if number)
