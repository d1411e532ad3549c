"""Whatever a client sends, the answer is one the platform's document knows, and never an error of ours."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.simulator.server import ServerOptions, build_app
from harness.simulator.server.operations import Operation
from harness.voipbin.mode import Mode
from tests.api_document import DOCUMENT
from tests.simulator.server.document import DOCUMENTED, document, documented, faults, name_of
from tests.simulator.server.happy import COLLECTIONS
from tests.simulator.server.stage import furnish, new_platform, run

if not DOCUMENT.is_file():
    pytest.skip(f"the platform's OpenAPI document is not at {DOCUMENT}", allow_module_level=True)

import schemathesis
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

EXAMPLES = 5
"""Of each operation, mode of the platform, and kind of input."""
UNTYPED = {
    ("POST", "/ais"),
    ("PUT", "/ais/{id}"),
    ("POST", "/calls"),
    ("POST", "/groupcalls"),
    ("POST", "/aicalls"),
    ("POST", "/aimessages"),
    ("POST", "/speakings"),
}
"""Where the platform tells a failed validation as an internal error (contract section 1.4)."""
SCHEMA = schemathesis.openapi.from_dict(document())
BODY_IDS = {
    "aicall_id": "over",
    "ai_id": "ai",
    "assistance_id": "ai",
    "flow_id": "flow",
    "activeflow_id": "ended",
    "reference_id": "call",
    "billing_account_id": "account",
}


@dataclass
class Target:
    """A furnished platform, asked again and again."""

    mode: Mode
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.platform = new_platform(self.mode)
        self.ids = furnish(self.platform)
        self.app = build_app(self.platform, options=ServerOptions(limits=None))
        self.key = self.app.state.service.doorkeeper.admin.access_key

    def answer(self, case: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            wire = case.as_transport_kwargs(base_url="http://simulator/v1.0")
            url = wire["url"].replace("/v1.0/auth/", "/auth/")
            params = {**(wire.get("params") or {}), "accesskey": self.key}
            cookies = None
            content = {name: wire[name] for name in ("json", "data") if wire.get(name) is not None}
            if isinstance(content.get("data"), bytes | str):
                content = {"content": content["data"]}
            headers = {name: value for name, value in (wire.get("headers") or {}).items() if name != "User-Agent"}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), cookies=cookies) as client:
                return await client.request(case.method, url, params=params, headers=headers, **content)

        response = asyncio.run(ask())
        run(self.platform, for_ms=1_000)
        return response


def _tried() -> Iterator[Any]:
    for operation in DOCUMENTED:
        described = document()["paths"][documented(operation)][operation.method.lower()]
        yield pytest.param(operation, GenerationMode.POSITIVE, id=f"{name_of(operation)}-right")
        # Any text is a right one for a path, and the queries of all lists are read alike.
        if "requestBody" in described or operation.path in ("/flows", "/aggregated-events"):
            yield pytest.param(operation, GenerationMode.NEGATIVE, id=f"{name_of(operation)}-wrong")


@pytest.mark.parametrize(("operation", "kind"), tuple(_tried()))
def test_any_input_gets_an_answer_of_the_document(operation: Operation, kind: GenerationMode) -> None:
    targets = [Target(mode) for mode in (Mode.SEED, Mode.CURRENT)]
    path = documented(operation)
    described = SCHEMA[path][operation.method]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described.as_strategy(generation_mode=kind), real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        for target in targets:
            if real:
                use_real_ids(case, operation, target.ids)
            response = target.answer(case)
            check_server_error(response, operation)
            case.validate_response(response, checks=[response_schema_conformance, content_type_conformance])
            if response.headers.get("content-type") == "application/json":
                assert not faults(path, operation.method, response.status_code, response.json())

    ask()


def check_server_error(response: httpx.Response, operation: Operation) -> None:
    """Let an internal error pass only where the platform tells a failed validation so."""
    if response.status_code >= 500:
        error = response.json()["error"]
        assert (operation.method, operation.path) in UNTYPED, error
        assert error["reason"] == "INTERNAL"
        assert "the simulator failed" not in error["message"]


def use_real_ids(case: Any, operation: Operation, ids: dict[str, str]) -> None:
    """Put ids of the furnished platform where made-up ones would lead nowhere."""
    collection = operation.path.split("/")[1]
    if case.path_parameters:
        own = ids[COLLECTIONS[collection].value] if collection in COLLECTIONS else ids["call"]
        real = {"history_id": ids["history"], "resource_type": "calls"}
        case.path_parameters = {name: real.get(name, own) for name in case.path_parameters}
    if isinstance(case.body, dict):
        for name, kind in BODY_IDS.items():
            if name in case.body:
                case.body[name] = ids[kind]
