"""Nothing gets past the guard: neither a request nor our own telephone calls somebody it must not."""

import asyncio

import pytest

from harness.errors import CallError
from harness.model.finding import Json
from harness.sip import SipPhone
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.guard import Guard
from harness.transports.voipbin.site import Credentials, Site

NUMBER = {"type": "tel", "target": "+4930901820"}
NOWHERE = Site(api_url="http://127.0.0.1:9", credentials=Credentials(access_key="vb_test"))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/calls", {"destinations": [NUMBER], "actions": []}),
        ("/groupcalls", {"destinations": [NUMBER]}),
        ("/flows", {"actions": [{"type": "connect", "option": {"destinations": [NUMBER]}}]}),
        ("/activeflows", {"actions": [{"type": "call", "option": {"destinations": [NUMBER]}}]}),
        ("/flows", {"actions": [{"type": "message_send", "option": {"destinations": [NUMBER]}}]}),
    ],
    ids=["call", "group call", "flow that connects", "flow that calls", "flow that writes"],
)
def test_no_request_calls_whoever_is_not_allowed(path: str, body: Json) -> None:
    async def ask() -> None:
        async with VoipbinClient(NOWHERE) as client:
            await client.post(path, body)

    # Nobody listens at that port: a request that left would fail in other words.
    with pytest.raises(CallError, match=r"\+4930901820 is not on the allow-list"):
        asyncio.run(ask())


def test_our_telephone_calls_nobody_who_is_not_allowed() -> None:
    async def call() -> None:
        async with SipPhone().dial("sip:desk@example.org", trial_id="t"):
            pass

    with pytest.raises(CallError, match="not on the allow-list"):
        asyncio.run(call())


def test_the_platform_may_call_our_own_telephone() -> None:
    guard = Guard()
    body = {"destinations": [{"type": "sip", "target": "harness-1@192.0.2.7:5062"}]}
    with pytest.raises(CallError, match="allow-list"):
        guard.check_request("POST", "/calls", body)
    guard.admit_own("sip:harness-1@192.0.2.7:5062;transport=tcp")
    guard.check_request("POST", "/calls", body)
