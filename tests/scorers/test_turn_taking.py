import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.model.call import Call, ClipRef, Event, EventKind, Role, Speaker, Tier, Turn, TurnLabel
from harness.model.case import Case, Limit
from harness.model.moves import Backchannel, Disturbance, Interruption, Move, Press, Say, Sound, Trigger, TriggerKind
from harness.model.platform import PlatformSetup, TurnModelName
from harness.model.score import Score, Scored, Unscored
from harness.scorers.turn_taking import BARGE_IN_SCORES, OVERLAP_SCORES, TurnTakingScorer
from harness.testing.builders import make_call, make_case, make_evidence
from harness.testing.speech import ScriptedAgent
from tests.calling import hold_call

INTERRUPTING = make_case(moves=(Say(text="Hi?"), Say(text="Wait!", interrupts=Interruption.IMPATIENCE)))
NODDING = make_case(moves=(Say(text="Hi?"), Backchannel(text="Mm-hm.")))
MONO = ClipRef(path="a.wav", duration_ms=1, sample_rate_hz=8000, channels=1, sha256="")


def agent(start_ms: int, end_ms: int, words: str = "Yes, of course.", speaker: Speaker = Speaker.AGENT) -> Turn:
    return Turn(role=Role.AGENT, started_ms=start_ms, ended_ms=end_ms, meant=words, spoken=words, speaker=speaker)


def caller(start_ms: int, end_ms: int, *, move: int = 0, keys: str = "", words: str = "Hi there, you?") -> Turn:
    return Turn(role=Role.CALLER, started_ms=start_ms, ended_ms=end_ms, meant=words, spoken=words, move=move, keys=keys)


def event(at_ms: int, kind: EventKind, **data: str) -> Event:
    return Event(at_ms=at_ms, kind=kind, data=data)


def score(call: Call, *, case: Case | None = None, turn_model: TurnModelName | None = None) -> Sequence[Scored]:
    scorer = TurnTakingScorer(turn_model=turn_model) if turn_model else TurnTakingScorer()
    return asyncio.run(scorer.score(make_evidence(case or make_case(), call)))


def values(call: Call, *, case: Case | None = None) -> dict[str, float]:
    return {s.name: s.value for s in score(call, case=case) if isinstance(s, Score) and s.turn is None}


def unscored(found: Sequence[Scored]) -> dict[str, str]:
    return {s.name: s.reason for s in found if isinstance(s, Unscored)}


EXCHANGE = make_call(
    agent(0, 2000),
    caller(3000, 5000),
    agent(6000, 9000),
    caller(9500, 10_000, move=1),
    agent(12_000, 13_000),
    duration_ms=14_000,
)


def test_a_plain_exchange_has_every_measure_that_applies_and_no_gap() -> None:
    assert values(EXCHANGE) == {
        "response_latency_p50_ms": 1500,
        "response_latency_p90_ms": pytest.approx(1900),
        "response_latency_p95_ms": pytest.approx(1950),
        "response_rate": 1,
        "unanswered_turns": 0,
        "agent_interruption_rate": 0,
        "overlap_ms": 0,
        "longest_silence_ms": 2000,
        "agent_talk_share": pytest.approx(6000 / 8500),
        "dead_air": 0,
        "agent_words_per_minute": 90,
        "caller_words_per_minute": 144,
    }
    assert unscored(score(EXCHANGE)) == {}


def test_every_measure_says_what_it_was_counted_from() -> None:
    reasons = {s.name: s.reason for s in score(EXCHANGE)}
    assert reasons["response_latency_p50_ms"] == "of 2 answers without a tool; the slowest took 2000 ms"
    assert reasons["response_rate"] == "the agent answered 2 of 2 turns of the caller"
    assert reasons["agent_words_per_minute"] == "9 words in 6000 ms of speech"
    assert not any(s.required for s in score(EXCHANGE))


def test_nominal_durations_of_the_text_tier_give_no_pace() -> None:
    names = {s.name for s in score(replace(EXCHANGE, tier=Tier.TEXT))}
    assert not {"agent_words_per_minute", "caller_words_per_minute"} & names
    assert "response_latency_p50_ms" in names


def test_an_answer_that_took_a_tool_is_timed_apart() -> None:
    call = replace(EXCHANGE, events=(event(11_000, EventKind.TOOL_CALLED),))
    assert values(call)["response_latency_p95_ms"] == 1000
    assert values(call)["tool_latency_p50_ms"] == 2000


BARGED = make_call(
    agent(0, 2000), caller(3000, 4000), agent(5000, 8000), caller(7200, 9000, move=1), agent(9900, 11_000)
)


def test_an_agent_that_is_interrupted_is_timed_until_it_is_silent() -> None:
    found = values(BARGED, case=INTERRUPTING)
    assert (found["barge_in_stop_ms"], found["yield_rate"], found["overlap_ms"]) == (800, 1, 800)


