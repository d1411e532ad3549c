"""Events in both of their shapes, each once."""

import json
from typing import Any

import pytest

from harness.transports.voipbin.event_reading import EventReader, concluded_type
from harness.voipbin.resources import Kind, new_record, shown

CALL = {
    "id": "c1",
    "source": {},
    "destination": {},
    "hangup_by": "",
    "status": "progressing",
    "tm_update": "2026-01-01T00:00:01.000000Z",
}


def read(*messages: Any) -> list[str]:
    reader = EventReader()
    events = [reader.read(json.dumps(message), at_s=1.0) for message in messages]
    return [event.type for event in events if event is not None]


def wrapped(type_: str, data: Any) -> dict[str, Any]:
    return {"type": type_, "data": data}


def test_a_broad_subscription_tells_each_event_once() -> None:
    assert read(wrapped("call_progressing", CALL), CALL) == ["call_progressing"]
    assert read(CALL, wrapped("call_progressing", CALL)) == ["call_progressing"]


def test_two_events_about_one_state_are_both_told() -> None:
    twice = [wrapped("call_updated", CALL), CALL, wrapped("call_progressing", CALL), CALL]
    assert read(*twice) == ["call_updated", "call_progressing"]


def test_a_type_told_later_than_the_bare_state_is_not_lost() -> None:
    assert read(CALL, wrapped("call_updated", CALL)) == ["call_progressing", "call_updated"]


def test_pieces_of_a_message_are_told_apart_by_their_number() -> None:
    pieces = [{"id": "m1", "aicall_id": "a", "sequence": n, "tm_create": "t"} for n in (1, 2, 2)]
    assert read(*pieces) == ["aimessage_intermediate"] * 2


def test_speech_without_an_id_is_told_apart_by_its_words() -> None:
    speech = [
        wrapped("transcribe_speech_interim", {"transcribe_id": "t", "tm_event": "1", "message": text})
        for text in ("go", "good", "good")
    ]
    assert read(*speech) == ["transcribe_speech_interim"] * 2


@pytest.mark.parametrize("message", ["", "{", "[]", "{}", "17", '{"type": 5, "data": []}x'], ids=str)
def test_what_is_no_event_is_passed_over(message: str) -> None:
    assert EventReader().read(message, at_s=1.0) is None


def test_old_events_are_forgotten() -> None:
    many = [wrapped("call_updated", {**CALL, "id": f"c{n}"}) for n in range(5000)]
    assert len(read(*many, many[0], many[-1])) == 5001


@pytest.mark.parametrize(
    ("kind", "fields", "type_"),
    [
        (Kind.CALL, {"source": {}, "destination": {}, "status": "hangup"}, "call_hangup"),
        (Kind.AICALL, {"status": "progressing"}, "aicall_status_progressing"),
        (Kind.AICALL, {"status": "initiating"}, "aicall_status_initializing"),
        (Kind.MESSAGE, {"aicall_id": "a", "role": "user"}, "aimessage_created"),
        (Kind.TRANSCRIPT, {"transcribe_id": "t", "tm_transcript": 5}, "transcript_created"),
        (Kind.RECORDING, {"status": "recording"}, "recording_started"),
        (Kind.RECORDING, {"status": "ended"}, "recording_finished"),
        (Kind.SUMMARY, {"content": "all"}, "summary_updated"),
        (Kind.TRANSCRIBE, {"status": "done"}, "transcribe_done"),
        (Kind.FLOW, {}, ""),
    ],
)
def test_a_bare_resource_tells_which_event_it_was(kind: Kind, fields: dict[str, Any], type_: str) -> None:
    assert concluded_type(shown(new_record(kind, fields))) == type_
