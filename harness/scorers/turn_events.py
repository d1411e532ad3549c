"""What became of each utterance of a caller: who answered, interrupted and gave way (evaluation.md 5.3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.model.call import TurnLabel
from harness.scorers.turn_segments import Segment


class TurnOutcome(StrEnum):
    """What came after an utterance."""

    RESPONSE = "response"
    INTERRUPTED = "interrupted"
    """The agent cut in and spoke on when the caller had finished."""
    OVERRUN = "overrun"
    """The agent had been speaking since before the utterance and still was at its end."""
    CENSORED = "censored"
    """The call ended before an answer was due: nobody knows."""
    NO_RESPONSE = "no_response"
    IGNORED = "ignored"
    """A backchannel or noise made the agent say nothing."""
    FALSE_RESPONSE = "false_response"


class Reaction(StrEnum):
    """What an agent that was speaking did when the caller was heard."""

    YIELD = "yield"
    NO_YIELD = "no_yield"
    HELD = "held"
    FALSE_YIELD = "false_yield"


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How long is long enough."""

    response_ms: int = 10_000
    yield_ms: int = 2_000
    hold_ms: int = 1_000
    false_response_ms: int = 2_000
    min_overlap_ms: int = 250


DEFAULT_WINDOWS = Windows()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerUtterance:
    """Something the caller let be heard."""

    segment: Segment
    label: TurnLabel = TurnLabel.TURN


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEvent:
    """What became of one utterance."""

    index: int
    """Of the utterance, in order of time."""
    label: TurnLabel
    outcome: TurnOutcome | None = None
    """None for a backchannel or noise while the agent was speaking."""
    latency_ms: int | None = None
    """Of a response; below 0 when it began a moment before the utterance was over."""
    reaction: Reaction | None = None
    """None when the agent was not speaking as the utterance began."""
    stop_latency_ms: int | None = None
    """From the utterance's start until the agent that was speaking was silent."""
    agent_interruptions: int = 0
    """How often the agent began to speak into the utterance."""


def wants_answer(label: TurnLabel) -> bool:
    """Return whether the agent is to take the floor after what is labelled so."""
    return label in {TurnLabel.TURN, TurnLabel.BARGE_IN}


def turn_events(
    utterances: Sequence[CallerUtterance],
    *,
    agent: Sequence[Segment],
    call_end_ms: int,
    windows: Windows = DEFAULT_WINDOWS,
) -> tuple[TurnEvent, ...]:
    """Return what became of each utterance.

    Args:
        utterances: In order of time.
        agent: When the agent spoke, in order and without overlaps.
        call_end_ms: When the call was over.
        windows: How long is long enough.
    """
    return tuple(_events(utterances, agent=agent, call_end_ms=call_end_ms, windows=windows))


def _events(
    utterances: Sequence[CallerUtterance], *, agent: Sequence[Segment], call_end_ms: int, windows: Windows
) -> Iterator[TurnEvent]:
    for index, utterance in enumerate(utterances):
        said, label = utterance.segment, utterance.label
        cut = next((each for each in agent if each.spans(said.start_ms)), None)
        stop_ms = cut.end_ms - said.start_ms if cut else None
        reaction = None if stop_ms is None else _reaction(label, stop_ms=stop_ms, windows=windows)
        if not wants_answer(label):
            outcome = None if cut else _disturbance(said, agent=agent, windows=windows)
            yield TurnEvent(index=index, label=label, outcome=outcome, reaction=reaction, stop_latency_ms=stop_ms)
            continue
        later = (each.segment.start_ms for each in utterances[index + 1 :] if wants_answer(each.label))
        outcome, latency_ms = _answer(
            said, agent=agent, next_ms=next(later, None), call_end_ms=call_end_ms, windows=windows
        )
        yield TurnEvent(
            index=index,
            label=label,
            outcome=outcome,
            latency_ms=latency_ms,
            reaction=reaction,
            stop_latency_ms=stop_ms,
            agent_interruptions=sum(
                said.spans(each.start_ms) and said.shared_ms(each) >= windows.min_overlap_ms for each in agent
            ),
        )


def _reaction(label: TurnLabel, *, stop_ms: int, windows: Windows) -> Reaction:
    if wants_answer(label):
        return Reaction.YIELD if stop_ms <= windows.yield_ms else Reaction.NO_YIELD
    return Reaction.FALSE_YIELD if stop_ms <= windows.hold_ms else Reaction.HELD


def _disturbance(said: Segment, *, agent: Sequence[Segment], windows: Windows) -> TurnOutcome:
    until_ms = said.end_ms + windows.false_response_ms
    answered = any(said.start_ms < each.start_ms <= until_ms for each in agent)
    return TurnOutcome.FALSE_RESPONSE if answered else TurnOutcome.IGNORED


def _answer(
    said: Segment, *, agent: Sequence[Segment], next_ms: int | None, call_end_ms: int, windows: Windows
) -> tuple[TurnOutcome, int | None]:
    """Return what came of an utterance that wants an answer, and the answer's latency."""
    speaking = next((each for each in agent if each.spans(said.end_ms)), None)
    if speaking and speaking.start_ms < said.start_ms:
        return TurnOutcome.OVERRUN, None
    if speaking:
        early_ms = said.end_ms - speaking.start_ms
        if early_ms >= windows.min_overlap_ms:
            return TurnOutcome.INTERRUPTED, None
        return TurnOutcome.RESPONSE, -early_ms
    until_ms = call_end_ms if next_ms is None else next_ms
    onset_ms = next((each.start_ms for each in agent if said.end_ms <= each.start_ms < until_ms), None)
    if onset_ms is not None:
        return TurnOutcome.RESPONSE, onset_ms - said.end_ms
    cut_short = next_ms is None and call_end_ms - said.end_ms <= windows.response_ms
    return (TurnOutcome.CENSORED if cut_short else TurnOutcome.NO_RESPONSE), None
