"""How an AI's part in a call ends before the call does, and what the flow does then."""

import json

import pytest

from harness.model.call import EventKind, Role
from harness.model.platform import Callee, FaultKind, PlannedFault
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOUR_MS, Line, Stage, action, calling

IDLE_MS = 300_000
BACK = action("talk", text="Back to the flow")


def ending(
    name: str, arguments: str = "{}", *, words: str = "", then: bool = True, **options: object
) -> tuple[Stage, Line]:
    stage = Stage("Hello.", calling(name, arguments, words=words), **options)  # type: ignore[arg-type]
    line = stage.with_ai(tool_names=["all"], then=(BACK,) if then else ())
    line.says("Please do", at_ms=6_000)
    stage.run(for_ms=60_000)
    return stage, line


def aicall(stage: Stage) -> dict[str, object]:
    return stage.records(Kind.AICALL)[0]


def test_service_that_is_stopped_gives_the_call_back_to_its_flow_once_it_has_spoken() -> None:
    stage, line = ending("stop_service", words="Goodbye and thank you.")
    assert line.spoken() == ["Hello.", "Goodbye and thank you.", "Back to the flow"]
    over_ms = line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT, place=1)
    assert line.time_of(EventKind.AICALL_TERMINATED) == line.entered_ms("talk") == over_ms
    assert aicall(stage)["status"] == "terminated"
    assert line.entered == ["answer", "ai_talk", "confbridge_join", "talk"]


def test_flow_that_is_stopped_takes_the_call_with_it_once_the_agent_has_spoken() -> None:
    _, line = ending("stop_flow", words="Goodbye.")
    assert line.spoken() == ["Hello.", "Goodbye."]
    assert "talk" not in line.entered
    assert (line.record["hangup_by"], line.record["hangup_reason"]) == ("local", "normal")
    assert line.record["tm_hangup"] == line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT, place=1)


def test_caller_is_connected_before_the_flow_goes_on() -> None:
    destinations = [{"type": "sip", "target": "anna"}]
    anna = Callee(target="anna", ring_ms=1_000, says=("Anna here.",))
    _, line = ending("connect_call", json.dumps({"destinations": destinations}), words="Connecting.", callees=(anna,))
    assert line.spoken() == ["Hello.", "Connecting.", "Anna here.", "Back to the flow"]
    assert line.entered == ["answer", "ai_talk", "confbridge_join", "connect", "talk"]
    connect = next(event for event in line.of(EventKind.ACTION_ENTERED) if event.data["type"] == "connect")
    assert connect.data["id"] != "00000000-0000-0000-0000-000000000000"


def test_session_ends_without_a_flow_behind_it_and_the_call_is_over() -> None:
    _, line = ending("stop_service", then=False)
    assert line.leg.is_over


def test_caller_may_still_interrupt_the_last_words() -> None:
    stage = Stage("Hello.", calling("stop_service", words="word " * 30))
    line = stage.with_ai(tool_names=["all"], then=(BACK,))
    line.says("Please do", at_ms=6_000)
    line.says("Wait", at_ms=12_000)
    stage.run(for_ms=60_000)
    assert line.of(EventKind.AUDIO_CUT)
    assert line.spoken()[-1] == "Back to the flow"
    assert line.time_of(EventKind.AUDIO_CUT) == line.entered_ms("talk")


@pytest.mark.parametrize("at_ms", [100, 20_000], ids=["while it starts", "while it talks"])
def test_aicall_that_is_terminated_gives_the_call_back(at_ms: int) -> None:
    stage = Stage("Hello.")
    line = stage.with_ai(then=(BACK,))
    stage.at(at_ms, lambda: stage.platform.terminate_aicall(str(aicall(stage)["id"])))
    stage.run(for_ms=60_000)
    assert line.spoken()[-1] == "Back to the flow"
    assert aicall(stage)["status"] == "terminated"
    assert len(stage.agent.asked) == (0 if at_ms == 100 else 1)


def test_pipeline_without_a_word_of_the_agent_for_five_minutes_is_gone_and_the_call_stays() -> None:
    stage = Stage("Hello.")
    line = stage.with_ai(then=(BACK,))
    stage.run(for_ms=IDLE_MS + 60_000)
    line.says("Anybody there", at_ms=stage.clock.now_ms())
    line.presses("5", at_ms=stage.clock.now_ms())
    stage.run(for_ms=60_000)
    (ended,) = line.of(EventKind.PIPELINE_ENDED)
    assert ended.data == {"reason": "idle"}
    assert ended.at_ms == line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT) + IDLE_MS
    assert len(stage.agent.asked) == 1
    assert not line.of(EventKind.TRANSCRIPT_INTERIM)
    assert (line.leg.is_over, aicall(stage)["status"]) == (False, "progressing")


