"""Every request the client's verbs send is one the platform's own OpenAPI document knows."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from harness.transports.voipbin import account, aicalls, calls, kept_evidence
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials
from tests.simulator.server.document import NEEDS_DOCUMENT, document
from tests.simulator.server.stage import SIP, SOURCE, WAIT
from tests.transports.voipbin.client_site import WAIT_S, client_of
from tests.transports.voipbin.fault_server import Request, answering, said

pytestmark = NEEDS_DOCUMENT

ID = "11111111-2222-4333-8444-555555555555"
TIME = "2026-01-01T00:00:00.000000Z"
ANSWER = {
    "id": ID,
    "calls": [{"id": ID}],
    "call_ids": [ID],
    "token": "t",
    "customer_id": ID,
    "result": [{"id": ID, "tm_create": TIME, "reference_id": ID}],
    "next_page_token": TIME,
}
Verb = Callable[[VoipbinClient], Awaitable[Any]]


async def both_aggregates(client: VoipbinClient) -> None:
    await kept_evidence.events_of(client, call_id=ID)
    await kept_evidence.events_of(client, activeflow_id=ID)


VERBS: dict[str, Verb] = {
    "place a call": lambda client: calls.place_call(client, source=SOURCE, destinations=[SIP], actions=[WAIT]),
    "place a flow's call": lambda client: calls.place_call(
        client, source=SOURCE, destinations=[SIP], flow_id=ID, variables={"name": "Ann"}, anonymous="no"
    ),
    "show a call": lambda client: calls.show_call(client, ID),
    "find a call": lambda client: calls.incoming_call(client, target=ID, since=TIME),
    "hang up": lambda client: calls.hang_up(client, ID),
    "delete a call": lambda client: calls.delete_call(client, ID),
    "show a group": lambda client: calls.calls_of_group(client, ID),
    "hang up a group": lambda client: calls.hang_up_group(client, ID),
    "chat": lambda client: aicalls.start_chat(client, assistance_id=ID),
    "chat with a team": lambda client: aicalls.start_chat(client, assistance_id=ID, assistance_type="team"),
    "show a session": lambda client: aicalls.show_aicall(client, ID),
    "find a session": lambda client: aicalls.aicall_of_call(client, ID),
    "end a session": lambda client: aicalls.end_aicall(client, ID),
    "delete a session": lambda client: aicalls.delete_aicall(client, ID),
    "say": lambda client: aicalls.send_message(client, ID, text="Hello."),
    "read": lambda client: aicalls.messages_of(client, ID),
    "show me": account.show_me,
    "show the customer": account.show_customer,
    "show the account": account.show_billing_account,
    "list numbers": account.numbers,
    "read events": both_aggregates,
    "analyse SIP": lambda client: kept_evidence.sip_analysis(client, ID),
    "capture SIP": lambda client: kept_evidence.sip_capture(client, ID),
    "list recordings": lambda client: kept_evidence.recordings_of(client, {"recording_id": ID}),
    "fetch a recording": lambda client: kept_evidence.recording_archive(client, ID),
    "list transcriptions": lambda client: kept_evidence.transcribes_of(client, ID),
    "read a transcription": lambda client: kept_evidence.transcripts_of(client, ID),
    "sum up": lambda client: kept_evidence.summarise(client, reference_type="call", reference_id=ID, language="en-US"),
    "show a summary": lambda client: kept_evidence.show_summary(client, ID),
    "audit": lambda client: kept_evidence.start_audits(client, ID, language="en-US"),
    "show an audit": lambda client: kept_evidence.show_audit(client, ID),
    "list audits": lambda client: kept_evidence.audits_of(client, aicall_id=ID, ai_id=ID),
    "know whose": lambda client: client.customer_id(),
    "boot": lambda client: client.boot("0a1b2c3d4e5f"),
}


def sent(verb: Verb, credentials: Credentials) -> list[Request]:
    async def run() -> list[Request]:
        last = {**ANSWER, "result": []}
        async with asyncio.timeout(WAIT_S), answering(said(ANSWER), said(last)) as server:
            async with client_of(server.url, credentials) as client:
                await verb(client)
            return server.asked

    return asyncio.run(run())


def faults(request: Request) -> list[str]:
    """Return how a request differs from the document."""
    path = request.path.removeprefix("/v1.0")
    template = next((each for each in document()["paths"] if _fits(each, path)), "")
    operation = document()["paths"].get(template, {}).get(request.method.lower())
    if operation is None:
        return [f"{request.method} {path} is not in the document"]
    known = {_resolved(each)["name"] for each in operation.get("parameters", [])}
    unknown = request.query.keys() - known - {"accesskey"}
    found = [f"{request.method} {path} has no parameter {name}" for name in sorted(unknown)]
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return found + (["a body where there is none"] if request.body else [])
    if not request.body:
        return [*found, "no body"]
    assert request.headers["content-type"] == "application/json"
    whole = {**schema, "components": document()["components"]}
    validator = OAS30Validator(whole, format_checker=oas30_format_checker)
    body = json.loads(request.body)
    found += [f"{each.json_path}: {each.message}" for each in validator.iter_errors(body)]
    properties = _resolved(schema).get("properties", {})
    return found + [f"the body has no field {name}" for name in sorted(body.keys() - properties.keys())]


def _fits(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), path) is not None


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    found: Any = value
    if "$ref" in value:
        found = document()
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return dict(found)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_request_is_one_the_document_knows(verb: Verb) -> None:
    requests = sent(verb, Credentials(access_key="k"))
    assert requests
    assert [fault for request in requests for fault in faults(request)] == []


def test_every_verb_is_tried() -> None:
    modules = (calls, aicalls, account, kept_evidence)
    verbs = {
        name
        for module in modules
        for name, each in vars(module).items()
        if asyncio.iscoroutinefunction(each) and each.__module__ == module.__name__
    }
    tried = {name for verb in VERBS.values() for name in (*verb.__code__.co_names, verb.__name__)}
    assert verbs - tried == set()
