"""Recordings: when they end, what is kept of them, and that their files hold what was on the line."""

import io
import wave
import zipfile
from typing import Any

import numpy as np
import pytest

from harness.audio.clip import Samples
from harness.errors import ApiError
from harness.model.call import Tier
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import HOUR_MS, Line, Stage, action


def recorded(
    *, says: tuple[tuple[str, int], ...] = (), presses: str = "", tier: Tier = Tier.TEXT, **option: Any
) -> tuple[Stage, Line, Record]:
    """Hold a call of 20 s that is recorded from its beginning."""
    stage = Stage(tier=tier)
    line = stage.incoming(
        action("answer"),
        action("recording_start", **option),
        action("talk", text="One two three four five"),
        action("sleep", duration=18_500),
    )
    for text, at_ms in says:
        line.says(text, at_ms=at_ms)
    line.presses(presses, at_ms=5_000)
    stage.run(for_ms=HOUR_MS)
    (record,) = stage.records(Kind.RECORDING)
    return stage, line, record


def files(archive: bytes) -> dict[str, Samples]:
    """Read the files of an archive by their direction."""
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        found = {}
        for name in packed.namelist():
            with wave.open(io.BytesIO(packed.read(name))) as file:
                assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8_000, 1, 2)
                samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            found[name.removesuffix(".wav").rpartition("_")[2]] = samples.astype(np.int16)
        return found


@pytest.mark.parametrize(
    ("option", "says", "presses", "ends_ms"),
    [
        pytest.param({}, (), "", None, id="with the call"),
        pytest.param({"duration": 4}, (), "", 4_000, id="time is up"),
        pytest.param({"end_of_key": "#"}, (), "1#", 5_200, id="key"),
        pytest.param({"end_of_key": "*"}, (), "1#", None, id="another key"),
        pytest.param({"end_of_silence": 3}, (), "", 3_000, id="silence from the start"),
        pytest.param({"end_of_silence": 3}, (("One two", 2_000),), "", 5_600, id="silence after speech"),
        pytest.param(
            {"end_of_silence": 3}, (("One", 2_000), ("Two", 4_000)), "", 7_300, id="silence after more speech"
        ),
        pytest.param({"end_of_silence": 9, "duration": 2}, (), "", 2_000, id="whichever comes first"),
    ],
)
def test_recording_ends_by_time_key_silence_or_the_call(
    option: dict[str, Any], says: tuple[tuple[str, int], ...], presses: str, ends_ms: int | None
) -> None:
    stage, line, record = recorded(says=says, presses=presses, **option)
    begun_ms = line.entered_ms("recording_start")
    is_absolute = bool(presses or says)
    expected_ms = line.record["tm_hangup"] if ends_ms is None else ends_ms + (0 if is_absolute else begun_ms)
    assert (record["tm_start"], record["tm_end"], record["status"]) == (begun_ms, expected_ms, "ended")
    assert stage.told("recording") == ["recording_started", "recording_finished"]
    assert (line.record["recording_id"], line.record["recording_ids"]) == (None, [record["id"]])


def test_archive_holds_each_direction_exactly_as_it_was_on_the_line() -> None:
    stage, line, record = recorded(says=(("Six seven", 3_000),), tier=Tier.AUDIO, duration=6)
    sides = files(stage.platform.recordings.archive(record["id"]))
    tape = line.leg.lines.window(record["tm_start"], record["tm_end"])
    assert tape is not None
    assert np.array_equal(sides["in"], tape.caller.samples)
    assert np.array_equal(sides["out"], tape.agent.samples)
    assert sides["in"].any()
    assert sides["out"].any()
    assert len(sides["in"]) == 6_000 * 8


def test_same_call_gives_the_same_archive() -> None:
    archives = []
    for _ in range(2):
        stage, _, record = recorded(says=(("Six seven", 3_000),), tier=Tier.AUDIO)
        archives.append(stage.platform.recordings.archive(record["id"]))
    assert archives[0] == archives[1]


def test_recording_without_sound_is_silence_of_its_length() -> None:
    stage, _, record = recorded(duration=2)
    sides = files(stage.platform.recordings.archive(record["id"]))
    assert sorted(sides) == ["in", "out"]
    assert all(len(samples) == 2_000 * 8 and not samples.any() for samples in sides.values())


def test_flow_knows_its_recording_once_it_has_ended() -> None:
    stage, line, record = recorded(duration=1)
    known = stage.variables(line)
    assert known["voipbin.recording.id"] == record["id"]
    assert known["voipbin.recording.reference_id"] == line.leg.id
    assert len(known["voipbin.recording.filenames"].split(",")) == 2


