"""Which events leave the platform, on which topics, in which shape, and for whom."""

import json
from typing import Any

import pytest

from harness.voipbin.events import Payloads, Subscriber, body, is_delivered, may_subscribe, publications

CID = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
AGENT = "33333333-3333-4333-8333-333333333333"


@pytest.mark.parametrize(
    ("event_type", "delivered"),
    [
        ("call_hangup", True),
        ("aicall_status_progressing", True),
        ("aimessage_intermediate", True),
        ("activeflow_created", True),
        ("transcribe_speech_interim", True),
        ("groupcall_created", True),
        ("summary_updated", True),
        ("speaking_started", False),
        ("streaming_started", False),
        ("dtmf_received", False),
        ("confbridge_joined", False),
        ("flow_created", False),
        ("message_bot_transcription", False),
        ("aiaudit_created", False),
        ("aipromptproposal_updated", False),
    ],
)
def test_internal_events_stay_inside(event_type: str, delivered: bool) -> None:
    assert is_delivered(event_type) is delivered
    told = publications(event_type, {"id": "a", "customer_id": CID}, customer_id=CID)
    assert bool(told) is delivered


@pytest.mark.parametrize(
    ("event_type", "data", "topics"),
    [
        pytest.param(
            "call_hangup",
            {"id": "c1", "customer_id": CID},
            [f"customer_id:{CID}:call:c1", f"customer_id:{CID}:call-manager:call_hangup:c1"],
            id="call",
        ),
        pytest.param(
            "aimessage_created",
            {"id": "m1", "aicall_id": "s1", "customer_id": CID},
            [f"customer_id:{CID}:aicall:s1", f"customer_id:{CID}:ai-manager:aimessage_created:m1"],
            id="messages-are-told-where-the-session-is",
        ),
        pytest.param(
            "transcribe_speech_interim",
            {"streaming_id": "x", "transcribe_id": "t1"},
            [
                f"customer_id:{CID}:transcribe:t1",
                f"customer_id:{CID}:transcribe-manager:transcribe_speech_interim:t1",
            ],
            id="speech-without-an-id-or-an-owner",
        ),
        pytest.param(
            "customer_updated",
            {"id": OTHER},
            [f"customer_id:{OTHER}:customer:{OTHER}", f"customer_id:{OTHER}:customer-manager:customer_updated:{OTHER}"],
            id="a-customer-owns-itself",
        ),
        pytest.param(
            "call_ringing",
            {"id": "c1", "customer_id": CID, "owner_type": "agent", "owner_id": AGENT},
            [
                f"customer_id:{CID}:call:c1",
                f"customer_id:{CID}:call-manager:call_ringing:c1",
                f"agent_id:{AGENT}:call:c1",
            ],
            id="a-persons-call",
        ),
    ],
)
def test_an_event_is_published_on_its_resource_and_on_its_twin(
    event_type: str, data: dict[str, Any], topics: list[str]
) -> None:
    assert [told.topic for told in publications(event_type, data, customer_id=CID)] == topics


@pytest.mark.parametrize(
    ("payloads", "wrapped"),
    [(Payloads.BOTH, [True, False]), (Payloads.WRAPPED, [True, True]), (Payloads.BARE, [False, False])],
)
def test_payloads_are_wrapped_or_bare_as_asked(payloads: Payloads, wrapped: list[bool]) -> None:
    data = {"id": "c1", "customer_id": CID, "tm_create": 1500, "status": "ringing", "tm_hangup": None}
    resource = {
        "id": "c1",
        "customer_id": CID,
        "tm_create": "2026-01-01T00:00:01.500000Z",
        "status": "ringing",
    }
    told = [json.loads(p.payload) for p in publications("call_ringing", data, customer_id=CID, payloads=payloads)]
    assert told == [{"type": "call_ringing", "data": resource} if wrap else resource for wrap in wrapped]


def test_an_event_never_shows_a_credential() -> None:
    data = {"id": "k1", "customer_id": CID, "token": "vb_secret", "token_prefix": "vb_s"}
    assert "vb_secret" not in body("accesskey_created", data)
    assert all("vb_secret" not in told.payload for told in publications("accesskey_created", data, customer_id=CID))


KEY = Subscriber(customer_id=CID)
PERSON = Subscriber(customer_id=CID, agent_id=AGENT)
DIRECT = Subscriber(customer_id=CID, is_direct=True)


@pytest.mark.parametrize(
    ("topic", "subscriber", "allowed"),
    [
        (f"customer_id:{CID}", KEY, True),
        (f"customer_id:{CID}:", KEY, True),
        (f"customer_id:{CID}:call", KEY, True),
        (f"customer_id:{CID}:ca", KEY, True),
        (f"customer_id:{CID}:call:c1", PERSON, True),
        (f"customer_id:{CID}:call-manager:call_hangup:c1", KEY, True),
        (f"customer_id:{OTHER}:call", KEY, False),
        (f"customer_id:{CID[:-1]}", KEY, False),
        ("customer_id:", KEY, False),
        ("customer_id", KEY, False),
        ("", KEY, False),
        ("call:c1", KEY, False),
        ("*", KEY, False),
        (f"agent_id:{AGENT}", PERSON, True),
        (f"agent_id:{AGENT}:call", PERSON, True),
        (f"agent_id:{OTHER}", PERSON, False),
        (f"agent_id:{AGENT}", KEY, False),
        ("agent_id:", KEY, False),
        (f"customer_id:{CID}:aicall:s1", DIRECT, True),
        (f"customer_id:{CID}:aicall:", DIRECT, False),
        (f"customer_id:{CID}:aicall", DIRECT, False),
        (f"customer_id:{CID}", DIRECT, False),
        (f"customer_id:{CID}:call:c1", DIRECT, False),
        (f"customer_id:{CID}:aicall:s1:more", DIRECT, False),
        (f"customer_id:{OTHER}:aicall:s1", DIRECT, False),
    ],
)
def test_topics_are_ones_own_or_refused(topic: str, subscriber: Subscriber, allowed: bool) -> None:
    assert may_subscribe(topic, subscriber) is allowed