def test_an_agent_that_talks_on_is_named_at_the_turn_it_ignored() -> None:
    call = make_call(agent(0, 2000), caller(3000, 4000), agent(5000, 12_000), caller(6000, 7500, move=1))
    found = score(call, case=INTERRUPTING)
    (turn,) = [s for s in found if s.name == "yield_rate" and s.turn is not None]
    assert (turn.turn, turn.reason) == (3, "the agent spoke on for 6000 ms when the caller spoke over it")
    assert values(call, case=INTERRUPTING)["yield_rate"] == 0


def test_an_interruption_that_came_too_late_leaves_its_measures_open() -> None:
    reason = "the caller never began to speak while the agent did"
    assert unscored(score(EXCHANGE, case=INTERRUPTING)) == dict.fromkeys(BARGE_IN_SCORES, reason)


@pytest.mark.parametrize(
    ("call", "case", "turn_model"),
    [
        pytest.param(replace(BARGED, events=(event(0, EventKind.ACTION_ENTERED, type="ai"),)), None, None, id="ai"),
        pytest.param(BARGED, PlatformSetup(turn_model=TurnModelName.HALF_DUPLEX), None, id="case"),
        pytest.param(BARGED, None, TurnModelName.HALF_DUPLEX, id="session"),
    ],
)
def test_nobody_has_to_give_way_in_half_duplex(
    call: Call, case: PlatformSetup | None, turn_model: TurnModelName | None
) -> None:
    found = score(call, case=replace(INTERRUPTING, platform=case or PlatformSetup()), turn_model=turn_model)
    assert set(unscored(found)) == set(BARGE_IN_SCORES)
    assert all(reason.startswith("not applicable: ") for reason in unscored(found).values())
    assert not [s for s in found if isinstance(s, Score) and s.name in BARGE_IN_SCORES]


def test_a_mixed_recording_shows_no_overlap() -> None:
    found = score(replace(BARGED, recording=MONO), case=INTERRUPTING)
    assert unscored(found) == dict.fromkeys(OVERLAP_SCORES, "not scorable on a mixed recording")
    assert "response_rate" in {s.name for s in found}


def test_both_channels_of_a_recording_show_overlap() -> None:
    call = replace(BARGED, recording=replace(MONO, channels=2))
    assert values(call, case=INTERRUPTING)["overlap_ms"] == 800


def test_an_agent_that_cuts_in_is_named_at_the_turn_it_cut() -> None:
    call = make_call(caller(0, 4000), agent(3000, 6000))
    (turn,) = [s for s in score(call) if s.name == "agent_interruption_rate" and s.turn is not None]
    assert (turn.turn, turn.reason) == (0, "the agent began to speak 1000 ms before the caller had finished")
    assert values(call)["agent_interruption_rate"] == 1


def test_silence_after_the_callers_words_is_dead_air_and_an_answer_that_never_came_is_counted() -> None:
    call = make_call(agent(0, 1000), caller(2000, 3000), caller(9000, 10_000, move=1), agent(13_001, 14_000))
    found = values(call)
    assert (found["dead_air"], found["unanswered_turns"], found["response_rate"]) == (2, 1, 0.5)
    assert found["longest_silence_ms"] == 6000
    assert [s.turn for s in score(call) if s.name == "unanswered_turns"] == [1, None]


def test_a_prompt_of_the_flow_ends_a_silence_but_is_no_answer() -> None:
    call = make_call(agent(0, 1000), caller(2000, 3000), agent(4000, 8000, speaker=Speaker.FLOW), duration_ms=20_000)
    assert values(call)["longest_silence_ms"] == 1000
    assert values(call)["unanswered_turns"] == 1
    assert values(call)["agent_talk_share"] == 0.5


def test_what_is_said_to_somebody_else_is_not_the_agents_to_answer() -> None:
    sessions = (event(0, EventKind.AICALL_PROGRESSING), event(3000, EventKind.AICALL_TERMINATED))
    callee = agent(8000, 9000, speaker=Speaker.CALLEE)
    call = make_call(caller(500, 1000), agent(1500, 2500), caller(5000, 6000, move=1), callee, events=sessions)
    assert values(call)["response_rate"] == 1
    assert values(call)["dead_air"] == 0


@pytest.mark.parametrize(
    ("case", "turns"),
    [
        pytest.param(make_case(platform=PlatformSetup(flow=({"type": "talk"},))), (caller(0, 900),), id="silent flow"),
        pytest.param(make_case(), (caller(0, 900), agent(1000, 2000, speaker=Speaker.FLOW)), id="a prompt"),
        pytest.param(make_case(), (), id="nobody"),
    ],
)
def test_a_call_without_an_agent_has_no_turn_taking(case: Case, turns: tuple[Turn, ...]) -> None:
    assert score(make_call(*turns, duration_ms=60_000), case=case) == []


