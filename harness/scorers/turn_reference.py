"""The turn-taking measures by name, on plain JSON values in seconds, for `harness.scorers.reference`."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from harness.model.call import TurnLabel
from harness.scorers.turn_events import CallerUtterance, Reaction, TurnEvent, TurnOutcome, turn_events, wants_answer
from harness.scorers.turn_rates import TurnSummary, summarise_turns
from harness.scorers.turn_ratings import emodel_mos, latency_score, vaqi
from harness.scorers.turn_segments import Segment, merge_segments, union
from harness.scorers.turn_states import conversation_states, words_per_minute

Json: TypeAlias = Mapping[str, Any]


def _merge_segments(given: Json) -> Json:
    merged = merge_segments(
        _segments(given["segments"]), merge_gap_ms=_ms(given["merge_gap"]), min_speech_ms=_ms(given["min_speech"])
    )
    return {"segments": [[_s(each.start_ms), _s(each.end_ms)] for each in merged]}


def _conversation_states(given: Json) -> Json:
    states = conversation_states(caller=_segments(given["caller"]), agent=_segments(given["agent"]))
    return {
        "window": _s(states.window_ms),
        "caller_ratio": states.ratio(states.caller_ms),
        "agent_ratio": states.ratio(states.agent_ms),
        "double_talk_ratio": states.ratio(states.double_talk_ms),
        "mutual_silence_ratio": states.ratio(states.silence_ms),
        "agent_talk_share": states.agent_talk_share,
        "max_mutual_silence": _s(states.longest_silence_ms),
    }


def _turn_events(given: Json) -> Json:
    utterances = [
        CallerUtterance(segment=Segment(start_ms=_ms(start), end_ms=_ms(end)), label=TurnLabel(label))
        for start, end, label in given["caller_utterances"]
    ]
    events = turn_events(
        utterances, agent=union(_segments(given["agent_segments"])), call_end_ms=_ms(given["call_end"])
    )
    return {"events": [_event(event) for event in events], "summary": _summary(summarise_turns(events))}


def _event(event: TurnEvent) -> Json:
    """Return the fields that apply to an event."""
    fields: dict[str, Any] = {"index": event.index}
    if event.reaction is not None and event.stop_latency_ms is not None:
        fields |= {"overlap_start": event.reaction.value, "stop_latency": _s(event.stop_latency_ms)}
    if wants_answer(event.label):
        fields["agent_interruptions"] = event.agent_interruptions
    if event.outcome is not None:
        fields["outcome"] = event.outcome.value
    if event.latency_ms is not None:
        fields["latency"] = _s(event.latency_ms)
    return fields


def _summary(summary: TurnSummary) -> Json:
    outcomes, reactions = summary.outcomes, summary.reactions
    return {
        "n_turns": summary.turns,
        "responses": outcomes[TurnOutcome.RESPONSE],
        "no_responses": outcomes[TurnOutcome.NO_RESPONSE],
        "interrupted": outcomes[TurnOutcome.INTERRUPTED],
        "overruns": outcomes[TurnOutcome.OVERRUN],
        "censored": outcomes[TurnOutcome.CENSORED],
        "response_rate": summary.response_rate,
        "agent_interruptions": summary.agent_interruptions,
        "agent_interruption_rate": summary.agent_interruption_rate,
        "yields": reactions[Reaction.YIELD],
        "no_yields": reactions[Reaction.NO_YIELD],
        "yield_rate": summary.yield_rate,
        "held": reactions[Reaction.HELD],
        "false_yields": reactions[Reaction.FALSE_YIELD],
        "hold_rate": summary.hold_rate,
        "ignored": outcomes[TurnOutcome.IGNORED],
        "false_responses": outcomes[TurnOutcome.FALSE_RESPONSE],
        "latencies": [_s(ms) for ms in summary.latencies_ms],
        "stop_latencies": [_s(ms) for ms in summary.stop_latencies_ms],
    }


def _latency_score(given: Json) -> Json:
    return {"score": latency_score(given["latency_ms"], tool_call=given["tool_call"])}


def _vaqi(given: Json) -> Json:
    scores = vaqi(interruptions=given["interruptions"], missed=given["missed"], latency_s=given["latency_s"])
    return {"scores": list(scores)}


def _words_per_minute(given: Json) -> Json:
    return {"rate": words_per_minute(given["n_units"], speech_ms=given["speech_seconds"] * 1000)}


def _emodel_mos(given: Json) -> Json:
    return {"mos": emodel_mos(given["r"])}


def _segments(pairs: Sequence[Sequence[float]]) -> list[Segment]:
    return [Segment(start_ms=_ms(start), end_ms=_ms(end)) for start, end in pairs]


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _s(ms: int) -> float:
    return ms / 1000


TURN_METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "merge_segments": _merge_segments,
        "conversation_states": _conversation_states,
        "turn_events": _turn_events,
        "latency_score": _latency_score,
        "vaqi": _vaqi,
        "words_per_minute": _words_per_minute,
        "emodel_mos": _emodel_mos,
    }
)
"""Every measure by name."""
