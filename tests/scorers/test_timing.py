import asyncio
from collections.abc import Sequence

import pytest

from harness.model.call import Call, EndReason, Event, EventKind, Role, Speaker
from harness.model.case import Case
from harness.model.moves import Expectation, Say
from harness.model.score import Score, Scored, Unscored
from harness.scorers.timing import TimingScorer, greeting_ms
from harness.testing.builders import make_call, make_case, make_evidence, make_turn

EVENTS = (
    Event(at_ms=40, kind=EventKind.CALL_PROGRESSING),
    Event(at_ms=640, kind=EventKind.SPEECH_STARTED, role=Role.AGENT),
)
GREETING = make_turn(Role.AGENT, "Hello.", started_ms=640)
FIRST = make_turn(Role.CALLER, "Hi?", started_ms=2000, move=0)
SECOND = make_turn(Role.CALLER, "And?", started_ms=6000, move=1)


CALL = make_call(
    GREETING,
    FIRST,
    make_turn(Role.AGENT, "Yes.", started_ms=3800, latency_ms=800),
    SECOND,
    make_turn(Role.AGENT, "No.", started_ms=9400, latency_ms=2400),
    events=EVENTS,
)


def score(call: Call, *, case: Case | None = None) -> Sequence[Scored]:
    evidence = make_evidence(case or make_case("Hi?", "And?"), call)
    return asyncio.run(TimingScorer().score(evidence))


def asking(within_ms: int) -> Case:
    return make_case(moves=(Say(text="Hi?"), Say(text="And?", expect=(Expectation(within_ms=within_ms),))))


def within(call: Call, *, case: Case) -> Scored:
    (found,) = [s for s in score(call, case=case) if s.name == "within_ms"]
    return found


def test_latency_of_the_call_is_the_median_and_names_the_slowest() -> None:
    latencies = [s for s in score(CALL) if s.name == "latency_ms"]
    assert [(s.turn, s.value) for s in latencies if isinstance(s, Score)] == [(2, 800), (4, 2400), (None, 1600)]
    assert latencies[-1].reason == "median of 2 answers; the slowest took 2400 ms"


def test_greetings_and_overlaps_have_no_latency() -> None:
    overlap = make_turn(Role.AGENT, "Yes.", started_ms=2500, latency_ms=None)
    latency = score(make_call(GREETING, FIRST, overlap, events=EVENTS))[0]
    assert isinstance(latency, Unscored)


def test_greeting_is_timed_from_the_answered_call() -> None:
    greeting = greeting_ms(CALL)
    assert isinstance(greeting, Score)
    assert greeting.value == 600


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        pytest.param(make_call(GREETING), "the call was never answered", id="no call"),
        pytest.param(make_call(FIRST, events=EVENTS), "the agent did not greet: the caller spoke first", id="caller"),
        pytest.param(make_call(events=EVENTS), "the agent did not greet: nobody spoke", id="nobody"),
    ],
)
def test_no_greeting_is_unscored(call: Call, reason: str) -> None:
    greeting = greeting_ms(call)
    assert isinstance(greeting, Unscored)
    assert greeting.reason == reason


def test_length_of_the_call_is_measured() -> None:
    (length,) = [s for s in score(CALL) if s.name == "call_ms"]
    assert isinstance(length, Score)
    assert length.value == CALL.duration_ms


@pytest.mark.parametrize(("limit", "passed"), [(2400, True), (2399, False)])
def test_answer_is_held_to_its_time(limit: int, passed: bool) -> None:
    result = within(CALL, case=asking(limit))
    assert isinstance(result, Score)
    assert (result.passed, result.value, result.required, result.turn) == (passed, 2400, True, 4)
    assert result.reason == f'the answer after "And?" came after 2400 ms, {limit} ms are allowed'


def test_whole_call_is_held_to_its_slowest_answer() -> None:
    result = within(CALL, case=make_case("Hi?", expect=(Expectation(within_ms=2000),)))
    assert isinstance(result, Score)
    assert (result.passed, result.turn) == (False, None)


def test_greeting_is_held_to_its_time() -> None:
    result = within(CALL, case=make_case("Hi?", greeting=(Expectation(within_ms=500),)))
    assert isinstance(result, Score)
    assert (result.passed, result.value) == (False, 600)


def test_answer_before_the_caller_had_finished_is_in_time() -> None:
    early = make_turn(Role.AGENT, "Yes.", started_ms=6500)
    result = within(make_call(FIRST, SECOND, early, events=EVENTS), case=asking(10))
    assert isinstance(result, Score)
    assert result.passed is True


def test_silence_longer_than_the_limit_fails() -> None:
    call = make_call(FIRST, SECOND, events=EVENTS, duration_ms=12_000, end_reason=EndReason.AGENT_SILENT)
    result = within(call, case=asking(2000))
    assert isinstance(result, Score)
    assert (result.passed, result.value) == (False, 5000)


def test_silence_cut_short_before_the_limit_proves_nothing() -> None:
    call = make_call(FIRST, SECOND, events=EVENTS, duration_ms=7500)
    result = within(call, case=asking(2000))
    assert isinstance(result, Unscored)
    assert result.required


def test_agent_that_hangs_up_instead_of_answering_fails() -> None:
    call = make_call(FIRST, SECOND, events=EVENTS, duration_ms=7500, end_reason=EndReason.AGENT_HANGUP)
    result = within(call, case=asking(2000))
    assert isinstance(result, Score)
    assert result.passed is False


def test_answer_to_a_line_never_spoken_is_unscored() -> None:
    result = within(make_call(FIRST, events=EVENTS, end_reason=EndReason.AGENT_HANGUP), case=asking(2000))
    assert isinstance(result, Unscored)
    assert result.required


def test_call_in_which_only_the_flow_spoke_has_no_pace_of_an_agent() -> None:
    prompt = make_turn(Role.AGENT, "Leave a message.", started_ms=640, speaker=Speaker.FLOW)
    names = [each.name for each in score(make_call(prompt, FIRST, events=EVENTS))]
    assert "latency_ms" not in names
    assert "call_ms" in names
