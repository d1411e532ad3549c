"""What the platform keeps, in the shape it really has, as events of the call."""

import json
from typing import Any

from harness.model.call import EventKind
from harness.transports.voipbin.told_events import told_events
from harness.voipbin.resources import Record

KEY = "type: DTMF_EVENT\ndigit: 5\nduration: 200"


def clock(written: object) -> int | None:
    return None if written is None else int(str(written))


def message(at: int, role: str, content: str = "", **more: Any) -> Record:
    return {"tm_create": at, "role": role, "content": content, **more}


def row(at: int, event_type: str, **data: Any) -> Record:
    return {"timestamp": at, "event_type": event_type, "data": data}


def test_messages_tell_what_was_heard_answered_and_done() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "send_email", "arguments": '{"subject": "x"}'}}
    failed = json.dumps({"tool_call_id": "c1", "result": "failed", "message": "no address"})
    messages = [
        message(10, "system", "You are the desk."),
        message(20, "assistant", "Hello."),
        message(30, "user", "Write to me."),
        message(40, "assistant", "", tool_calls=[call]),
        message(50, "tool", failed, tool_call_id="c1"),
        message(60, "user", KEY),
        message(70, "assistant", "I could not."),
        message(80, "notification", "another member"),
    ]
    told = told_events((), messages, clock=clock)
    assert [(e.at_ms, e.kind.value, e.text, dict(e.data)) for e in told] == [
        (10, "aimessage_created", "You are the desk.", {"role": "system"}),
        (20, "aimessage_created", "Hello.", {"role": "assistant", "reply": 0}),
        (30, "aimessage_created", "Write to me.", {"role": "user"}),
        (30, "transcript_created", "Write to me.", {"by": "session"}),
        (40, "aimessage_created", "", {"role": "assistant"}),
        (40, "tool_called", "send_email", {"id": "c1", "arguments": '{"subject": "x"}'}),
        (50, "aimessage_created", failed, {"role": "tool"}),
        (50, "tool_returned", "no address", {"id": "c1", "name": "send_email", "ok": False}),
        (60, "aimessage_created", KEY, {"role": "user"}),
        (70, "aimessage_created", "I could not.", {"role": "assistant", "reply": 1}),
        (80, "aimessage_created", "another member", {"role": "notification"}),
    ]


def test_the_timeline_tells_of_sessions_and_of_what_was_transcribed() -> None:
    timeline = [
        row(5, "call_progressing"),
        row(10, "aicall_status_initializing"),
        row(20, "aicall_status_progressing"),
        row(30, "transcribe_speech_interim", direction="in", message="write"),
        row(40, "transcript_created", direction="in", message="Write to me."),
        row(50, "transcript_created", direction="out", message="Hello."),
        row(60, "aicall_status_terminated"),
        {"timestamp": 70, "event_type": "call_hangup", "data": None},
    ]
    actions: list[Record] = [
        {"type": "answer", "id": "a", "tm_execute": 6},
        {"type": "ai_talk", "id": "b", "tm_execute": 9},
        {"type": "talk", "id": "c"},
    ]
    told = told_events(timeline, (), actions=actions, clock=clock)
    assert [(e.at_ms, e.kind, e.text or e.data.get("type")) for e in told] == [
        (6, EventKind.ACTION_ENTERED, "answer"),
        (9, EventKind.ACTION_ENTERED, "ai_talk"),
        (10, EventKind.AICALL_INITIALIZING, None),
        (20, EventKind.AICALL_PROGRESSING, None),
        (30, EventKind.TRANSCRIPT_INTERIM, "write"),
        (40, EventKind.TRANSCRIPT_FINAL, "Write to me."),
        (60, EventKind.AICALL_TERMINATED, None),
    ]
    assert told[5].data["by"] == "transcribe"


def test_a_broken_record_is_no_event() -> None:
    broken = message(1, "assistant", "x", tool_calls=["?", {"id": "y"}])
    assert len(told_events([{"timestamp": 3}], [broken, message(2, "tool", "{"), {"role": "user"}], clock=clock)) == 3
