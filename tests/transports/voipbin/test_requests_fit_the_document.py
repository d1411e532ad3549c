"""Every request the client's verbs send is one the platform's own OpenAPI document knows."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from harness.errors import HarnessError
from harness.transports.voipbin import account, aicalls, ais, calls, kept_evidence, proposals
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodging import lodge
from harness.transports.voipbin.site import Credentials
from harness.voipbin.resources import Kind, new_record, shown
from tests.simulator.server.document import NEEDS_DOCUMENT, document
from tests.simulator.server.stage import SOURCE, WAIT
from tests.transports.voipbin.client_site import HERE, WAIT_S, client_of
from tests.transports.voipbin.fault_server import Request, answering, said
from tests.transports.voipbin.lodging_site import EXPIRES, RUN, flow_case, request_of

pytestmark = NEEDS_DOCUMENT

ID = "11111111-2222-4333-8444-555555555555"
TIME = "2026-01-01T00:00:00.000000Z"
AGENT = {
    **shown(new_record(Kind.AI, {"name": "desk", "engine_model": "openai.gpt-5", "init_prompt": "You are the desk."})),
    "id": ID,
    "direct_hash": "direct.0a1b2c3d4e5f",
}
PROPOSAL = {"ai_id": ID, "audit_ids": [ID], "original_prompt": "a", "proposed_prompt": "b", "rationale": "c"}
ANSWER = {
    **AGENT,
    **PROPOSAL,
    "status": "completed",
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


async def be_lodged(client: VoipbinClient) -> None:
    flow = flow_case({"type": "answer"}, {"type": "ai_talk", "option": {"assistance_id": "${harness.ai_id}"}})
    async with lodge(client, request_of(flow), run_id=RUN, expires=EXPIRES):
        pass


async def be_asked(client: VoipbinClient) -> None:
    await proposals.list_proposals(client, ai_id=ID, status="completed")
    proposal = await proposals.read_proposal(client, ID)
    await proposals.accept(client, proposal)
    await proposals.reject(client, proposal)


VERBS: dict[str, Verb] = {
    "place a call": lambda client: calls.place_call(client, source=SOURCE, destinations=[HERE], actions=[WAIT]),
    "place a flow's call": lambda client: calls.place_call(
        client, source=SOURCE, destinations=[HERE], flow_id=ID, variables={"name": "Ann"}, anonymous="no"
    ),
    "show a call": lambda client: calls.show_call(client, ID),
    "hang up": lambda client: calls.hang_up(client, ID),
    "delete a call": lambda client: calls.delete_call(client, ID),
    "hang up a group": lambda client: calls.hang_up_group(client, ID),
    "chat": lambda client: aicalls.start_chat(client, assistance_id=ID),
    "chat with a team": lambda client: aicalls.start_chat(client, assistance_id=ID, assistance_type="team"),
    "show a session": lambda client: aicalls.show_aicall(client, ID),
    "find a session": lambda client: aicalls.aicall_of_call(client, ID),
    "end a session": lambda client: aicalls.end_aicall(client, ID),
    "say": lambda client: aicalls.send_message(client, ID, text="Hello."),
    "read": lambda client: aicalls.messages_of(client, ID),
    "show the customer": account.show_customer,
    "show the account": account.show_billing_account,
    "list numbers": account.numbers,
    "read events": both_aggregates,
    "analyse SIP": lambda client: kept_evidence.sip_analysis(client, ID),
    "list recordings": lambda client: kept_evidence.recordings_of(client, {"recording_id": ID}),
    "fetch a recording": lambda client: kept_evidence.recording_archive(client, ID),
    "list transcriptions": lambda client: kept_evidence.transcribes_of(client, ID),
    "read a transcription": lambda client: kept_evidence.transcripts_of(client, ID),
    "sum up": lambda client: kept_evidence.summarise(client, reference_type="call", reference_id=ID, language="en-US"),
    "show a summary": lambda client: kept_evidence.show_summary(client, ID),
    "audit": lambda client: kept_evidence.start_audits(client, ID, language="en-US"),
    "list audits": lambda client: kept_evidence.audits_of(client, aicall_id=ID, ai_id=ID),
    "find an AI by its id": lambda client: ais.find_ai(client, ID),
    "find an AI by its name": lambda client: ais.find_ai(client, "desk"),
    "list prompts": lambda client: ais.prompt_versions(client, ID),
    "set a prompt": lambda client: ais.set_prompt(client, AGENT, "You are another desk."),
    "regenerate a hash": lambda client: ais.regenerate_hash(client, ID),
    "lodge an agent": be_lodged,
    "answer a proposal": be_asked,
    "know whose": lambda client: client.customer_id(),
    "boot": lambda client: client.boot("0a1b2c3d4e5f"),
}


def sent(verb: Verb, credentials: Credentials) -> list[Request]:
    async def run() -> list[Request]:
        last = {**ANSWER, "result": []}
        async with asyncio.timeout(WAIT_S), answering(said(ANSWER), said(last)) as server:
            async with client_of(server.url, credentials) as client:
                # What is answered does not always fit what was asked.
                with suppress(HarnessError):
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


@pytest.mark.parametrize(
    ("verb", "last"),
    [
        ("set a prompt", "PUT /v1.0/ais/ID"),
        ("regenerate a hash", "POST /v1.0/ais/ID/direct-hash-regenerate"),
        ("answer a proposal", "POST /v1.0/aipromptproposals/ID/reject"),
        ("lodge an agent", "DELETE /v1.0/ais/ID"),
        ("fetch a recording", "GET /v1.0/recordingfiles/ID"),
    ],
)
def test_a_verb_gets_as_far_as_its_last_request(verb: str, last: str) -> None:
    requests = sent(VERBS[verb], Credentials(access_key="k"))
    assert last in [f"{each.method} {each.path.replace(ID, 'ID')}" for each in requests]
