"""Scores of how the agent answers, and of how it gives way to a caller who speaks over it."""

from collections.abc import Iterator, Sequence

from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.turn_events import Reaction, TurnOutcome, wants_answer
from harness.scorers.turn_rates import quantile_ms, summarise_turns
from harness.scorers.turn_reading import Exchange, TurnReading

_QUANTILES = (("response_latency_p50_ms", 0.5), ("response_latency_p90_ms", 0.9), ("response_latency_p95_ms", 0.95))
_TOOL_MEDIAN = "tool_latency_p50_ms"
_NO_OVERLAP = "the caller never began to speak while the agent did"


def response_scores(reading: TurnReading) -> Iterator[Scored]:
    """Yield latencies, those after a tool apart, and how many turns were answered."""
    plain = _latencies(reading.exchanges, used_tool=False)
    with_tool = _latencies(reading.exchanges, used_tool=True)
    for name, share in _QUANTILES:
        yield _latency(name, plain, share=share, what="without a tool")
    yield _latency(_TOOL_MEDIAN, with_tool, share=0.5, what="with a tool")
    yield from _answered(reading.exchanges)


def barge_in_scores(reading: TurnReading) -> Iterator[Scored]:
    """Yield how fast the agent stopped for a caller who spoke over it, and whether it did in time."""
    asked = (each for each in reading.spoken if wants_answer(each.event.label))
    cut_in = [each for each in asked if each.event.stop_latency_ms is not None]
    if not cut_in:
        yield from (Unscored(name=name, reason=_NO_OVERLAP) for name in ("barge_in_stop_ms", "yield_rate"))
        return
    yield from _stops(cut_in)
    yield from _yields(cut_in)


def _latencies(exchanges: Sequence[Exchange], *, used_tool: bool) -> list[int]:
    return [each.latency_ms for each in exchanges if each.latency_ms is not None and each.used_tool is used_tool]


def _latency(name: str, values: Sequence[int], *, share: float, what: str) -> Scored:
    if not values:
        return Unscored(name=name, reason=f"no answer came {what}")
    count = f"{len(values)} answer{'' if len(values) == 1 else 's'}"
    return Score(
        name=name,
        value=quantile_ms(values, share=share),
        better=Better.LOWER,
        reason=f"of {count} {what}; the slowest took {max(values)} ms",
    )


def _answered(exchanges: Sequence[Exchange]) -> Iterator[Scored]:
    summary = summarise_turns(each.event for each in exchanges)
    unanswered = [each for each in exchanges if each.event.outcome is TurnOutcome.NO_RESPONSE]
    rate = summary.response_rate
    if rate is None:
        reason = "no turn of the caller was left for the agent to answer"
        yield from (Unscored(name=name, reason=reason) for name in ("response_rate", "unanswered_turns"))
        return
    due = summary.outcomes[TurnOutcome.RESPONSE] + len(unanswered)
    turns = f"{due} turn{'' if due == 1 else 's'} of the caller"
    reason = f"the agent answered {summary.outcomes[TurnOutcome.RESPONSE]} of {turns}"
    yield Score(name="response_rate", value=rate, better=Better.HIGHER, reason=reason)
    for each in unanswered:
        yield Score(
            name="unanswered_turns",
            value=1.0,
            better=Better.LOWER,
            turn=each.turn,
            reason="the agent gave no answer to this",
        )
    reason = f"the agent left {len(unanswered)} of {turns} without an answer"
    yield Score(name="unanswered_turns", value=float(len(unanswered)), better=Better.LOWER, reason=reason)


def _stops(cut_in: Sequence[Exchange]) -> Iterator[Score]:
    stops = [(each.turn, each.event.stop_latency_ms or 0) for each in cut_in]
    for turn, stop_ms in stops:
        reason = "from the caller's first sound until the agent was silent"
        yield Score(name="barge_in_stop_ms", value=float(stop_ms), better=Better.LOWER, turn=turn, reason=reason)
    values = [stop_ms for _, stop_ms in stops]
    reason = f"the slowest of {len(values)}, the median is {quantile_ms(values, share=0.5):g} ms"
    yield Score(name="barge_in_stop_ms", value=float(max(values)), better=Better.LOWER, reason=reason)


def _yields(cut_in: Sequence[Exchange]) -> Iterator[Score]:
    for each in cut_in:
        stopped = each.event.reaction is Reaction.YIELD
        verb = "stopped" if stopped else "spoke on for"
        after = " after" if stopped else ""
        reason = f"the agent {verb}{after} {each.event.stop_latency_ms} ms when the caller spoke over it"
        yield Score(name="yield_rate", value=float(stopped), better=Better.HIGHER, turn=each.turn, reason=reason)
    yields = sum(each.event.reaction is Reaction.YIELD for each in cut_in)
    yield Score(
        name="yield_rate",
        value=yields / len(cut_in),
        better=Better.HIGHER,
        reason=f"the caller spoke over the agent {_times(len(cut_in))}, it stopped within 2 s {_times(yields)}",
    )


def _times(number: int) -> str:
    return f"{number} time{'' if number == 1 else 's'}"
