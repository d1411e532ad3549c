"""What a call's state does not allow, and requests of those who may ask nothing: refused, with nothing changed."""

from typing import Any

import pytest

from harness.model.platform import Answering, Callee
from tests.contract.site import listed, open_site, order, place
from tests.simulator.server.conftest import Client
from tests.simulator.server.happy import HAPPY, RECORDING, Happy
from tests.simulator.server.stage import AI, WAIT, filled, furnish, run
from tests.simulator.server.test_bad_input import state_of

WEEK_S = 7 * 24 * 3600
NOBODY = Callee(target="*", answering=Answering.NO_ANSWER)
STATES = {"dialing": -1, "ringing": 1_000, "hangup": 61_000}
"""States of a call that nobody answers, and when it is in them."""
DEEDS: tuple[tuple[str, str, object], ...] = (
    ("POST", "talk", {"text": "Hello?"}),
    ("POST", "hold", None),
    ("DELETE", "hold", None),
    ("POST", "mute", {"direction": "both"}),
    ("DELETE", "mute", None),
    ("POST", "moh", None),
    ("DELETE", "moh", None),
    ("POST", "silence", None),
    ("DELETE", "silence", None),
    ("POST", "recording_start", RECORDING),
)
CHANGING = [each for each in HAPPY if each.method != "GET" and not each.path.startswith("/auth/")]


def unanswered(state: str) -> tuple[Client, str]:
    """Return a platform whose only call is in a state, and its id."""
    client = open_site(callee=NOBODY)
    call = client.done("POST", "/v1.0/calls", order(WAIT))
    run(client.platform, for_ms=STATES[state])
    assert client.done("GET", f"/v1.0/calls/{call['id']}")["status"] == state
    return client, call["id"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("method", "deed", "body"), DEEDS, ids=[f"{method} {deed}" for method, deed, _ in DEEDS])
def test_a_call_that_is_not_answered_cannot_be_worked_with(method: str, deed: str, body: object, state: str) -> None:
    client, id = unanswered(state)
    before = state_of(client.platform)
    reason = "CALL_ALREADY_HANGUP" if state == "hangup" else "CALL_STATE_INVALID"
    assert client.refused(method, f"/v1.0/calls/{id}/{deed}", body) == (409, reason)
    assert state_of(client.platform) == before


def test_what_has_ended_ends_once_and_stays_as_it_ended() -> None:
    client = open_site()
    ai = client.done("POST", "/v1.0/ais", AI)
    talk = {"type": "ai_talk", "option": {"assistance_type": "ai", "assistance_id": ai["id"]}}
    call = place(client, {"type": "answer"}, talk, for_ms=20_000)
    (aicall,) = listed(client, "aicalls")
    client.done("POST", f"/v1.0/activeflows/{call['activeflow_id']}/stop")
    run(client.platform, for_ms=20_000)
    before = state_of(client.platform)
    assert client.done("POST", f"/v1.0/activeflows/{call['activeflow_id']}/stop")["status"] == "ended"
    assert client.done("POST", f"/v1.0/aicalls/{aicall['id']}/terminate")["status"] == "terminated"
    assert client.refused("POST", f"/v1.0/calls/{call['id']}/hangup") == (409, "CALL_ALREADY_HANGUP")
    run(client.platform, for_ms=20_000)
    assert state_of(client.platform) == before


@pytest.mark.parametrize("happy", CHANGING, ids=lambda happy: f"{happy.method} {happy.path}")
def test_a_token_that_has_expired_changes_nothing(client: Client, happy: Happy) -> None:
    ids = furnish(client.platform)
    ids["id"] = ids["flow"]
    token = client.service.doorkeeper.admin.token
    client.wall.seconds += WEEK_S
    before = state_of(client.platform)
    path, body = filled(happy.asked or happy.path, ids), filled(happy.body, ids)
    refused = client.refused(happy.method, f"/v1.0{path}", body, params={"token": token})
    assert refused == (401, "INVALID_CREDENTIALS")
    assert state_of(client.platform) == before


@pytest.mark.parametrize(
    "happy", [each for each in CHANGING if each.body], ids=lambda each: f"{each.method} {each.path}"
)
def test_a_body_that_breaks_off_changes_nothing(client: Client, happy: Happy) -> None:
    ids = furnish(client.platform)
    ids["id"] = ids["flow"]
    before = state_of(client.platform)
    path = filled(happy.asked or happy.path, ids)
    assert client.refused(happy.method, f"/v1.0{path}", content=b'{"name": "x", "detail') == (400, "INVALID_JSON_BODY")
    assert state_of(client.platform) == before


@pytest.mark.parametrize(
    "action",
    [
        {"type": "call", "option": {"destinations": [{"type": "sip", "target": "a@b"}], "actions": [{"type": "leap"}]}},
        {"type": "fetch_flow", "option": {"flow_id": "five"}},
        {"type": "connect", "option": {"destinations": 5}},
        {"type": "goto", "option": {"target_id": {}, "loop_count": "often"}},
        {"type": "branch", "option": {"target_ids": []}},
        {"type": "talk", "option": {"text": ["Hello"], "language": 5}},
        {"type": "sleep", "option": {"duration": "long"}},
        {"type": "digits_receive", "option": {"length": "x", "duration": None}},
        {"type": "recording_start", "option": {"duration": "x", "end_of_key": 5}},
        {"type": "condition_datetime", "option": {"condition": "?", "month": "May", "weekdays": 3}},
        {"type": "variable_set", "option": {"key": 5, "value": {"a": 1}}},
        {"type": "ai_talk", "option": {"assistance_id": ["x"], "initial_prompt": 5}},
        {"type": "webhook_send", "option": {"uri": 5, "data": {"a": []}}},
        {"type": "transcribe_start", "option": {"language": 5, "direction": "up"}},
    ],
    ids=lambda action: action["type"],
)
def test_options_nobody_checked_end_that_flow_or_that_action_and_nothing_else(
    action: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    client = open_site()
    other = place(client, {"type": "answer"}, {"type": "sleep", "option": {"duration": 300_000}}, for_ms=10_000)
    call = place(client, {"type": "answer"}, action, WAIT, for_ms=200_000)
    assert call["status"] in ("progressing", "hangup")
    assert client.done("GET", f"/v1.0/calls/{other['id']}")["status"] == "progressing"
    run(client.platform, for_ms=3_700_000)
    assert {each["status"] for each in listed(client, "calls")} == {"hangup"}
    assert {each["status"] for each in listed(client, "activeflows")} == {"ended"}
    assert caplog.records == []
