"""Timelines, signalling and analyses: the evidence that is left of a call."""

import asyncio
from typing import Any

import pytest

from harness.errors import ApiError
from harness.simulator.kernel.world import World
from harness.simulator.records.timelines import Timelines, event_document
from harness.telephone.clock import VirtualClock
from harness.voipbin.analysis import TurnEvent, measure
from harness.voipbin.resources import NIL_ID, Kind, Record
from harness.voipbin.voice_quality import LegQuality
from tests.api_document import answer_schema, check_record, check_value


class Scene:
    """A world in which things happen at given moments."""

    def __init__(self) -> None:
        self.world = World(clock=VirtualClock(), seed=1)
        self.quality: LegQuality | None = LegQuality(loss_pct=1, jitter_ms=10, rtt_ms=40)
        self.timelines = Timelines(self.world, quality=lambda id: self.quality)

    def pass_to(self, at_ms: int) -> None:
        async def go() -> None:
            self.world.clock.at(at_ms, lambda: None)
            while self.world.clock.now_ms() < at_ms:
                await self.world.clock.step()

        asyncio.run(go())

    def call(self, **fields: Any) -> Record:
        call = self.world.create(Kind.CALL, event="call_created", **fields)
        flow = self.world.create(
            Kind.ACTIVEFLOW, event="activeflow_created", reference_type="call", reference_id=call["id"]
        )
        call["activeflow_id"] = flow["id"]
        return call

    def flow_of(self, call: Record) -> Record:
        return self.world.require(Kind.ACTIVEFLOW, call["activeflow_id"])

    def say(self, aicall: Record, role: str, content: str) -> None:
        self.world.create(
            Kind.MESSAGE,
            event="aimessage_created",
            aicall_id=aicall["id"],
            activeflow_id=aicall["activeflow_id"],
            role=role,
            content=content,
        )

    def end(self, call: Record, *, reason: str = "normal", by: str = "remote") -> None:
        now_ms = self.world.clock.now_ms()
        ended = {"status": "hangup", "tm_hangup": now_ms, "hangup_reason": reason, "hangup_by": by}
        self.world.change(call, event="call_hangup", **ended)
        self.world.change(self.flow_of(call), event="activeflow_updated", status="ended")

    def conversation(self) -> Record:
        """A call with two questions, a slow second answer and a failed tool."""
        call = self.call(direction="incoming", source={"type": "tel", "target": "+15551230001"})
        self.world.change(call, event="call_progressing", status="progressing", tm_progressing=0)
        aicall = self.world.create(
            Kind.AICALL,
            event="aicall_status_initializing",
            activeflow_id=call["activeflow_id"],
            reference_type="call",
            reference_id=call["id"],
        )
        self.pass_to(200)
        self.world.change(aicall, event="aicall_status_progressing", status="progressing")
        script = [
            (1_000, "assistant", "Hello."),
            (3_000, "user", "Are you open?"),
            (3_900, "assistant", "Yes."),
            (8_000, "user", "A table"),
            (8_500, "user", "for four."),
            (9_000, "assistant", ""),
            (9_500, "tool", '{"tool_call_id":"c","result":"failed","message":"no"}'),
            (13_000, "assistant", "Sorry, that did not work."),
        ]
        for at_ms, role, content in script:
            self.pass_to(at_ms)
            self.say(aicall, role, content)
        self.pass_to(15_000)
        self.end(call)
        return call


@pytest.fixture
def scene() -> Scene:
    return Scene()