def test_caller_who_is_never_answered_does_not_keep_the_pipeline_awake() -> None:
    stage = Stage("Hello.", "")
    line = stage.with_ai()
    for place in range(20):
        line.says("Hello?", at_ms=10_000 + place * 20_000)
    stage.run(for_ms=IDLE_MS + 30_000)
    assert line.time_of(EventKind.PIPELINE_ENDED) == line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT) + IDLE_MS


def test_long_speech_keeps_the_pipeline_awake_and_so_does_one_that_was_cut() -> None:
    stage = Stage("word " * 1_100, "Yes?")
    line = stage.with_ai()
    line.says("Stop", at_ms=320_000)
    stage.run(for_ms=600_000)
    assert line.time_of(EventKind.AUDIO_CUT) > 320_000
    assert not line.of(EventKind.PIPELINE_ENDED)


def test_flow_goes_on_when_an_aicall_without_a_pipeline_is_terminated() -> None:
    stage = Stage("Hello.")
    line = stage.with_ai(then=(BACK,))
    stage.run(for_ms=IDLE_MS + 60_000)
    stage.platform.terminate_aicall(str(aicall(stage)["id"]))
    stage.run(for_ms=60_000)
    assert line.spoken() == ["Hello.", "Back to the flow"]


def test_pipeline_that_dies_leaves_dead_air_until_somebody_hangs_up() -> None:
    stage = Stage("word " * 40, faults=(PlannedFault(kind=FaultKind.PIPELINE_DIES, at_ms=5_000),))
    line = stage.with_ai(then=(BACK,))
    line.says("Hello?", at_ms=10_000)
    stage.run(for_ms=2 * HOUR_MS)
    assert line.of(EventKind.PIPELINE_ENDED)[0].data == {"reason": "died"}
    died_ms = line.time_of(EventKind.PIPELINE_ENDED)
    assert died_ms == line.record["tm_progressing"] + 5_000
    assert line.time_of(EventKind.SPEECH_STOPPED, role=Role.AGENT) == died_ms
    assert len(line.of(EventKind.SPEECH_STARTED, role=Role.AGENT)) == 1
    assert not line.of(EventKind.TRANSCRIPT_INTERIM)
    assert line.record["hangup_reason"] == "timeout"


def test_pipeline_that_dies_before_it_has_begun_never_begins() -> None:
    stage = Stage("Hello.", faults=(PlannedFault(kind=FaultKind.PIPELINE_DIES, at_ms=10),))
    line = stage.with_ai()
    stage.run(for_ms=60_000)
    assert line.of(EventKind.PIPELINE_ENDED)
    assert stage.agent.asked == []
    assert aicall(stage)["status"] == "initiating"


@pytest.mark.parametrize(("slow_ms", "starts"), [(20_000, True), (29_500, False), (30_000, False)], ids=str)
def test_session_that_takes_half_a_minute_to_start_never_does(slow_ms: int, starts: bool) -> None:
    stage = Stage("Hello.", faults=(PlannedFault(kind=FaultKind.SLOW_START, value=slow_ms),))
    line = stage.with_ai(then=(BACK,))
    line.says("Hello?", at_ms=10_000)
    stage.run(for_ms=100_000)
    assert line.spoken() == (["Hello."] if starts else [])
    assert [event.text for event in line.of(EventKind.SERVICE_FAILED)] == (
        [] if starts else ["the voice pipeline did not start within 30 s"]
    )
    assert not line.leg.is_over
    if not starts:
        assert line.time_of(EventKind.SERVICE_FAILED) - line.entered_ms("confbridge_join") == 30_000
        stage.platform.terminate_aicall(str(aicall(stage)["id"]))
        stage.run(for_ms=10_000)
        assert line.spoken() == ["Back to the flow"]


@pytest.mark.parametrize(
    ("ai", "words"),
    [
        ({"engine_model": "anthropic.claude"}, "engine_model"),
        ({"tts_type": "azure"}, "azure"),
        ({"stt_type": "cartesia"}, "cartesia"),
    ],
    ids=["model", "voice", "recogniser"],
)
def test_ai_the_runner_cannot_start_ends_flow_and_call(ai: dict[str, str], words: str) -> None:
    stage = Stage("Hello.")
    line = stage.with_ai(**ai, then=(BACK,))
    stage.run(for_ms=60_000)
    assert words in line.of(EventKind.SERVICE_FAILED)[0].text
    assert line.events[-1].data["reason"] == "never_started"
    assert "talk" not in line.entered
