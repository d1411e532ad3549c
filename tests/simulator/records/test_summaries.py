"""Summaries: when they are done, what they are made from, and that there is one for each reference and language."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from harness.errors import ApiError, ServiceError
from harness.interfaces import SpokenLine
from harness.simulator.kernel.world import World
from harness.simulator.records.summaries import Summaries
from harness.telephone.clock import VirtualClock
from harness.voipbin.mode import Mode
from harness.voipbin.resources import NIL_ID, Kind, Record
from tests.api_document import check_record


class Joins:
    """Writes the lines one after the other."""

    name = "joins"
    is_down = False

    async def summarise(self, lines: Sequence[SpokenLine], *, language: str) -> str:
        if self.is_down:
            raise ServiceError("is down", service=self.name)
        return " / ".join(f"{line.speaker}: {line.text}" for line in lines)


class Office:
    """A world with a call, its transcription, and summaries."""

    def __init__(self, mode: Mode = Mode.SEED) -> None:
        self.world = World(clock=VirtualClock(), seed=1, mode=mode)
        self.summariser = Joins()
        self.done: list[Record] = []
        self.summaries = Summaries(self.world, summariser=self.summariser, on_done=self.done.append)
        self.call = self.world.create(Kind.CALL, status="progressing")
        self.transcribe = self.world.create(Kind.TRANSCRIBE, reference_id=self.call["id"])

    def hear(self, direction: str, message: str, *, at_ms: int, transcribe: Record | None = None) -> None:
        self.world.create(
            Kind.TRANSCRIPT,
            transcribe_id=(transcribe or self.transcribe)["id"],
            direction=direction,
            message=message,
            tm_transcript=at_ms,
        )

    def start(self, reference_type: str, reference_id: str, **fields: Any) -> Record:
        return asyncio.run(self.summaries.start(reference_type=reference_type, reference_id=reference_id, **fields))

    def hang_up(self) -> None:
        self.call["status"] = "hangup"
        asyncio.run(self.summaries.call_ended(self.call["id"]))

    @property
    def told(self) -> list[str]:
        return [event.type for event in self.world.history]


@pytest.fixture
def office() -> Office:
    office = Office()
    office.hear("out", "How can I help?", at_ms=500)
    office.hear("in", "A table.", at_ms=2_000)
    return office


HEARD = "agent: How can I help? / caller: A table."


def test_a_transcription_is_summed_up_at_once_oldest_line_first(office: Office) -> None:
    office.hear("in", "Hello?", at_ms=100)
    summary = office.start("transcribe", office.transcribe["id"])
    assert (summary["status"], summary["content"]) == ("done", f"caller: Hello? / {HEARD}")
    assert office.told == ["summary_created", "summary_updated"]
    assert office.done == [summary]
    check_record(summary, "AIManagerSummary")


def test_a_recording_is_summed_up_from_its_transcription(office: Office) -> None:
    recording = office.world.create(Kind.RECORDING, reference_id=office.call["id"])
    of_recording = office.world.create(Kind.TRANSCRIBE, reference_type="recording", reference_id=recording["id"])
    office.hear("in", "From the tape.", at_ms=0, transcribe=of_recording)
    assert office.start("recording", recording["id"])["content"] == "caller: From the tape."


def test_a_recording_nobody_transcribed_is_summed_up_from_its_call(office: Office) -> None:
    recording = office.world.create(Kind.RECORDING, reference_id=office.call["id"])
    assert office.start("recording", recording["id"])["content"] == HEARD


def test_a_call_is_summed_up_after_it(office: Office) -> None:
    summary = office.start("call", office.call["id"], on_end_flow_id=NIL_ID)
    assert (summary["status"], summary["content"], office.done) == ("progressing", "", [])
    check_record(summary, "AIManagerSummary")
    office.hang_up()
    assert (summary["status"], summary["content"], office.done) == ("done", HEARD, [summary])


def test_a_call_that_is_over_is_summed_up_at_once(office: Office) -> None:
    office.hang_up()
    assert office.start("call", office.call["id"])["status"] == "done"


def test_a_conference_is_summed_up_after_it() -> None:
    office = Office()
    conference = office.world.new_id()
    summary = office.start("conference", conference)
    assert summary["status"] == "progressing"
    asyncio.run(office.summaries.call_ended(conference))
    assert summary["status"] == "done"


def test_a_call_without_transcription_is_summed_up_from_its_ai_messages() -> None:
    office = Office()
    aicall = office.world.create(Kind.AICALL, reference_type="call", reference_id=office.call["id"])
    for role, content in (("system", "Be kind."), ("assistant", "Hello."), ("user", "A table."), ("assistant", "")):
        office.world.create(Kind.MESSAGE, aicall_id=aicall["id"], role=role, content=content)
    office.hang_up()
    assert office.start("call", office.call["id"])["content"] == "agent: Hello. / caller: A table."


def test_two_transcriptions_of_a_call_do_not_say_everything_twice(office: Office) -> None:
    second = office.world.create(Kind.TRANSCRIBE, reference_id=office.call["id"])
    office.hear("in", "A table.", at_ms=2_000, transcribe=second)
    office.hang_up()
    assert office.start("call", office.call["id"])["content"] == HEARD


@pytest.mark.parametrize(
    ("language", "is_same"), [("en-US", True), ("", True), ("nl-BE", False)], ids=["same", "default", "other"]
)
def test_there_is_one_summary_for_each_reference_and_language(office: Office, language: str, is_same: bool) -> None:
    first = office.start("transcribe", office.transcribe["id"], language="en-US")
    second = office.start("transcribe", office.transcribe["id"], language=language)
    assert (first["id"] == second["id"]) is is_same
    assert len(office.done) == (1 if is_same else 2)


def test_a_deleted_summary_makes_room_for_another(office: Office) -> None:
    first = office.start("transcribe", office.transcribe["id"])
    office.world.delete(first)
    assert office.start("transcribe", office.transcribe["id"])["id"] != first["id"]


def test_a_summary_deleted_during_the_call_stays_as_it_is(office: Office) -> None:
    summary = office.start("call", office.call["id"])
    office.world.delete(summary)
    office.hang_up()
    assert (summary["status"], office.done) == ("progressing", [])


@pytest.mark.parametrize(
    ("reference_type", "http_status", "reason"),
    [
        ("", 400, "INVALID_ARGUMENT"),
        ("letter", 400, "INVALID_ARGUMENT"),
        ("call", 404, "CALL_NOT_FOUND"),
        ("transcribe", 404, "TRANSCRIBE_NOT_FOUND"),
        ("recording", 404, "RECORDING_NOT_FOUND"),
    ],
)
def test_nothing_is_summed_up_that_is_not_there(reference_type: str, http_status: int, reason: str) -> None:
    office = Office()
    with pytest.raises(ApiError) as refused:
        office.start(reference_type, NIL_ID)
    assert (refused.value.http_status, refused.value.reason) == (http_status, reason)
    assert office.told == []


def test_a_summariser_that_is_down_leaves_no_summary_behind(office: Office) -> None:
    office.summariser.is_down = True
    with pytest.raises(ApiError) as refused:
        office.start("transcribe", office.transcribe["id"])
    assert refused.value.http_status == 503
    assert not list(office.world.records(Kind.SUMMARY))
    office.summariser.is_down = False
    assert office.start("transcribe", office.transcribe["id"])["content"] == HEARD


def test_a_summariser_that_is_down_at_the_end_of_a_call_leaves_an_empty_summary(office: Office) -> None:
    summary = office.start("call", office.call["id"])
    office.summariser.is_down = True
    office.hang_up()
    assert (summary["status"], summary["content"]) == ("done", "")


@pytest.mark.parametrize(
    ("mode", "updates"),
    [(Mode.SEED, ["caller: Hello.", "caller: Hello. / agent: Hi."]), (Mode.CURRENT, [])],
    ids=["seed", "current"],
)
def test_only_the_tutorial_sees_a_summary_grow_while_they_talk(mode: Mode, updates: list[str]) -> None:
    office = Office(mode)
    summary = office.start("call", office.call["id"])
    for direction, message in (("in", "Hello."), ("out", "Hi."), ("out", "")):
        if message:
            office.hear(direction, message, at_ms=len(list(office.world.records(Kind.TRANSCRIPT))))
        asyncio.run(office.summaries.live_update(summary["id"]))
    seen = [event.data["content"] for event in office.world.history if event.type == "summary_updated"]
    assert seen == updates
    assert summary["status"] == "progressing"