def refusal(call: Any, *args: Any, **named: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        call(*args, **named)
    return refused.value.http_status, refused.value.reason


def test_a_timeline_holds_everything_the_flow_touched_newest_first(scene: Scene) -> None:
    call = scene.conversation()
    other = scene.call()
    transcribe = scene.world.create(
        Kind.TRANSCRIBE, event="transcribe_created", activeflow_id=call["activeflow_id"], reference_id=call["id"]
    )
    # Neither names the flow: the one leads there by its transcription, the other by its call.
    scene.world.create(Kind.TRANSCRIPT, event="transcript_created", transcribe_id=transcribe["id"])
    scene.world.create(Kind.SPEAKING, event="speaking_started", reference_id=call["id"])
    scene.world.create(Kind.SPEAKING, event="speaking_started", reference_id=other["id"])
    by_call = scene.timelines.aggregated(call_id=call["id"])
    assert [event.type for event in by_call] == [
        "speaking_started",
        "transcript_created",
        "transcribe_created",
        "call_hangup",
        *["aimessage_created"] * 8,
        "aicall_status_progressing",
        "aicall_status_initializing",
        "call_progressing",
        "call_created",
    ]
    assert scene.timelines.aggregated(activeflow_id=call["activeflow_id"]) == by_call


def test_an_event_is_shown_as_the_api_document_says(scene: Scene) -> None:
    call = scene.conversation()
    document = event_document(scene.timelines.aggregated(call_id=call["id"])[0])
    assert (document["timestamp"], document["event_type"]) == ("2026-01-01T00:00:15.000000Z", "call_hangup")
    assert document["data"]["tm_hangup"] == "2026-01-01T00:00:15.000000Z"
    check_value(document, {"$ref": "#/components/schemas/TimelineManagerEvent"})


def test_a_deleted_call_can_still_be_looked_back_on(scene: Scene) -> None:
    call = scene.conversation()
    scene.world.delete(call, event="call_deleted")
    assert scene.timelines.aggregated(call_id=call["id"])[0].type == "call_deleted"


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({}, (400, "INVALID_ARGUMENT")),
        ({"call_id": NIL_ID, "activeflow_id": NIL_ID}, (400, "INVALID_ARGUMENT")),
        ({"call_id": "x"}, (400, "INVALID_CALL_ID")),
        ({"activeflow_id": "x"}, (400, "INVALID_ACTIVEFLOW_ID")),
        ({"call_id": NIL_ID}, (404, "CALL_NOT_FOUND")),
        ({"activeflow_id": NIL_ID}, (404, "ACTIVEFLOW_NOT_FOUND")),
    ],
    ids=str,
)
def test_a_timeline_is_of_exactly_one_thing(scene: Scene, asked: dict[str, str], refused: tuple[int, str]) -> None:
    assert refusal(scene.timelines.aggregated, **asked) == refused


def test_events_are_those_of_the_resource_alone(scene: Scene) -> None:
    call = scene.conversation()
    assert [event.type for event in scene.timelines.events("calls", call["id"])] == [
        "call_hangup",
        "call_progressing",
        "call_created",
    ]
    assert [event.type for event in scene.timelines.events("activeflows", call["activeflow_id"])] == [
        "activeflow_updated",
        "activeflow_created",
    ]
    assert refusal(scene.timelines.events, "calls", NIL_ID) == (404, "CALL_NOT_FOUND")
    assert refusal(scene.timelines.events, "conferences", NIL_ID) == (404, "CONFERENCE_NOT_FOUND")
    assert refusal(scene.timelines.events, "cats", NIL_ID) == (400, "INVALID_RESOURCE_TYPE")


@pytest.mark.parametrize(
    ("call", "methods"),
    [
        ({}, ["INVITE"]),
        ({"tm_ringing": 5}, ["INVITE", "180"]),
        ({"tm_progressing": 9}, ["INVITE", "200", "ACK"]),
        ({"tm_progressing": 9, "tm_hangup": 99}, ["INVITE", "200", "ACK", "BYE", "200"]),
        ({"tm_hangup": 9, "hangup_reason": "busy"}, ["INVITE", "486", "ACK"]),
        ({"tm_hangup": 9, "hangup_reason": "noanswer"}, ["INVITE", "480", "ACK"]),
        ({"tm_hangup": 9, "hangup_reason": "failed"}, ["INVITE", "503", "ACK"]),
        ({"tm_hangup": 9, "hangup_reason": "cancel"}, ["INVITE", "CANCEL", "200", "487", "ACK"]),
        (
            {"tm_hangup": 9, "hangup_reason": "normal", "direction": "incoming", "hangup_by": "remote"},
            ["INVITE", "CANCEL", "200", "487", "ACK"],
        ),
    ],
    ids=str,
)
def test_signalling_follows_from_what_became_of_the_call(
    scene: Scene, call: dict[str, Any], methods: list[str]
) -> None:
    analysis = scene.timelines.sip_analysis(scene.call(**call)["id"])
    assert [message["method"] for message in analysis["sip_messages"]] == methods
    check_value(analysis, answer_schema("/timelines/calls/{call_id}/sip-analysis"))


