"""Findings, happenings and what the platform kept, as pages, terminal and JUnit show them."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.call import Event, EventKind, Fact, Role
from harness.model.finding import Finding, FindingName, Json, Resource
from harness.model.outcome import Outcome
from harness.model.proof import Proof, Proved
from harness.report.carried import view_carried
from harness.report.findings import all_lines, first_line, view_findings
from harness.report.happenings import view_happenings
from harness.report.junit import junit_tree
from harness.report.kept import view_kept
from harness.report.pages import write_report
from harness.report.text import summarise_run
from harness.report.timeline import draw_timeline
from harness.testing.builders import make_call, make_result, make_turn
from harness.voipbin.troubleshooting import ADVICE
from tests.report.conftest import HOSTILE
from tests.report.reading import trials_of, turns_of

if TYPE_CHECKING:
    from tests.report.conftest import Sample

K = EventKind


def finding(name: FindingName, *, at_ms: int | None = 3000, what: str = "something was seen") -> Finding:
    advice = ADVICE[name]
    return Finding(name=name, at_ms=at_ms, what=what, cause=advice.cause, fix=advice.fix, blames=advice.blames)


def at(at_ms: int, kind: EventKind, text: str = "", /, **data: Fact) -> Event:
    return Event(at_ms=at_ms, kind=kind, text=text, data=data)


def resource(kind: str, /, **fields: Json) -> Resource:
    return Resource(kind=kind, fields=fields)


EVENTS = {
    "tool used": (at(1000, K.TOOL_CALLED, "send_email", arguments="{}"), "the agent used send_email", "{}", "plain"),
    "tool answered": (
        at(1000, K.TOOL_RETURNED, '{"status": "ok"}', name="send_email", ok=True),
        "send_email answered",
        '{"status": "ok"}',
        "plain",
    ),
    "tool failed": (at(1000, K.TOOL_RETURNED, "full", name="send_email", ok=False), "send_email failed", "full", "bad"),
    "platform's key": (at(1000, K.DTMF, "5"), "the platform pressed 5", "", "plain"),
    "phoning": (at(1000, K.CONNECTING, target="+1555"), "the platform phones +1555", "", "plain"),
    "connected": (at(1000, K.CONNECTED, target="+1555"), "the caller is connected with +1555", "", "plain"),
    "busy": (at(1000, K.CONNECT_ENDED, target="+1555", reason="busy"), "+1555 was busy", "", "bad"),
    "no answer": (at(1000, K.CONNECT_ENDED, target="+1555", reason="noanswer"), "+1555 did not answer", "", "bad"),
    "pipeline died": (
        at(1000, K.PIPELINE_ENDED, reason="died"),
        "the AI session is gone (it died); the call goes on in silence",
        "",
        "bad",
    ),
    "session over": (at(1000, K.AICALL_TERMINATED), "the AI session is over; the flow goes on", "", "plain"),
    "fault": (
        at(1000, K.FAULT_INJECTED, "the key is refused", kind="llm_key_invalid"),
        "fault, asked for by the case: the key is refused",
        "",
        "asked",
    ),
    "service": (
        at(1000, K.SERVICE_FAILED, "503", service="acme", stage="llm"),
        "the service acme failed",
        "503",
        "bad",
    ),
}


@pytest.mark.parametrize(("event", "words", "detail", "tone"), EVENTS.values(), ids=EVENTS.keys())
def test_what_happens_beside_speech_is_told_in_words(event: Event, words: str, detail: str, tone: str) -> None:
    (view,) = view_happenings(make_call(events=(event,), duration_ms=9000))
    assert (view.clock, view.words, view.detail, view.tone) == ("0:01.0", words, detail, tone)


SILENT = {
    "the caller's key, which is a turn": replace(at(1000, K.DTMF, "1"), role=Role.CALLER),
    "the session's end with the call": at(9000, K.AICALL_TERMINATED),
    "speech": at(1000, K.SPEECH_STARTED, "Hello"),
}


@pytest.mark.parametrize("event", SILENT.values(), ids=SILENT.keys())
def test_what_is_shown_elsewhere_is_not_told_again(event: Event) -> None:
    assert view_happenings(make_call(events=(event,), duration_ms=9000)) == ()


def test_a_connection_that_was_made_ends_without_alarm() -> None:
    events = (at(1000, K.CONNECTED, target="+1555"), at(5000, K.CONNECT_ENDED, target="+1555", reason="normal"))
    views = view_happenings(make_call(events=events, duration_ms=9000))
    assert [(view.words, view.tone) for view in views][1] == ("the connection with +1555 is over", "plain")


def test_the_timeline_says_how_much_the_transcript_tells_beside_speech() -> None:
    keys = make_turn(Role.CALLER, "", started_ms=4000, keys="12")
    call = make_call(keys, events=(at(1000, K.TOOL_CALLED, "send_email"),), duration_ms=8000)
    picture = draw_timeline(call, None, beside=1)
    assert (picture.duration_ms, picture.tick_s) == (8000, 2)
    assert "1 more event" in picture.summary


def test_a_finding_is_shown_in_sentences_with_who_has_to_act() -> None:
    (view,) = view_findings([finding(FindingName.TTS_VOICE_MISSING)])
    assert (view.title, view.clock) == ("The voice does not exist", "0:03.0")
    assert view.what == "Something was seen."
    assert view.cause.startswith("The AI's tts_voice_id")
    assert view.whose == "a provider behind the platform"


MESSAGES = (
    resource(
        "aimessage",
        role="tool",
        content='{"result": "failed", "message": "full"}',
        tool_call_id="t1",
        tm_create="2026-01-01T00:00:03Z",
    ),
    resource(
        "aimessage",
        role="assistant",
        content="",
        tool_calls=[{"id": "t1", "type": "function", "function": {"name": "send_email", "arguments": "{}"}}],
        tm_create="2026-01-01T00:00:02Z",
    ),
    resource("aimessage", role="user", content="hello", tm_create="2026-01-01T00:00:01Z"),
)


def test_what_the_platform_kept_is_sorted_into_its_places() -> None:
    kept = view_kept(
        (
            *MESSAGES,
            resource("transcript", direction="in", message="hello", tm_transcript="0001-01-01 00:01:02.500000"),
            resource("transcript", direction="out", message="hi", tm_transcript="0001-01-01T00:00:01Z"),
            resource("summary", content="They said hello.", status="done"),
            resource("variables", **{"voipbin.call.digits": "12", "voipbin.call.source.name": ""}),
            resource("aicall", id="a1", status="terminated", engine_key="sk-1"),
        )
    )
    assert kept is not None
    assert [(line.who, line.text.head) for line in kept.messages][:1] == [("user", "hello")]
    assert [(line.who, line.clock, line.text.head) for line in kept.transcripts] == [
        ("platform", "0:01.0", "hi"),
        ("caller", "1:02.5", "hello"),
    ]
    assert [(tool.name, tool.arguments, tool.result, tool.message) for tool in kept.tools] == [
        ("send_email", "{}", "failed", "full")
    ]
    assert kept.summaries == ("They said hello.",)
    assert kept.variables == (("voipbin.call.digits", "12"),)
    assert kept.others == (("AI call", "terminated, id a1"),)
    assert kept.size == "3 messages, 2 transcribed sentences, 3 other things"


LINE_OF_A_CALL = resource(
    "line",
    codec="PCMU",
    transport="udp",
    received_frames=612,
    lost_frames=3,
    jitter_ms=0.42,
    round_trip_ms=None,
    send_delay_ms=11.6,
    uncertainty_ms=6.2,
    notes=["the far end sent no RTCP"],
)


def test_a_real_call_tells_how_exact_its_times_are_and_who_answered() -> None:
    proof = Proof(proved=Proved.DIFFERS, why="another prompt ran", served_prompt_digest="ab" * 32)
    carried = view_carried((*MESSAGES, LINE_OF_A_CALL, proof.resource))
    assert carried is not None
    assert carried.exactness == "times ± 6 ms"
    assert carried.notes == ("the far end sent no RTCP",)
    assert carried.facts == (
        ("Who answered", "another than the arm's: another prompt ran"),
        ("Prompt that ran", "abababababab"),
        ("Codec", "PCMU over udp"),
        ("Packets", "612 packets received, 3 lost"),
        ("Jitter", "0.4 ms"),
        ("Own sound left late by", "11.6 ms"),
    )
    kept = view_kept((*MESSAGES, LINE_OF_A_CALL, proof.resource))
    assert kept is not None
    assert (kept.others, kept.size) == ((), "3 messages")


def test_a_simulated_call_is_carried_by_nobody() -> None:
    assert view_carried(MESSAGES) is None


def test_a_chat_in_writing_has_notes_and_no_exactness() -> None:
    carried = view_carried((resource("line", notes=["the platform told no session"]),))
    assert carried is not None
    assert (carried.exactness, carried.facts) == ("", ())


ODD = {
    "tool result that is no JSON": resource(
        "aimessage", role="tool", content="[1", tool_call_id="t1", tm_create="2026-01-01T00:00:03Z"
    ),
    "tool result that is no object": resource(
        "aimessage", role="tool", content="[1]", tool_call_id="t1", tm_create="2026-01-01T00:00:03Z"
    ),
    "calls that are no list": resource("aimessage", role="assistant", content="x", tool_calls={"a": 1}),
    "a call that is no object": resource("aimessage", role="assistant", content="x", tool_calls=["a"]),
    "an offset that is no time": resource("transcript", direction="in", message="x", tm_transcript="soon"),
    "nothing in it": resource("recording"),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_a_resource_of_an_unexpected_shape_is_still_shown(odd: Resource) -> None:
    assert view_kept((odd, *MESSAGES[1:])) is not None


def test_a_call_of_which_nothing_was_kept_has_no_section() -> None:
    assert view_kept(()) is None


TRIALS = (
    make_result(Outcome.PASSED, call=make_call()),
    make_result(Outcome.FAILED, attempt=2, call=make_call(findings=(finding(FindingName.ONE_WAY_IN, what="a"),))),
    make_result(
        Outcome.FAILED,
        attempt=3,
        call=make_call(findings=(finding(FindingName.DEAD_AIR), finding(FindingName.ONE_WAY_IN, what="b"))),
    ),
)


def test_the_first_cause_is_one_line() -> None:
    assert first_line(TRIALS).startswith("why: the agent heard nothing of the caller. fix: check that RTP goes out")
    assert first_line(TRIALS[:1]) == ""


def test_every_cause_is_listed_once_as_it_was_first_seen() -> None:
    lines = all_lines(TRIALS)
    assert [line.partition(";")[0] for line in lines] == [
        "why: the agent heard nothing of the caller: a",
        "why: nobody answered the caller for long: something was seen",
    ]


def test_the_page_shows_why_and_what_was_kept_and_none_of_it_is_markup(told: "Sample", tmp_path: Path) -> None:
    front = write_report(told.run, run_folder=told.folder, pages=tmp_path / "html")
    path = front.parent / "receptionist" / "v2.html"
    page = path.read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "\x1b" not in page
    (trial,) = trials_of(path)
    assert trial["findings"][0]["title"] == "A tool failed"
    assert trial["findings"][0]["whose"] == "a provider behind the platform"
    assert trial["findings"][1]["start_s"] == "4.000"
    assert trial["kept"]["summaries"] == [HOSTILE]
    assert [turn["keys"] for turn in turns_of(path) if "keys" in turn] == ["1 #"]


def test_the_terminal_says_why_a_case_failed_and_what_to_do(told: "Sample") -> None:
    text = summarise_run(told.run, report=None, run_path=None)
    assert "\n    no\n    why: a tool failed. fix: look at what the tool answered" in text
    assert "\x1b" not in text


def test_the_junit_file_says_why(told: "Sample") -> None:
    failure = junit_tree(told.run).find(".//failure")
    assert failure is not None
    assert failure.get("message") == "no"
    lines = (failure.text or "").splitlines()
    assert [line.partition(":")[2].partition(":")[0] for line in lines[1:]] == [
        " a tool failed",
        " nobody answered the caller for long",
    ]
