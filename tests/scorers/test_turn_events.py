import pytest

from harness.model.call import TurnLabel
from harness.scorers.turn_events import (
    CallerUtterance,
    Reaction,
    TurnEvent,
    TurnOutcome,
    turn_events,
)
from harness.scorers.turn_rates import quantile_ms, summarise_turns
from harness.scorers.turn_segments import Segment, merge_segments


def said(start_ms: int, end_ms: int, label: TurnLabel = TurnLabel.TURN) -> CallerUtterance:
    return CallerUtterance(segment=Segment(start_ms=start_ms, end_ms=end_ms), label=label)


def heard(*agent: tuple[int, int], caller: CallerUtterance, end_ms: int = 30_000) -> TurnEvent:
    segments = [Segment(start_ms=start, end_ms=end) for start, end in agent]
    (event,) = turn_events([caller], agent=segments, call_end_ms=end_ms)
    return event


@pytest.mark.parametrize(
    ("agent", "outcome", "latency_ms"),
    [
        pytest.param((3000, 4000), TurnOutcome.RESPONSE, 0, id="at once"),
        pytest.param((4200, 5000), TurnOutcome.RESPONSE, 1200, id="later"),
        pytest.param((2751, 4000), TurnOutcome.RESPONSE, -249, id="a moment too soon"),
        pytest.param((2750, 4000), TurnOutcome.INTERRUPTED, None, id="too soon"),
        pytest.param((1000, 4000), TurnOutcome.OVERRUN, None, id="talked through"),
        pytest.param((2200, 2600), TurnOutcome.NO_RESPONSE, None, id="only in between"),
    ],
)
def test_a_turn_from_2_to_3_seconds_is(agent: tuple[int, int], outcome: TurnOutcome, latency_ms: int | None) -> None:
    event = heard(agent, caller=said(2000, 3000))
    assert (event.outcome, event.latency_ms) == (outcome, latency_ms)


@pytest.mark.parametrize(
    ("end_ms", "outcome"),
    [(13_000, TurnOutcome.CENSORED), (13_001, TurnOutcome.NO_RESPONSE)],
)
def test_a_call_that_ends_while_an_answer_is_still_due_proves_nothing(end_ms: int, outcome: TurnOutcome) -> None:
    assert heard(caller=said(2000, 3000), end_ms=end_ms).outcome is outcome


def test_an_answer_after_the_callers_next_words_does_not_answer_the_first() -> None:
    utterances = [said(1000, 2000), said(4000, 5000)]
    first, second = turn_events(utterances, agent=[Segment(start_ms=6000, end_ms=7000)], call_end_ms=8000)
    assert first.outcome is TurnOutcome.NO_RESPONSE
    assert second.latency_ms == 1000


def test_an_answer_after_a_cough_still_answers_the_words_before_it() -> None:
    utterances = [said(1000, 2000), said(2500, 2700, TurnLabel.NOISE)]
    first, cough = turn_events(utterances, agent=[Segment(start_ms=3000, end_ms=7000)], call_end_ms=8000)
    assert first.latency_ms == 1000
    assert cough.outcome is TurnOutcome.FALSE_RESPONSE


@pytest.mark.parametrize(
    ("label", "agent", "reaction"),
    [
        pytest.param(TurnLabel.BARGE_IN, (0, 4000), Reaction.YIELD, id="stopped in time"),
        pytest.param(TurnLabel.TURN, (0, 4001), Reaction.NO_YIELD, id="talked on"),
        pytest.param(TurnLabel.BACKCHANNEL, (0, 3000), Reaction.FALSE_YIELD, id="stopped for a yes"),
        pytest.param(TurnLabel.NOISE, (0, 3001), Reaction.HELD, id="held through noise"),
        pytest.param(TurnLabel.BARGE_IN, (2000, 4000), None, id="began together"),
    ],
)
def test_an_agent_that_speaks_as_the_caller_begins(
    label: TurnLabel, agent: tuple[int, int], reaction: Reaction | None
) -> None:
    assert heard(agent, caller=said(2000, 2300, label)).reaction is reaction


@pytest.mark.parametrize(
    ("agent", "outcome"),
    [
        pytest.param((2100, 2500), TurnOutcome.FALSE_RESPONSE, id="during it"),
        pytest.param((4300, 5000), TurnOutcome.FALSE_RESPONSE, id="2 s after it"),
        pytest.param((4301, 5000), TurnOutcome.IGNORED, id="later"),
    ],
)
def test_a_noise_in_silence_is_answered_or_ignored(agent: tuple[int, int], outcome: TurnOutcome) -> None:
    assert heard(agent, caller=said(2000, 2300, TurnLabel.NOISE)).outcome is outcome


def test_every_time_the_agent_cuts_in_is_counted() -> None:
    event = heard((2100, 2200), (3000, 3300), (4900, 6000), caller=said(2000, 5000))
    assert event.agent_interruptions == 1


def test_rates_are_divided_once_over_all_turns() -> None:
    cut_in = heard((2000, 5000), caller=said(1000, 3000))
    unanswered = heard(caller=said(1000, 3000))
    held = heard((0, 9000), caller=said(1000, 1300, TurnLabel.BACKCHANNEL))
    answered = heard((0, 1500), (4000, 5000), caller=said(1000, 3000, TurnLabel.BARGE_IN))
    summary = summarise_turns([cut_in, unanswered, held, answered, answered])
    assert summary.turns == 4
    assert summary.response_rate == pytest.approx(2 / 3)
    assert summary.agent_interruption_rate == 0.25
    assert summary.yield_rate == 1
    assert summary.hold_rate == 1
    assert summary.latencies_ms == (1000, 1000)
    assert summary.stop_latencies_ms == (500, 500)


def test_rates_of_nothing_are_none() -> None:
    summary = summarise_turns([])
    assert (summary.response_rate, summary.yield_rate, summary.hold_rate) == (None, None, None)
    assert summary.agent_interruption_rate is None


def test_unsorted_segments_that_overlap_are_joined() -> None:
    segments = [
        Segment(start_ms=500, end_ms=900),
        Segment(start_ms=0, end_ms=1000),
        Segment(start_ms=1301, end_ms=1500),
    ]
    assert merge_segments(segments) == (Segment(start_ms=0, end_ms=1000), Segment(start_ms=1301, end_ms=1500))


@pytest.mark.parametrize(("share", "value"), [(0.5, 200), (0.95, 290), (1, 300)])
def test_quantiles_lie_between_the_values(share: float, value: float) -> None:
    assert quantile_ms([300, 100, 200], share=share) == pytest.approx(value)
