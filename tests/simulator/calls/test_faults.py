"""What a case asks to go wrong: by plan and by chance, each seen in the call and told as an event."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from harness.errors import ApiError
from harness.model.call import EventKind, Role, Tier
from harness.model.platform import Callee, FaultKind, PlannedFault
from harness.simulator.calls.faults import Faults
from harness.simulator.kernel.dice import Dice
from harness.voipbin.resources import Kind
from tests.simulator.stage import Line, Stage, action

RUN = 60_000
IN_CALLS = tuple(kind for kind in FaultKind if kind is not FaultKind.NO_BALANCE)


def fault(kind: FaultKind, **fields: float | None) -> PlannedFault:
    values: dict[FaultKind, dict[str, float]] = {
        FaultKind.SLOW_START: {"value": 4_000.0},
        FaultKind.STT_MISHEARS: {"value": 1.0},
        FaultKind.PACKET_LOSS: {"value": 0.3},
        FaultKind.CALL_DROPS: {"at_ms": 5_000},
        FaultKind.PIPELINE_IDLES: {"at_ms": 5_000},
        FaultKind.PIPELINE_DIES: {"at_ms": 5_000},
    }
    return replace(PlannedFault(kind=kind), **{**values.get(kind, {}), **fields})  # type: ignore[arg-type]


def held(
    *faults: PlannedFault, tier: Tier = Tier.TEXT, replies: Sequence[str] = ("Hello.", "Fine.", "Bye.")
) -> tuple[Stage, Line]:
    stage = Stage(*replies, faults=faults, tier=tier)
    line = stage.with_ai()
    line.says("one two three", at_ms=9_000)
    line.says("four five six", at_ms=18_000)
    stage.run(for_ms=RUN)
    return stage, line


def failures(line: Line) -> list[tuple[object, str]]:
    return [(event.data["stage"], event.text) for event in line.of(EventKind.SERVICE_FAILED)]


@pytest.mark.parametrize("kind", IN_CALLS, ids=str)
def test_every_fault_tells_once_that_it_happens(kind: FaultKind) -> None:
    _, line = held(fault(kind))
    injected = line.of(EventKind.FAULT_INJECTED)
    assert [event.data["kind"] for event in injected] == [kind.value]


def test_call_without_faults_has_none() -> None:
    _, line = held()
    assert line.spoken() == ["Hello.", "Fine.", "Bye."]
    assert not line.of(EventKind.FAULT_INJECTED, EventKind.SERVICE_FAILED)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.LLM_KEY_INVALID, "401"),
        (FaultKind.LLM_RATE_LIMITED, "429"),
        (FaultKind.LLM_SERVER_ERROR, "500"),
        (FaultKind.LLM_HANGS, "no answer"),
    ],
    ids=str,
)
def test_model_that_fails_leaves_a_silent_agent(kind: FaultKind, words: str) -> None:
    stage, line = held(fault(kind))
    assert line.spoken() == []
    assert stage.messages("assistant") == []
    assert [stage for stage, _ in failures(line)] == ["llm"] * 3
    assert all(words in text for _, text in failures(line))


@pytest.mark.parametrize(("reply", "spoken"), [(0, ["Hello.", "Fine."]), (1, ["Hello.", "Fine."])], ids=str)
def test_model_fails_in_one_answer_only(reply: int, spoken: list[str]) -> None:
    _, line = held(fault(FaultKind.LLM_SERVER_ERROR, reply=reply))
    assert line.spoken() == spoken
    assert len(failures(line)) == 1
    failed_ms = line.time_of(EventKind.SERVICE_FAILED)
    assert (failed_ms < line.time_of(EventKind.SPEECH_STARTED, role=Role.AGENT)) is (reply == 0)


@pytest.mark.parametrize(
    ("kind", "words"), [(FaultKind.TTS_SILENT, "no audio"), (FaultKind.TTS_VOICE_MISSING, "no voice")], ids=str
)
def test_voice_that_fails_leaves_text_without_sound(kind: FaultKind, words: str) -> None:
    stage, line = held(fault(kind))
    assert line.spoken() == []
    assert [content for _, content in stage.messages("assistant")] == ["Hello.", "Fine.", "Bye."]
    assert all(stage == "tts" and words in text for stage, text in failures(line))


@pytest.mark.parametrize(
    ("reply", "spoken"), [(0, ["Fine.", "Bye."]), (1, ["Hello.", "Bye."]), (9, ["Hello.", "Fine.", "Bye."])], ids=str
)
def test_voice_fails_in_one_answer_only(reply: int, spoken: list[str]) -> None:
    stage, line = held(fault(FaultKind.TTS_SILENT, reply=reply))
    assert line.spoken() == spoken
    assert [content for _, content in stage.messages("assistant")] == ["Hello.", "Fine.", "Bye."]
    assert len(failures(line)) == (reply < 3)


def test_recogniser_that_mishears_gets_every_word_wrong_and_none_missing() -> None:
    stage, _ = held(fault(FaultKind.STT_MISHEARS))
    first, second = (content.split() for _, content in stage.messages("user"))
    assert (len(first), len(second)) == (3, 3)
    assert not {*first, *second} & {"one", "two", "three", "four", "five", "six"}


def test_share_of_misheard_words_is_as_asked() -> None:
    wrong = 0
    for seed in range(40):
        stage = Stage("Hello.", faults=(fault(FaultKind.STT_MISHEARS, value=0.3),), seed=seed)
        line = stage.with_ai()
        line.says("word " * 10, at_ms=9_000)
        stage.run(for_ms=RUN)
        wrong += sum(word != "word" for _, content in stage.messages("user") for word in content.split())
    assert 80 <= wrong <= 160


def test_slow_start_is_added_to_the_usual_time() -> None:
    _, usual = held()
    _, slow = held(fault(FaultKind.SLOW_START))
    began = [line.time_of(EventKind.AICALL_PROGRESSING) for line in (usual, slow)]
    assert began[1] - began[0] == 4_000


def test_dropped_call_is_nobodys_hang_up() -> None:
    _, line = held(fault(FaultKind.CALL_DROPS))
    assert line.record["tm_hangup"] == line.record["tm_progressing"] + 5_000
    assert (line.record["hangup_by"], line.events[-1].data["reason"]) == ("remote", "line_dropped")


def test_fault_is_the_calls_and_not_that_of_somebody_it_is_connected_with() -> None:
    stage = Stage(faults=(fault(FaultKind.CALL_DROPS, at_ms=20_000),), callees=(Callee(target="*", ring_ms=1_000),))
    connect = action("connect", destinations=[{"type": "sip", "target": "anna"}])
    line = stage.incoming(action("answer"), connect)
    stage.run(for_ms=RUN)
    _, far = stage.records(Kind.CALL)
    assert line.events[-1].data["reason"] == "line_dropped"
    assert line.record["tm_hangup"] == line.record["tm_progressing"] + 20_000
    assert (far["tm_hangup"], far["hangup_by"]) == (line.record["tm_hangup"], "local")


def test_caller_who_is_not_heard_is_on_no_tape_and_in_no_message() -> None:
    stage, line = held(fault(FaultKind.ONE_WAY_IN), tier=Tier.AUDIO)
    tape = line.leg.lines.recording(duration_ms=RUN)
    assert stage.messages("user") == []
    assert line.spoken(Role.CALLER) == ["one two three", "four five six"]
    assert tape is not None
    assert not tape.caller.samples.any()
    assert tape.agent.samples.any()


def test_agent_who_is_not_heard_speaks_into_silence() -> None:
    stage, line = held(fault(FaultKind.ONE_WAY_OUT), tier=Tier.AUDIO)
    tape = line.leg.lines.recording(duration_ms=RUN)
    assert len(stage.messages("assistant")) == 3
    assert tape is not None
    assert tape.caller.samples.any()
    assert not tape.agent.samples.any()


def test_fault_of_the_line_outlives_a_mute_that_is_taken_back() -> None:
    stage = Stage("Hello.", faults=(fault(FaultKind.ONE_WAY_IN),))
    line = stage.with_ai()
    stage.at(6_000, lambda: stage.platform.leg(line.leg.id).hold(True))
    stage.at(7_000, lambda: stage.platform.leg(line.leg.id).hold(False))
    line.says("Hello", at_ms=9_000)
    stage.run(for_ms=RUN)
    assert stage.messages("user") == []


def test_lost_frames_are_silent_on_the_tape_and_in_the_quality() -> None:
    stage, line = held(fault(FaultKind.PACKET_LOSS), tier=Tier.AUDIO)
    assert line.leg.lines.lost_frames == 0.3
    clean_stage, clean = held(tier=Tier.AUDIO)
    lossy, whole = (each.leg.lines.recording(duration_ms=RUN) for each in (line, clean))
    assert lossy is not None
    assert whole is not None
    assert (lossy.caller.samples != whole.caller.samples).any()
    assert clean_stage.agent.asked == stage.agent.asked


def test_account_without_balance_places_no_call() -> None:
    stage = Stage(faults=(fault(FaultKind.NO_BALANCE),))
    with pytest.raises(ApiError):
        stage.placed()
    assert stage.records(Kind.CALL) == []


def happening(seed: int, rate: float) -> tuple[bool, ...]:
    planned = [PlannedFault(kind=kind, rate=rate) for kind in FaultKind]
    faults = Faults(planned, dice=Dice(seed))
    return tuple(faults.happens(kind) for kind in FaultKind)


def test_rate_is_the_chance_of_each_call_and_each_fault_on_its_own() -> None:
    calls = [happening(seed, 0.5) for seed in range(200)]
    for place, kind in enumerate(FaultKind):
        assert 70 <= sum(call[place] for call in calls) <= 130, kind
    assert len(set(calls)) > 150


def test_same_seed_has_the_same_faults() -> None:
    assert [happening(seed, 0.5) for seed in range(50)] == [happening(seed, 0.5) for seed in range(50)]


@pytest.mark.parametrize(("rate", "happens"), [(0.0, False), (1.0, True)], ids=["never", "always"])
def test_rate_of_nothing_and_of_all(rate: float, happens: bool) -> None:
    assert {each for seed in range(20) for each in happening(seed, rate)} == {happens}


def test_more_faults_leave_the_chance_of_the_first_as_it_was() -> None:
    first = PlannedFault(kind=FaultKind.CALL_DROPS, rate=0.5)
    for seed in range(20):
        alone = Faults([first], dice=Dice(seed)).happens(FaultKind.CALL_DROPS)
        more = Faults([first, fault(FaultKind.ONE_WAY_IN)], dice=Dice(seed)).happens(FaultKind.CALL_DROPS)
        assert alone is more
