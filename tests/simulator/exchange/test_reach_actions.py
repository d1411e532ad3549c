"""Actions that reach somebody else: connecting the caller, further calls, group calls, messages."""

from typing import Any

import pytest

from harness.errors import ApiError
from harness.model.call import EventKind, Role
from harness.model.platform import Answering, Callee
from harness.simulator.flows.outbox import SentKind
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.simulator.stage import HOTEL, HOUR_MS, Line, Stage, action

ANNA = Callee(target="anna", ring_ms=2_000, says=("Anna speaking.", "Goodbye."))
BORIS = Callee(target="boris", ring_ms=1_000)


def sip(*targets: str) -> list[dict[str, str]]:
    return [{"type": "sip", "target": target} for target in targets]


def connecting(*callees: Callee, **option: Any) -> tuple[Stage, Line]:
    stage = Stage(callees=callees)
    wanted = sip(*(callee.target for callee in callees))
    line = stage.incoming(
        action("answer"), action("connect", source=HOTEL, destinations=wanted, **option), action("talk", text="Back")
    )
    return stage, line


def test_caller_and_callee_hear_one_another_until_the_callee_leaves() -> None:
    stage, line = connecting(ANNA)
    line.says("May I ask something?", at_ms=6_000)
    stage.run(for_ms=HOUR_MS)
    far = stage.records(Kind.CALL)[1]
    connected_ms = line.time_of(EventKind.CONNECTED)
    assert connected_ms - line.entered_ms("connect") == 2_000
    assert line.spoken() == ["Anna speaking.", "Goodbye.", "Back"]
    assert [event.data.get("by") for event in line.of(EventKind.SPEECH_STARTED, role=Role.AGENT)] == [
        "callee",
        "callee",
        "flow",
    ]
    assert line.time_of(EventKind.CONNECT_ENDED) == line.entered_ms("talk") == far["tm_hangup"]
    assert (far["master_call_id"], far["hangup_by"], far["hangup_reason"]) == (line.leg.id, "remote", "normal")
    assert line.record["chained_call_ids"] == [far["id"]]


@pytest.mark.parametrize(
    ("answering", "reason", "after_ms"),
    [
        (Answering.BUSY, "busy", 2_000),
        (Answering.REJECTS, "noanswer", 2_000),
        (Answering.NO_ANSWER, "noanswer", 60_000),
    ],
    ids=str,
)
def test_flow_goes_on_when_nobody_answers(answering: Answering, reason: str, after_ms: int) -> None:
    stage, line = connecting(Callee(target="anna", answering=answering, ring_ms=2_000))
    stage.run(for_ms=HOUR_MS)
    (ended,) = line.of(EventKind.CONNECT_ENDED)
    assert ended.data == {"target": "anna", "reason": reason}
    assert line.entered_ms("talk") - line.entered_ms("connect") == after_ms
    assert not line.of(EventKind.CONNECTED)


def test_first_who_answers_has_the_caller_and_the_other_is_let_go() -> None:
    stage, line = connecting(ANNA, BORIS)
    line.says("Hello there", at_ms=3_000)
    stage.run(for_ms=10_000)
    _, anna, boris = stage.records(Kind.CALL)
    assert [event.data["target"] for event in line.of(EventKind.CONNECTED)] == ["boris"]
    assert (anna["status"], anna["hangup_reason"], anna["hangup_by"]) == ("hangup", "cancel", "local")
    assert anna["tm_hangup"] == boris["tm_progressing"]
    assert boris["status"] == "progressing"


def test_second_answers_where_the_first_is_busy() -> None:
    stage, line = connecting(Callee(target="anna", answering=Answering.BUSY, ring_ms=500), BORIS)
    stage.run(for_ms=10_000)
    assert [event.data["target"] for event in line.of(EventKind.CONNECTED)] == ["boris"]


@pytest.mark.parametrize("at_ms", [1_000, 10_000], ids=["while it rings", "while they talk"])
def test_callee_is_hung_up_with_the_caller(at_ms: int) -> None:
    stage, line = connecting(Callee(target="anna", ring_ms=5_000))
    stage.at(at_ms, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=HOUR_MS)
    far = stage.records(Kind.CALL)[1]
    assert far["tm_hangup"] == at_ms
    assert far["hangup_by"] == "local"
    assert "talk" not in line.entered


def test_callee_who_is_interrupted_waits_and_says_every_line_once() -> None:
    stage, line = connecting(
        Callee(target="anna", ring_ms=500, says=("One two three four five six.", "Two.", "Three."))
    )
    for place in range(4):
        line.says("So", at_ms=2_000 + 400 * place)
    line.says("Well", at_ms=9_000)
    stage.run(for_ms=HOUR_MS)
    assert line.spoken()[:3] == ["One two three four five six.", "Two.", "Three."]


def test_call_places_others_that_run_on_their_own() -> None:
    stage = Stage(callees=(Callee(target="*", ring_ms=1_000),))
    tell = action("talk", text="Your table is ready")
    line = stage.incoming(
        action("answer"), action("call", source=HOTEL, destinations=sip("x", "y"), actions=[tell]), action("beep")
    )
    stage.run(for_ms=1_000)
    assert line.entered_ms("beep") == line.entered_ms("call")
    stage.run(for_ms=HOUR_MS)
    _, *made = stage.records(Kind.CALL)
    assert [call["destination"]["target"] for call in made] == ["x", "y"]
    assert all(call["tm_hangup"] > line.record["tm_hangup"] for call in made)
    assert {call["master_call_id"] for call in made} == {None}


