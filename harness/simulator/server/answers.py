"""What the server sends back: resources as clients may see them, and errors in their envelope."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.types import Send

from harness.errors import ApiError
from harness.voipbin.api_errors import envelope
from harness.voipbin.resources import Record, shown

JSON: Final = "application/json"
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
NOT_DELETED: Final = "9999-01-01 00:00:00.000000"
"""How the tutorial's platform wrote that something is not deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP response."""

    status: int = 200
    body: bytes = b""
    media_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return a JSON answer."""
    return Answer(status=status, body=_ENCODER.encode(value).encode(), headers=headers or {})


def refused(error: ApiError, *, request_id: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return the answer for an error."""
    named = {"x-request-id": request_id, **(headers or {})}
    return answer(envelope(error, request_id=request_id), status=error.http_status, headers=named)


def public(record: Mapping[str, Any], *, legacy_times: bool = False) -> Record:
    """Return a resource as clients may see it: without a credential, times written out."""
    seen = shown(record)
    seen.pop("token", None)
    if seen.get("email") == "":
        del seen["email"]
    if legacy_times:
        seen = _with_legacy_times(seen)
        if "tm_create" in seen:
            seen.setdefault("tm_delete", NOT_DELETED)
    return seen


def _with_legacy_times(record: Mapping[str, Any]) -> Record:
    return {name: _legacy(name, value) for name, value in record.items()}


def _legacy(name: str, value: Any) -> Any:
    match value:
        case str() if name.startswith("tm_"):
            return value.replace("T", " ").removesuffix("Z")
        case dict():
            return _with_legacy_times(value)
        case list():
            return [_legacy("", each) for each in value]
    return value


async def deliver(made: Answer, send: Send) -> None:
    """Send an answer."""
    headers = [
        (b"content-length", str(len(made.body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in made.headers.items()),
    ]
    if made.body:
        headers.append((b"content-type", made.media_type.encode()))
    await send({"type": "http.response.start", "status": made.status, "headers": headers})
    await send({"type": "http.response.body", "body": made.body})