@pytest.mark.parametrize(
    ("direction", "by", "sender"),
    [
        ("incoming", "local", "203.0.113.10"),
        ("incoming", "remote", "198.51.100.20"),
        ("outgoing", "local", "203.0.113.10"),
        ("outgoing", "remote", "198.51.100.20"),
    ],
)
def test_whoever_hangs_up_says_bye(scene: Scene, direction: str, by: str, sender: str) -> None:
    call = scene.call(direction=direction, hangup_by=by, tm_progressing=1, tm_hangup=2)
    [bye] = [each for each in scene.timelines.sip_analysis(call["id"])["sip_messages"] if each["method"] == "BYE"]
    assert bye["src_ip"] == sender


def test_an_address_cannot_write_headers_of_its_own(scene: Scene) -> None:
    call = scene.call(destination={"type": "sip", "target": "sip:a@b>\r\nEvil: yes\r\n\r\n"})
    [invite] = scene.timelines.sip_analysis(call["id"])["sip_messages"]
    assert "\r\nEvil" not in invite["raw"]


def test_a_lines_quality_is_known_once_an_answered_call_has_ended(scene: Scene) -> None:
    call = scene.conversation()
    stats = scene.timelines.sip_analysis(call["id"])["rtcp_stats"]
    assert (stats["packet_loss_pct"], stats["jitter"], stats["rtt"]) == (1, 10, 40_000)
    assert (stats["rtp_packets"], stats["rtp_bytes"], stats["rtcp_packets"]) == (742, 742 * 172, 3)
    assert 3.5 < stats["mos"] < 4.0
    scene.quality = None
    assert scene.timelines.sip_analysis(call["id"])["rtcp_stats"] is None
    scene.quality = LegQuality(loss_pct=0)
    assert scene.timelines.sip_analysis(scene.call(tm_progressing=1)["id"])["rtcp_stats"] is None


def test_signalling_can_be_had_as_a_capture(scene: Scene) -> None:
    raw = scene.timelines.pcap(scene.conversation()["id"])
    assert raw.startswith(b"\xd4\xc3\xb2\xa1")
    assert raw.count(b"SIP/2.0\r\n") == 3


def analysed(scene: Scene, call: Record) -> Record:
    analysis = scene.timelines.analyses.start(call["activeflow_id"])
    scene.pass_to(scene.world.clock.now_ms() + 3_000)
    assert analysis["status"] == "completed"
    check_record(analysis, "TimelineManagerAnalysis")
    result: Record = analysis["result"]
    return result


def test_a_verdict_measures_the_conversation(scene: Scene) -> None:
    result = analysed(scene, scene.conversation())
    assert (result["version"], result["overall_status"]) == (3, "warning")
    assert result["metrics"] == {
        "turns_user": 3,
        "turns_bot": 3,
        "first_response_ms": 800,
        "avg_response_ms": 3_467,
        "max_response_ms": 5_000,
        "max_gap_ms": 4_500,
    }
    assert (result["outcome"]["result"], result["outcome"]["ended_by"]) == ("completed", "remote")
    assert [(issue["severity"], issue["area"]) for issue in result["issues"]] == [
        ("warning", "latency"),
        ("warning", "tool"),
    ]
    assert [each["speaker"] for each in result["interactions"]] == ["bot", "user", "bot", "user", "user", "bot"]
    assert {each["type"]: each["count"] for each in result["resources_used"]} == {
        "call": 1,
        "aicall": 1,
        "aimessage": 8,
    }
    assert result["session_context"]["duration_ms"] == 15_000


def test_a_silent_ai_is_an_error(scene: Scene) -> None:
    call = scene.call()
    aicall = scene.world.create(Kind.AICALL, activeflow_id=call["activeflow_id"])
    scene.world.change(aicall, event="aicall_status_progressing", status="progressing")
    scene.say(aicall, "user", "Hello?")
    scene.world.change(call, tm_progressing=0)
    scene.end(call)
    result = analysed(scene, call)
    assert result["overall_status"] == "error"
    [issue] = result["issues"]
    assert (issue["area"], issue["evidence"][0]["event_type"]) == ("llm", "aicall_status_progressing")


