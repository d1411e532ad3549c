"""How long things took, on the call's own clock: `latency_ms`, `greeting_ms`, `call_ms`, and `within_ms` of a suite.

`caller_start_error_ms` is about ourselves: how far from its planned moment our caller began.

Greetings and overlaps have no latency and never enter its median (evaluation.md 5.3).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from harness.model.call import Call, EndReason, EventKind, Role, Speaker
from harness.model.score import Better, Evidence, Score, Scored, Unscored
from harness.scorers.moments import Moment, greeting_turns, moments


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingScorer:
    """Latencies, the time to the greeting, the length of the call, and every `within_ms`."""

    name: str = "timing"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Read the times off the turns and events."""
        call = evidence.call
        checks = [
            _within(moment, call=call) for moment in moments(evidence) if moment.expectation.within_ms is not None
        ]
        length = _measured("call_ms", call.duration_ms, reason="")
        return [*_latencies(call), greeting_ms(call), length, *start_error_ms(call), *checks]


def greeting_ms(call: Call) -> Scored:
    """Return the time from the answered call to the agent's first sound, `greeting_ms`."""
    answered = [event.at_ms for event in call.events if event.kind is EventKind.CALL_PROGRESSING]
    if not answered:
        return Unscored(name="greeting_ms", reason="the call was never answered")
    if not greeting_turns(call):
        spoke = "the caller spoke first" if call.turns else "nobody spoke"
        return Unscored(name="greeting_ms", reason=f"the agent did not greet: {spoke}")
    first = min(
        (e.at_ms for e in call.events if e.kind is EventKind.SPEECH_STARTED and e.role is Role.AGENT),
        default=call.turns[0].started_ms,
    )
    return _measured("greeting_ms", first - answered[0], reason="from the answered call to the agent's first sound")


def start_error_ms(call: Call) -> tuple[Score, ...]:
    """Return `caller_start_error_ms`, the largest distance of a start from its plan; nothing without a known plan."""
    planned = [
        (event.at_ms - float(event.data["planned_ms"] or 0), event.at_ms)
        for event in call.events
        if event.role is Role.CALLER and "planned_ms" in event.data
    ]
    if not planned:
        return ()
    error, at_ms = max(planned, key=lambda each: abs(each[0]))
    reason = f"the largest of {len(planned)} starts, at {at_ms} ms" if error else f"{len(planned)} starts on time"
    return (_measured("caller_start_error_ms", abs(error), reason=reason),)


def _latencies(call: Call) -> list[Scored]:
    heard = [turn.speaker for turn in call.turns if turn.role is Role.AGENT]
    if heard and Speaker.AGENT not in heard:
        # Only the flow, or somebody else, spoke to the caller: there is no agent whose pace could be measured.
        return []
    each = [(i, turn.latency_ms) for i, turn in enumerate(call.turns) if turn.latency_ms is not None]
    if not each:
        return [Unscored(name="latency_ms", reason="the agent answered no turn of the caller")]
    values = [latency for _, latency in each]
    plural = "s" if len(values) > 1 else ""
    reason = f"median of {len(values)} answer{plural}; the slowest took {max(values)} ms"
    per_turn = [
        _measured(
            "latency_ms", latency, turn=i, reason="from the end of the caller's speech to the agent's first sound"
        )
        for i, latency in each
    ]
    return [*per_turn, _measured("latency_ms", median(values), reason=reason)]


def _measured(name: str, value: float, *, reason: str, turn: int | None = None) -> Score:
    return Score(name=name, value=float(value), better=Better.LOWER, turn=turn, reason=reason)


def _within(moment: Moment, *, call: Call) -> Scored:
    if moment.missed:
        return _no_time(moment, reason=f"the answer {moment.place} could not be timed: {moment.missed.reason}")
    if moment.whole_call:
        values = [turn.latency_ms for turn in call.turns if turn.latency_ms is not None]
        if not values:
            return _no_time(moment, reason="the agent answered no turn of the caller")
        return _judge_time(moment, ms=max(values), what="the slowest answer came")
    if moment.asked is None:
        greeting = greeting_ms(call)
        if isinstance(greeting, Score):
            return _judge_time(moment, ms=greeting.value, what="the greeting came")
        return _no_time(moment, reason=greeting.reason) if moment.answer else _judge_silence(moment, call=call)
    if not moment.answer:
        return _judge_silence(moment, call=call)
    latency = call.turns[moment.answer[0]].latency_ms
    if latency is None:
        return _judge_time(moment, ms=0, what=f"the answer {moment.place} came before the caller had finished,")
    return _judge_time(moment, ms=latency, what=f"the answer {moment.place} came")


def _judge_silence(moment: Moment, *, call: Call) -> Scored:
    """Judge a silence by how long it lasted: one that was cut short in time proves nothing."""
    since = 0 if moment.asked is None else call.turns[moment.asked].ended_ms
    later = call.turns[0 if moment.asked is None else moment.asked + 1 :]
    until = later[0].started_ms if later else call.duration_ms
    waited = max(until - since, 0)
    limit = moment.expectation.within_ms or 0
    by_agent = not later and call.end_reason in {EndReason.AGENT_HANGUP, EndReason.AGENT_SILENT}
    if waited < limit and not by_agent:
        reason = f"no answer {moment.place}, but after {waited} ms the {'caller spoke' if later else 'call was over'}"
        return _no_time(moment, reason=reason)
    return _timed(
        moment,
        ms=waited,
        passed=False,
        reason=f"expected the agent to speak {moment.place} within {limit} ms, it was silent for {waited} ms",
    )


def _judge_time(moment: Moment, *, ms: float, what: str) -> Score:
    limit = moment.expectation.within_ms or 0
    return _timed(moment, ms=ms, passed=ms <= limit, reason=f"{what} after {ms:g} ms, {limit} ms are allowed")


def _timed(moment: Moment, *, ms: float, passed: bool, reason: str) -> Score:
    return Score(
        name="within_ms",
        value=float(ms),
        better=Better.LOWER,
        turn=moment.turn,
        passed=passed,
        required=True,
        reason=reason,
        because=moment.expectation.because,
    )


def _no_time(moment: Moment, *, reason: str) -> Unscored:
    return Unscored(name="within_ms", turn=moment.turn, reason=reason, required=True)