def test_flow_that_was_asked_for_runs_when_the_recording_has_ended() -> None:
    stage = Stage()
    tell = {"type": "message_send", "option": {"text": "${voipbin.recording.id}"}}
    flow = stage.platform.flows.create({"name": "after", "actions": [tell]})
    stage.incoming(action("answer"), action("recording_start", duration=1, on_end_flow_id=flow["id"]), action("echo"))
    stage.run(for_ms=HOUR_MS)
    assert [sent.data["text"] for sent in stage.works.outbox.sent] == [stage.records(Kind.RECORDING)[0]["id"]]


def test_flow_starts_and_stops_recordings_one_at_a_time() -> None:
    stage = Stage()
    stop, start = action("recording_stop"), action("recording_start")
    line = stage.incoming(
        action("answer"), stop, start, start, action("sleep", duration=1_000), stop, start, action("beep")
    )
    stage.run(for_ms=HOUR_MS)
    made = stage.records(Kind.RECORDING)
    assert [each["tm_end"] - each["tm_start"] for each in made] == [1_000, 500]
    assert line.record["recording_ids"] == [each["id"] for each in made]


def test_request_starts_and_stops_a_recording_and_is_refused_twice() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("echo"))
    stage.run(for_ms=1_000)
    control = stage.platform.leg(line.leg.id)
    ask: dict[str, Any] = {
        "format": "wav",
        "end_of_silence": 0,
        "end_of_key": "",
        "duration": 0,
        "on_end_flow_id": None,
    }
    control.start_recording(**ask)
    with pytest.raises(ApiError, match="recorded already"):
        control.start_recording(**ask)
    control.stop_recording()
    with pytest.raises(ApiError, match="not being recorded"):
        control.stop_recording()


@pytest.mark.parametrize(("id", "status"), [("nobody", 404), ("", 409)], ids=["unknown", "running"])
def test_archive_that_is_not_there_is_refused(id: str, status: int) -> None:
    stage = Stage()
    stage.incoming(action("answer"), action("recording_start"), action("echo"))
    stage.run(for_ms=1_000)
    with pytest.raises(ApiError) as refused:
        stage.platform.recordings.archive(id or stage.records(Kind.RECORDING)[0]["id"])
    assert refused.value.http_status == status


def test_recording_that_is_deleted_while_it_runs_ends_and_takes_its_sound_with_it() -> None:
    stage = Stage(tier=Tier.AUDIO)
    line = stage.incoming(action("answer"), action("recording_start"), action("echo"))
    stage.run(for_ms=1_000)
    (record,) = stage.records(Kind.RECORDING)
    stage.platform.recordings.delete(record)
    assert (record["status"], line.record["recording_id"]) == ("ended", None)
    assert stage.told("recording") == ["recording_started", "recording_finished"]
    with pytest.raises(ApiError) as refused:
        stage.platform.recordings.archive(record["id"])
    assert refused.value.http_status == 404


# --- what a request does to the sound ---


@pytest.mark.parametrize(
    ("act", "in_heard", "out_heard"),
    [("hold", False, False), ("music", True, False), ("silence", True, False)],
)
def test_what_is_kept_from_the_line_is_on_no_tape(act: str, in_heard: bool, out_heard: bool) -> None:
    stage, line = sounding()
    getattr(stage.platform.leg(line.leg.id), act)(True)
    assert heard(stage, line) == (in_heard, out_heard)
    getattr(stage.platform.leg(line.leg.id), act)(False)
    assert heard(stage, line) == (True, True)


@pytest.mark.parametrize(
    ("direction", "in_heard", "out_heard"), [("both", False, False), ("in", False, True), ("out", True, False)]
)
def test_mute_is_kept_in_the_call_until_it_is_taken_back(direction: str, in_heard: bool, out_heard: bool) -> None:
    stage, line = sounding()
    control = stage.platform.leg(line.leg.id)
    control.mute(direction)
    assert line.record["mute_direction"] == direction
    assert heard(stage, line) == (in_heard, out_heard)
    control.silence(True)
    control.silence(False)
    assert heard(stage, line) == (in_heard, out_heard)
    control.unmute()
    assert line.record["mute_direction"] == ""
    assert heard(stage, line) == (True, True)


def sounding() -> tuple[Stage, Line]:
    stage = Stage(tier=Tier.AUDIO)
    line = stage.incoming(action("answer"), *[action("talk", text="One two three four")] * 90)
    stage.run(for_ms=1_000)
    return stage, line


def heard(stage: Stage, line: Line) -> tuple[bool, bool]:
    """Whether anything of either side arrives from the next utterance on."""
    stage.run(for_ms=2_000)
    line.says("Five six", at_ms=stage.clock.now_ms())
    start_ms = stage.clock.now_ms()
    stage.run(for_ms=3_000)
    tape = line.leg.lines.window(start_ms, stage.clock.now_ms())
    assert tape is not None
    return bool(tape.caller.samples.any()), bool(tape.agent.samples.any())
