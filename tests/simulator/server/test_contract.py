"""Every operation: its happy path and its refusals, each answer as the platform's own OpenAPI document has it."""

import json

import httpx
import pytest

from harness.simulator.server.operations import Access, Operation, Reads
from harness.voipbin.mode import Mode
from tests.api_document import DOCUMENT
from tests.simulator.server.conftest import Client, ClientMaker
from tests.simulator.server.document import (
    AMENDMENTS,
    DOCUMENTED,
    NEEDS_DOCUMENT,
    Amendment,
    document,
    documented,
    faults,
    name_of,
)
from tests.simulator.server.happy import COLLECTIONS, HAPPY, MISSING, Happy
from tests.simulator.server.stage import filled, furnish

pytestmark = NEEDS_DOCUMENT


def check(response: httpx.Response, path: str, method: str) -> None:
    is_json = response.headers.get("content-type") == "application/json"
    found = faults(path, method, response.status_code, response.json()) if is_json else []
    assert not found, found


def test_every_operation_of_the_document_that_is_served_has_a_happy_path() -> None:
    served = {(operation.method, documented(operation)) for operation in DOCUMENTED}
    assert served == {(happy.method, happy.documented) for happy in HAPPY}


def test_every_operation_is_one_of_the_document() -> None:
    paths = document()["paths"]
    unknown = [name_of(each) for each in DOCUMENTED if each.method.lower() not in paths.get(documented(each), {})]
    assert not unknown


@pytest.mark.parametrize("amendment", AMENDMENTS, ids=lambda amendment: amendment.reason)
def test_every_amendment_is_still_one(amendment: Amendment) -> None:
    read = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    before = json.dumps(read)
    amendment.apply(read["components"]["schemas"], read["paths"])
    assert json.dumps(read) != before


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("happy", HAPPY, ids=lambda happy: f"{happy.method} {happy.path}")
def test_happy_path(serve: ClientMaker, mode: Mode, happy: Happy) -> None:
    client = serve(mode)
    ids = furnish(client.platform)
    collection = happy.path.split("/")[1]
    if collection in COLLECTIONS:
        ids["id"] = ids[COLLECTIONS[collection].value]
    if happy.first:
        method, path, body = filled(happy.first, ids)
        client.done(method, f"/v1.0{path}", body)
    root = "" if happy.path.startswith("/auth/") else "/v1.0"
    body = None if happy.body is None else filled(happy.body, ids)
    response = client.ask(happy.method, root + filled(happy.asked or happy.path, ids), body)
    assert response.status_code == happy.status, response.text
    check(response, happy.documented, happy.method)


@pytest.mark.parametrize("operation", [each for each in DOCUMENTED if each.access is not Access.ANYONE], ids=name_of)
def test_without_a_credential(client: Client, operation: Operation) -> None:
    response = client.ask(
        operation.method, operation.root + operation.path.replace("{", "").replace("}", ""), params={}
    )
    assert response.status_code == 401
    check(response, documented(operation), operation.method)


WITH_ID = [each for each in DOCUMENTED if "id}" in each.path]


def asked(operation: Operation, id: str) -> str:
    path = operation.path.replace("{resource_type}", "calls").replace("{history_id}", MISSING)
    for name in ("{id}", "{resource_id}", "{call_id}"):
        path = path.replace(name, id)
    return operation.root + path


@pytest.mark.parametrize("operation", WITH_ID, ids=name_of)
def test_an_id_that_is_none(client: Client, operation: Operation) -> None:
    response = client.ask(
        operation.method, asked(operation, "five"), {} if operation.reads is not Reads.NOTHING else None
    )
    assert (response.status_code, response.json()["error"]["reason"]) == (400, "INVALID_ID")
    check(response, documented(operation), operation.method)


@pytest.mark.parametrize("operation", WITH_ID, ids=name_of)
def test_an_id_nobody_has(client: Client, operation: Operation) -> None:
    body: dict[str, object] | None = {} if operation.reads is not Reads.NOTHING else None
    response = client.ask(operation.method, asked(operation, MISSING), body)
    assert response.status_code == 404, response.text
    assert response.json()["error"]["reason"].endswith("_NOT_FOUND")
    check(response, documented(operation), operation.method)


@pytest.mark.parametrize("operation", [each for each in DOCUMENTED if each.reads is Reads.OBJECT], ids=name_of)
@pytest.mark.parametrize("content", [b"", b"{", b"[]"], ids=["empty", "broken", "list"])
def test_no_json_object(client: Client, operation: Operation, content: bytes) -> None:
    response = client.ask(operation.method, asked(operation, MISSING), content=content)
    assert (response.status_code, response.json()["error"]["reason"]) == (400, "INVALID_JSON_BODY")
    check(response, documented(operation), operation.method)
