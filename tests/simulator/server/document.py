"""The platform's OpenAPI document, put right where the contract says that it is wrong, and checks against it."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from harness.simulator.server.operations import Operation
from harness.simulator.server.routes import OPERATIONS
from tests.api_document import DOCUMENT

NEEDS_DOCUMENT = pytest.mark.skipif(
    not DOCUMENT.is_file(), reason=f"the platform's OpenAPI document is not at {DOCUMENT}"
)

SPELLED = {
    "/billings/{id}": "/billings/{billing-id}",
    "/billing-accounts": "",
    "/billing-accounts/{id}": "",
    "/ping": "",
    "/auth/login": "",
    "/files/recordings/{id}": "",
}
"""Paths the document names otherwise, or not at all."""

Schemas = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One place where the document says what the platform does not do."""

    contract: str
    """The section that knows better."""
    reason: str
    apply: Callable[[Schemas, dict[str, Any]], None]
    """Changes the schemas and the paths."""


def _also(schema: str, *values: str) -> Callable[[Schemas, dict[str, Any]], None]:
    def apply(schemas: Schemas, _paths: dict[str, Any]) -> None:
        schemas[schema]["enum"] += values

    return apply


def _any_text(schema: str) -> Callable[[Schemas, dict[str, Any]], None]:
    def apply(schemas: Schemas, _paths: dict[str, Any]) -> None:
        schemas[schema] = {"type": "string"}

    return apply


def _address_types(schemas: Schemas, _paths: dict[str, Any]) -> None:
    schemas["CommonAddress"]["properties"]["type"]["enum"] += ["ai", "ai_team", "whatsapp", "webchat"]


def _prompt_histories(_schemas: Schemas, paths: dict[str, Any]) -> None:
    content = paths["/ais/{id}/prompt_histories"]["get"]["responses"]["200"]["content"]
    content["application/json"]["schema"] = {
        "type": "object",
        "required": ["result"],
        "properties": {
            "result": {"type": "array", "items": {"$ref": "#/components/schemas/AIManagerAIPromptHistory"}},
            "next_page_token": {"type": "string"},
        },
    }


AMENDMENTS = (
    Amendment(
        contract="2.1",
        reason="an address may be an AI, a team, a WhatsApp account or a web chat",
        apply=_address_types,
    ),
    Amendment(
        contract="3.3",
        reason="three accepted action types are not listed; the tutorial's `ai` is accepted in seed mode (8, row 7)",
        apply=_also("FlowManagerActionType", "ai_task", "block", "case_create", "ai"),
    ),
    Amendment(
        contract="4.1",
        reason="any model of a known provider is accepted, and what is not given is shown empty",
        apply=_any_text("AIManagerAIEngineModel"),
    ),
    Amendment(
        contract="4.1",
        reason="google is a recogniser",
        apply=_also("AIManagerAISTTType", "google"),
    ),
    Amendment(
        contract="4.4",
        reason="prompt histories come in the envelope of every other list",
        apply=_prompt_histories,
    ),
)


@cache
def document() -> dict[str, Any]:
    """Return the amended document."""
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for amendment in AMENDMENTS:
        amendment.apply(read["components"]["schemas"], read["paths"])
    return read


@cache
def _validator(path: str, method: str, status: int) -> OAS30Validator | None:
    """Return what validates a JSON body; None where the document knows no body."""
    operation = document()["paths"][path][method.lower()]
    responses = operation["responses"]
    # What every operation may answer, and few list.
    response = responses.get(str(status)) or {"$ref": "#/components/responses/BadRequest"}
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content", {}).get("application/json")
    if content is None or "schema" not in content:
        return None
    schema = {**deepcopy(content["schema"]), "components": document()["components"]}
    return OAS30Validator(schema, format_checker=oas30_format_checker)


def faults(path: str, method: str, status: int, body: object) -> list[str]:
    """Return how a response differs from the document's; `path` is the document's, with braces."""
    validator = _validator(path, method, status)
    if validator is None:
        return []
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(body)]


def documented(operation: Operation) -> str:
    """Return an operation's path in the document; empty when it has none there."""
    path = operation.path if operation.root == "/v1.0" else operation.root + operation.path
    return SPELLED.get(path, path)


DOCUMENTED = [operation for operation in OPERATIONS if documented(operation)]


def name_of(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"
