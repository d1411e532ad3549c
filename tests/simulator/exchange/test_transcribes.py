"""Transcriptions of a call: whose words, in which order, at which offset, and what is told of them."""

import asyncio
from typing import Any

import pytest

from harness.errors import ApiError
from harness.model.call import EventKind, Tier
from harness.testing.speech import EchoEars
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import HOUR_MS, Line, Stage, action

WORD_MS = 300


def transcribed(**option: Any) -> tuple[Stage, Line, Record]:
    """Hold a call in which the flow and the caller speak in turn, transcribed from 1,000 ms after its answer."""
    stage = Stage()
    line = stage.incoming(
        action("answer"),
        action("sleep", duration=1_000),
        action("transcribe_start", **option),
        action("talk", text="One two three"),
        action("sleep", duration=10_000),
    )
    line.says("Four five", at_ms=6_000)
    stage.run(for_ms=HOUR_MS)
    return stage, line, stage.records(Kind.TRANSCRIBE)[0]


def transcripts(stage: Stage) -> list[tuple[str, str]]:
    return [(each["direction"], each["message"]) for each in stage.records(Kind.TRANSCRIPT)]


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("", [("out", "One two three"), ("in", "Four five")]),
        ("both", [("out", "One two three"), ("in", "Four five")]),
        ("in", [("in", "Four five")]),
        ("out", [("out", "One two three")]),
    ],
)
def test_sides_are_those_that_were_asked_for(direction: str, expected: list[tuple[str, str]]) -> None:
    stage, _, record = transcribed(direction=direction)
    assert transcripts(stage) == expected
    assert (record["direction"], record["language"], record["status"]) == (direction or "both", "en-US", "done")


def test_offset_is_the_end_of_the_words_counted_from_the_start() -> None:
    stage, line, _ = transcribed()
    begun_ms = line.entered_ms("transcribe_start")
    spoken_ms = line.time_of(EventKind.SPEECH_STARTED)
    out, heard = stage.records(Kind.TRANSCRIPT)
    assert out["tm_transcript"] == spoken_ms + 3 * WORD_MS - begun_ms
    assert heard["tm_transcript"] == 6_000 + 2 * WORD_MS - begun_ms


def test_everything_is_told_in_order() -> None:
    stage, _, _ = transcribed(direction="in")
    told = stage.told("transcribe", "transcript")
    assert told == [
        "transcribe_created",
        "transcribe_progressing",
        "transcribe_speech_started",
        "transcribe_speech_ended",
        "transcript_created",
        "transcribe_done",
    ]
    ended = next(event for event in stage.world.history if event.type == "transcribe_speech_ended")
    assert (ended.data["direction"], ended.data["message"], ended.data["tm_event"]) == ("in", "Four five", ended.at_ms)


def test_interims_are_told_to_those_who_watch_and_not_kept() -> None:
    stage = Stage()
    seen: list[str] = []
    stage.world.watch(lambda event: seen.append(event.data.get("message", "")) if "interim" in event.type else None)
    line = stage.incoming(action("answer"), action("transcribe_start", direction="in"), action("sleep", duration=9_000))
    line.says("Four five six", at_ms=2_000)
    stage.run(for_ms=HOUR_MS)
    assert seen == ["Four", "Four five", "Four five six"]
    assert "transcribe_speech_interim" not in stage.told("transcribe")


def test_words_the_call_ended_before_are_lost() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("transcribe_start"), action("sleep", duration=2_000))
    line.says("One two three four five six seven eight nine ten", at_ms=1_000)
    stage.run(for_ms=HOUR_MS)
    assert transcripts(stage) == []
    assert stage.records(Kind.TRANSCRIBE)[0]["status"] == "done"
    assert line.kinds[-1] == "call_hangup"


def test_agent_who_is_interrupted_is_transcribed_as_far_as_it_was_heard_and_at_once() -> None:
    stage = Stage("One two three four five six seven eight nine ten eleven twelve thirteen.", "Yes?")
    line = stage.with_ai(action("transcribe_start", direction="out"))
    line.says("Stop", at_ms=3_000)
    stage.run(for_ms=30_000)
    cut_ms = line.time_of(EventKind.AUDIO_CUT)
    first = stage.records(Kind.TRANSCRIPT)[0]
    played = line.spoken()[0]
    assert 0 <= len(played.split()) - len(first["message"].split()) <= 1
    assert played.startswith(first["message"])
    assert cut_ms < first["tm_create"] < cut_ms + 1_000


def test_flow_knows_its_transcription_and_another_runs_when_it_is_done() -> None:
    stage = Stage()
    tell = {"type": "message_send", "option": {"text": "${voipbin.transcribe.id} ${voipbin.transcribe.language}"}}
    flow = stage.platform.flows.create({"name": "after", "actions": [tell]})
    line = stage.incoming(action("answer"), action("transcribe_start", language="de-DE", on_end_flow_id=flow["id"]))
    stage.run(for_ms=HOUR_MS)
    (record,) = stage.records(Kind.TRANSCRIBE)
    assert stage.variables(line)["voipbin.transcribe.id"] == record["id"]
    assert [sent.data["text"] for sent in stage.works.outbox.sent] == [f"{record['id']} de-DE"]


