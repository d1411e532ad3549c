"""Flows that ask a customer's server for their next actions."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.errors import CallError
from harness.simulator.server.fetching import HttpFetch
from tests.simulator.server.live import served

ACTIONS = b'[{"type":"talk","option":{"text":"Hello."}}]'


def fetch(
    *, content: bytes = ACTIONS, status: int = 200, method: str = "POST", allow_loopback: bool = True
) -> tuple[Sequence[Any], list[tuple[str, Any]]]:
    """Fetch from a server that answers like this; returns the actions and what it was asked."""
    asked: list[tuple[str, Any]] = []

    async def answer(request: Request) -> Response:
        asked.append((request.method, await request.json()))
        return Response(content, status_code=status)

    async def run() -> Sequence[Any]:
        async with served([Route("/next", answer, methods=["GET", "POST"])]) as address:
            return await HttpFetch(allow_loopback=allow_loopback)(
                f"http://{address}/next?key=secret", method, {"activeflow_id": "a1", "reference_id": "c1"}
            )

    return asyncio.run(run()), asked


@pytest.mark.parametrize(("method", "used"), [("POST", "POST"), ("GET", "GET"), ("", "POST")])
def test_actions_are_fetched_for_a_flow(method: str, used: str) -> None:
    actions, asked = fetch(method=method)
    assert list(actions) == [{"type": "talk", "option": {"text": "Hello."}}]
    assert asked == [(used, {"activeflow_id": "a1", "reference_id": "c1"})]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        pytest.param({"status": 500}, "gave no actions: it answered 500", id="server-error"),
        pytest.param({"status": 204, "content": b""}, "gave no actions: it answered 204", id="nothing"),
        pytest.param({"content": b"<html>"}, "something that is no JSON", id="no-json"),
        pytest.param({"content": b"[" * 100_000}, "something that is no JSON", id="deep"),
        pytest.param({"content": b'{"type":"talk"}'}, "no list of actions", id="no-list"),
        pytest.param({"content": b'["talk"]'}, "no list of actions", id="no-actions"),
        pytest.param({"content": b" " * 1_100_000}, "its answer is longer than 1048576 bytes", id="long"),
        pytest.param({"method": "BREW"}, "'BREW' is no method", id="method"),
        pytest.param({"allow_loopback": False}, "127.0.0.1 is a private address", id="private"),
    ],
)
def test_what_gives_no_actions_is_told_without_the_secret_in_its_address(how: dict[str, Any], says: str) -> None:
    with pytest.raises(CallError, match=says) as failed:
        fetch(**how)
    assert "secret" not in str(failed.value)