def test_keys_want_an_answer_but_speak_over_nobody() -> None:
    case = make_case(moves=(Press(digits="1"),))
    call = make_call(agent(0, 3000), caller(1000, 1500, keys="1"), agent(4000, 5000))
    found = values(call, case=case)
    assert not set(BARGE_IN_SCORES) & set(found)
    call = make_call(agent(0, 3000), caller(3500, 3600, keys="1"), agent(4000, 5000))
    assert values(call, case=case)["response_latency_p50_ms"] == 400


@pytest.mark.parametrize("name", ["barge_in_stop_ms", "response_latency_p95_ms", "agent_interruption_rate"])
def test_a_limit_on_what_did_not_happen_is_told_why_it_has_no_value(name: str) -> None:
    case = make_case(limits=(Limit(score=name, at_most=1),))
    assert set(unscored(score(make_call(agent(0, 1000)), case=case))) == {name}


def mm(start_ms: int, end_ms: int, *, label: TurnLabel = TurnLabel.BACKCHANNEL) -> Turn:
    words = "Mm-hm." if label is TurnLabel.BACKCHANNEL else "[cough]"
    return replace(caller(start_ms, end_ms, words=words), label=label)


DISTURBED = make_call(
    agent(0, 5000),
    mm(1000, 1300),
    mm(3000, 3400, label=TurnLabel.NOISE),
    caller(6000, 7000),
    agent(8000, 8900),
    mm(8200, 8500),
    mm(12_000, 12_300),
    agent(13_000, 14_000),
    mm(17_000, 17_300, label=TurnLabel.NOISE),
    duration_ms=21_000,
)


def test_an_agent_that_falls_silent_for_a_mm_hm_or_answers_it_is_told_apart_from_one_that_speaks_on() -> None:
    found = {(s.name, s.turn): (s.value, s.reason) for s in score(DISTURBED) if isinstance(s, Score)}
    assert {at: told for at, told in found.items() if at[0] in {"hold_rate", "false_responses"}} == {
        ("hold_rate", 1): (1, 'the agent spoke on, and was silent 4000 ms after "Mm-hm." had begun'),
        ("hold_rate", 2): (1, "the agent spoke on, and was silent 2000 ms after a noise had begun"),
        ("hold_rate", 5): (0, 'the agent fell silent 700 ms after "Mm-hm." had begun'),
        ("hold_rate", None): (
            pytest.approx(2 / 3),
            "the agent spoke on through 2 of 2 backchannels and 1 noise, which want no answer",
        ),
        ("false_responses", 6): (1, 'the agent answered "Mm-hm."'),
        ("false_responses", None): (1, "the agent answered 1 of 1 backchannel and 1 noise, which want no answer"),
    }


def test_what_wants_no_answer_is_neither_an_interruption_nor_left_unanswered() -> None:
    found = values(DISTURBED)
    assert not set(BARGE_IN_SCORES) & set(found)
    assert (found["response_rate"], found["unanswered_turns"], found["dead_air"]) == (1, 0, 0)
    assert found["response_latency_p50_ms"] == 1000


def test_a_mm_hm_that_came_to_nothing_leaves_its_measure_open() -> None:
    assert unscored(score(EXCHANGE, case=NODDING)) == {
        "hold_rate": "nothing was to be heard of the caller, while the agent spoke, that wants no answer"
    }


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        pytest.param(replace(DISTURBED, recording=MONO), "not scorable on a mixed recording", id="mixed"),
        pytest.param(
            replace(DISTURBED, events=(event(0, EventKind.ACTION_ENTERED, type="ai"),)), "not applicable: ", id="ai"
        ),
    ],
)
def test_where_overlap_cannot_be_told_nobody_holds_out(call: Call, reason: str) -> None:
    found = score(call, case=NODDING)
    assert unscored(found)["hold_rate"].startswith(reason)
    assert "hold_rate" not in {s.name for s in found if isinstance(s, Score)}


EARLY = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=100)


@pytest.mark.parametrize(
    ("move", "reason"),
    [
        pytest.param(
            Backchannel(text="Mm", trigger=EARLY),
            "the agent spoke on through 0 of 1 backchannel, which want no answer",
            id="words stop it",
        ),
        pytest.param(
            Disturbance(sound=Sound.COUGH, trigger=EARLY),
            "the agent spoke on through 1 of 1 noise, which want no answer",
            id="a cough does not",
        ),
    ],
)
def test_in_a_whole_call_the_agent_of_the_platform_yields_to_whatever_is_transcribed(move: Move, reason: str) -> None:
    greeting = ScriptedAgent("Hello there, this is the desk, call us on 555 0123 whenever you like.", "At nine.")
    held = hold_call(move, Say(text="When are you open?"), agent=greeting, tier=Tier.AUDIO)
    call = make_call(*held.turns, events=held.events, duration_ms=held.duration_ms)
    assert {s.name: s.reason for s in score(call)}["hold_rate"] == reason
    assert values(call)["response_rate"] == 1