def asked_for(stage: Stage, **fields: Any) -> Record:
    ask: dict[str, Any] = {
        "reference_type": "call",
        "language": "",
        "direction": "",
        "provider": "",
        "on_end_flow_id": None,
    }
    return asyncio.run(stage.platform.start_transcribe(**(ask | fields)))


def test_request_starts_and_stops_one() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=20_000))
    stage.run(for_ms=1_000)
    record = asked_for(stage, reference_id=line.leg.id, direction="in")
    line.says("Four five", at_ms=2_000)
    stage.at(5_000, lambda: stage.platform.transcribes.stop(record["id"]) and None)
    line.says("Six", at_ms=6_000)
    stage.run(for_ms=HOUR_MS)
    assert transcripts(stage) == [("in", "Four five")]
    assert stage.platform.transcribes.stop(record["id"])["status"] == "done"
    assert stage.told("transcribe_done") == ["transcribe_done"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"reference_id": "nobody"}, 404),
        ({"direction": "up"}, 400),
        ({"reference_type": "conference"}, 400),
        ({"reference_type": "recording", "reference_id": "none"}, 404),
    ],
    ids=["no call", "no direction", "no kind", "no recording"],
)
def test_request_that_cannot_be_met_is_refused(fields: dict[str, str], status: int) -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("echo"))
    stage.run(for_ms=1_000)
    with pytest.raises(ApiError) as refused:
        asked_for(stage, **({"reference_id": line.leg.id} | fields))
    assert refused.value.http_status == status


class SoundEars(EchoEars):
    """Hears "something" wherever there is sound."""

    async def hear(self, utterance: Any) -> Any:
        has_sound = utterance.clip is not None and utterance.clip.samples.any()
        return await super().hear(type(utterance)(text="something" if has_sound else "", duration_ms=300, clip=None))


def test_recording_is_transcribed_side_by_side() -> None:
    stage = Stage(tier=Tier.AUDIO, parts={"ears": lambda _: SoundEars()})
    line = stage.incoming(action("answer"), action("recording_start", duration=5), action("sleep", duration=9_000))
    line.says("Four five", at_ms=2_000)
    stage.run(for_ms=HOUR_MS)
    recording = stage.records(Kind.RECORDING)[0]
    record = asked_for(stage, reference_type="recording", reference_id=recording["id"])
    assert record["status"] == "done"
    assert transcripts(stage) == [("in", "something")]


# --- speaking into a call on request ---


def speaking(stage: Stage, line: Line, **fields: str) -> Record:
    ask = {"reference_type": "call", "language": "", "provider": "", "voice_id": "", "direction": ""}
    return stage.platform.speakings.start(**(ask | {"reference_id": line.leg.id} | fields))


def test_texts_are_spoken_one_after_the_other_until_they_are_flushed_or_stopped() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=60_000))
    stage.run(for_ms=1_000)
    record = speaking(stage, line)
    stage.platform.speakings.say(record["id"], "One two.")
    stage.platform.speakings.say(record["id"], "Three four.")
    stage.run(for_ms=5_000)
    stage.platform.speakings.say(record["id"], "word " * 20)
    stage.run(for_ms=1_500)
    stage.platform.speakings.flush(record["id"])
    stage.run(for_ms=10_000)
    spoken = line.spoken()
    assert spoken[:2] == ["One two.", "Three four."]
    assert len(spoken[2].split()) < 6
    assert stage.platform.speakings.stop(record["id"])["status"] == "stopped"
    with pytest.raises(ApiError, match="is over"):
        stage.platform.speakings.say(record["id"], "Never")
    assert stage.told("speaking") == ["speaking_started", "speaking_stopped"]


def test_speaking_ends_with_its_call_and_there_is_one_at_a_time() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=5_000))
    stage.run(for_ms=1_000)
    record = speaking(stage, line)
    with pytest.raises(ApiError, match="already"):
        speaking(stage, line)
    stage.platform.speakings.say(record["id"], "word " * 40)
    stage.run(for_ms=HOUR_MS)
    assert record["status"] == "stopped"
    assert line.kinds[-1] == "call_hangup"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"provider": "acme"}, 400),
        ({"direction": "up"}, 400),
        ({"reference_type": "confbridge"}, 400),
        ({"reference_id": "x"}, 404),
    ],
    ids=str,
)
def test_speaking_that_cannot_be_is_refused(fields: dict[str, str], status: int) -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("echo"))
    stage.run(for_ms=1_000)
    with pytest.raises(ApiError) as refused:
        speaking(stage, line, **fields)
    assert refused.value.http_status == status
