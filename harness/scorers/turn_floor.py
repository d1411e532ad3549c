"""Scores of who held the floor: interruptions by the agent, speech over speech, silence, and shares of the talk."""

from collections.abc import Iterator

from harness.model.call import Call, Role, Speaker
from harness.model.score import Better, Score, Scored, Unscored
from harness.scorers.turn_events import wants_answer
from harness.scorers.turn_rates import summarise_turns
from harness.scorers.turn_reading import TurnReading

DEAD_AIR_MS = 3_000
"""Silence longer than this after a turn of the caller is dead air."""
_NOTHING_SAID = "the caller said nothing to the agent"


def agent_interruptions(reading: TurnReading, *, call: Call) -> Iterator[Scored]:
    """Yield each turn the agent cut into, and their number over all turns."""
    summary = summarise_turns(each.event for each in reading.spoken)
    rate = summary.agent_interruption_rate
    if rate is None:
        yield Unscored(name="agent_interruption_rate", reason=_NOTHING_SAID)
        return
    for each in reading.spoken:
        if each.event.agent_interruptions:
            yield Score(
                name="agent_interruption_rate",
                value=float(each.event.agent_interruptions),
                better=Better.LOWER,
                turn=each.turn,
                reason=f"the agent began to speak {_early_ms(each.turn, call=call)} ms before the caller had finished",
            )
    plural = "" if summary.agent_interruptions == 1 else "s"
    reason = f"{summary.agent_interruptions} interruption{plural} by the agent in {_turns(summary.turns)}"
    yield Score(name="agent_interruption_rate", value=rate, better=Better.LOWER, reason=reason)


def overlap_ms(reading: TurnReading) -> Scored:
    """Return for how long caller and agent spoke at once."""
    states = reading.states
    if not states.caller_ms or not states.agent_ms:
        return Unscored(name="overlap_ms", reason="caller and agent did not both speak")
    reason = f"both spoke at once, of {states.window_ms} ms from the first speech to the last"
    return Score(name="overlap_ms", value=float(states.double_talk_ms), better=Better.LOWER, reason=reason)


def floor_scores(reading: TurnReading) -> Iterator[Scored]:
    """Yield the longest silence, dead air, and the agent's share of all speech."""
    states = reading.states
    share = states.agent_talk_share
    if share is None:
        yield from (Unscored(name=name, reason="nobody spoke") for name in ("longest_silence_ms", "agent_talk_share"))
    else:
        reason = "the longest time nobody was heard, whoever let it pass"
        longest_ms = float(reading.longest_silence_ms)
        yield Score(name="longest_silence_ms", value=longest_ms, better=Better.LOWER, reason=reason)
        reason = f"the agent spoke for {states.agent_ms} ms, the caller for {states.caller_ms} ms"
        yield Score(name="agent_talk_share", value=share, better=Better.LOWER, reason=reason)
    asked = [each for each in reading.exchanges if wants_answer(each.event.label)]
    if not asked:
        yield Unscored(name="dead_air", reason=_NOTHING_SAID)
        return
    silent = [each for each in asked if each.silence_ms > DEAD_AIR_MS]
    of = f"more than 3 s of silence after {len(silent)} of {_turns(len(asked))} of the caller"
    longest = f", the longest {max(each.silence_ms for each in silent)} ms" if silent else ""
    yield Score(name="dead_air", value=float(len(silent)), better=Better.LOWER, reason=of + longest)


def _early_ms(turn: int, *, call: Call) -> int:
    """Return how long before its end the agent first began to speak into a turn."""
    said = call.turns[turn]
    starts = (
        each.started_ms
        for each in call.turns
        if each.role is Role.AGENT and each.speaker is Speaker.AGENT and said.started_ms < each.started_ms
    )
    return said.ended_ms - min(starts, default=said.ended_ms)


def _turns(number: int) -> str:
    return f"{number} turn{'' if number == 1 else 's'}"