def test_chained_call_goes_with_the_one_it_was_placed_for() -> None:
    stage = Stage(callees=(Callee(target="*", ring_ms=1_000),))
    stays = [action("sleep", duration=600_000)]
    line = stage.incoming(
        action("answer"),
        action("call", source=HOTEL, destinations=sip("x"), actions=stays, chained=True),
        action("sleep", duration=5_000),
    )
    stage.run(for_ms=HOUR_MS)
    _, made = stage.records(Kind.CALL)
    assert made["master_call_id"] == line.leg.id
    assert line.record["chained_call_ids"] == [made["id"]]
    assert (made["tm_hangup"], made["hangup_by"]) == (line.record["tm_hangup"], "local")


@pytest.mark.parametrize("early", [False, True], ids=["once answered", "early"])
def test_flow_of_a_new_call_begins_when_it_is_answered_or_while_it_rings(early: bool) -> None:
    stage = Stage(callees=(Callee(target="*", ring_ms=3_000),))
    tell = [action("answer"), action("talk", text="Hi"), action("sleep", duration=9_000)]
    stage.incoming(
        action("answer"), action("call", source=HOTEL, destinations=sip("x"), actions=tell, early_execution=early)
    )
    stage.run(for_ms=HOUR_MS)
    made = stage.records(Kind.CALL)[1]
    began = stage.records(Kind.ACTIVEFLOW)[1]["executed_actions"][0]["tm_execute"]
    assert made["tm_progressing"] - made["tm_create"] == 3_000
    assert began == (made["tm_ringing"] if early else made["tm_progressing"])


def test_message_is_kept_as_it_was_sent() -> None:
    stage = Stage()
    kinds = ("case_create", "conversation_send", "email_send", "message_send", "webhook_send")
    line = stage.incoming(*(action(kind, text="to ${who}") for kind in kinds), variables={"who": "Ada"})
    stage.run(for_ms=1_000)
    assert [sent.kind for sent in stage.works.outbox.sent] == [
        SentKind.CASE,
        SentKind.CONVERSATION,
        SentKind.EMAIL,
        SentKind.MESSAGE,
        SentKind.WEBHOOK,
    ]
    assert {sent.activeflow_id for sent in stage.works.outbox.sent} == {line.record["activeflow_id"]}
    assert {sent.data["text"] for sent in stage.works.outbox.sent} == {"to Ada"}


# --- group calls ---


def group(stage: Stage, *targets: str, answer_method: str = "") -> dict[str, Any]:
    return stage.platform.orders.place_groupcall(
        source=HOTEL,
        destinations=[{"type": "extension", "target": target, "target_name": target} for target in targets],
        flow_id="",
        actions=[action("sleep", duration=20_000)],
        ring_method="",
        answer_method=answer_method,
    )


def test_everybody_of_a_group_rings_and_the_first_who_answers_has_it() -> None:
    stage = Stage(callees=(ANNA, BORIS))
    record = group(stage, "anna", "boris")
    stage.run(for_ms=5_000)
    anna, boris = stage.records(Kind.CALL)
    assert record["answer_call_id"] == boris["id"]
    assert (anna["hangup_reason"], boris["status"], record["status"]) == ("cancel", "progressing", "progressing")
    assert {call["groupcall_id"] for call in (anna, boris)} == {record["id"]}
    stage.run(for_ms=HOUR_MS)
    assert (record["status"], record["call_count"]) == ("hangup", 0)
    assert stage.told("groupcall") == ["groupcall_created", "groupcall_progressing", "groupcall_hangup"]


def test_group_may_keep_everybody_who_answers() -> None:
    stage = Stage(callees=(ANNA, BORIS))
    group(stage, "anna", "boris", answer_method="none")
    stage.run(for_ms=4_000)
    assert [call["status"] for call in stage.records(Kind.CALL)] == ["progressing", "progressing"]


def test_group_nobody_answers_is_over_with_its_last_call() -> None:
    stage = Stage(callees=(Callee(target="*", answering=Answering.NO_ANSWER),))
    record = group(stage, "anna", "boris")
    stage.run(for_ms=HOUR_MS)
    assert (record["status"], record["answer_call_id"]) == ("hangup", None)


def test_group_is_hung_up_as_a_whole() -> None:
    stage = Stage(callees=(Callee(target="*", ring_ms=30_000),))
    record = group(stage, "anna", "boris")
    stage.run(for_ms=1_000)
    stage.platform.orders.hang_up_groupcall(record["id"])
    assert [call["hangup_reason"] for call in stage.records(Kind.CALL)] == ["cancel", "cancel"]
    assert record["status"] == "hangup"


@pytest.mark.parametrize(("mode", "status"), [(Mode.CURRENT, 500), (Mode.STRICT, 400)], ids=str)
def test_request_in_which_every_destination_fails_is_refused(mode: Mode, status: int) -> None:
    stage = Stage(mode=mode)
    with pytest.raises(ApiError) as refused:
        stage.placed(target="")
    assert refused.value.http_status == status