@pytest.mark.parametrize(
    ("reason", "was_answered", "result"),
    [
        ("normal", True, "completed"),
        ("normal", False, "no_answer"),
        ("timeout", True, "completed"),
        ("busy", False, "busy"),
        ("noanswer", False, "no_answer"),
        ("failed", False, "failed"),
        ("dialout", False, "failed"),
        ("", True, "unknown"),
    ],
)
def test_the_outcome_follows_from_how_the_call_ended(
    scene: Scene, reason: str, was_answered: bool, result: str
) -> None:
    call = scene.call(tm_progressing=0 if was_answered else None)
    scene.end(call, reason=reason)
    found = analysed(scene, call)
    assert found["outcome"]["result"] == result
    assert "metrics" not in found


def test_a_flow_without_a_call_has_run_to_its_end(scene: Scene) -> None:
    flow = scene.world.create(Kind.ACTIVEFLOW, status="ended")
    assert analysed(scene, {"activeflow_id": flow["id"]})["outcome"]["result"] == "completed"


def test_only_an_ended_flow_is_analysed(scene: Scene) -> None:
    start = scene.timelines.analyses.start
    assert refusal(start, scene.call()["activeflow_id"]) == (409, "FLOW_STATE_INVALID")
    assert refusal(start, NIL_ID) == (404, "ACTIVEFLOW_NOT_FOUND")


def test_an_analysis_is_made_once_and_again_only_on_demand_after_a_minute(scene: Scene) -> None:
    call = scene.conversation()
    start = scene.timelines.analyses.start
    first = start(call["activeflow_id"])
    assert start(call["activeflow_id"], reanalyze=True) is first
    scene.pass_to(20_000)
    assert start(call["activeflow_id"]) is first
    assert first["status"] == "completed"
    assert refusal(start, call["activeflow_id"], reanalyze=True) == (429, "RATE_LIMIT_EXCEEDED")
    scene.pass_to(75_000)
    again = start(call["activeflow_id"], reanalyze=True)
    assert (again["id"], again["status"], again["result"]) == (first["id"], "progressing", None)


def test_twenty_analyses_run_at_a_time_and_no_more(scene: Scene) -> None:
    flows = [scene.world.create(Kind.ACTIVEFLOW, status="ended")["id"] for _ in range(21)]
    for flow in flows[:20]:
        scene.timelines.analyses.start(flow)
    assert refusal(scene.timelines.analyses.start, flows[20]) == (429, "RATE_LIMIT_EXCEEDED")
    scene.pass_to(3_000)
    scene.timelines.analyses.start(flows[20])


def test_a_deleted_analysis_is_not_finished_and_can_be_made_anew(scene: Scene) -> None:
    call = scene.conversation()
    first = scene.timelines.analyses.start(call["activeflow_id"])
    scene.world.delete(first)
    assert scene.timelines.analyses.start(call["activeflow_id"])["id"] != first["id"]
    scene.pass_to(20_000)
    assert first["result"] is None


def turns(*events: tuple[int, str]) -> list[TurnEvent]:
    return [TurnEvent(at_ms=at_ms, is_user=side == "user") for at_ms, side in events]


@pytest.mark.parametrize(
    ("events", "begun_ms", "measured"),
    [
        ([], 0, {"turns_user": 0, "turns_bot": 0}),
        ([(700, "bot")], 200, {"turns_user": 0, "turns_bot": 1, "first_response_ms": 500}),
        ([(700, "bot")], None, {"turns_user": 0, "turns_bot": 1}),
        ([(1, "user"), (9, "user")], 0, {"turns_user": 2, "turns_bot": 0, "max_gap_ms": 8}),
        (
            [(0, "user"), (10, "bot"), (30, "user"), (60, "bot"), (100, "bot")],
            0,
            {
                "turns_user": 2,
                "turns_bot": 3,
                "first_response_ms": 10,
                "avg_response_ms": 20,
                "max_response_ms": 30,
                "max_gap_ms": 40,
            },
        ),
    ],
    ids=["nothing", "greeting", "no-session", "no-answer", "talk"],
)
def test_pace_is_measured_by_the_platforms_definitions(
    events: list[tuple[int, str]], begun_ms: int | None, measured: dict[str, int]
) -> None:
    assert measure(turns(*events), begun_ms=begun_ms).document == measured
