"""Reads what the platform answers: JSON, or an error in its envelope with what is known about it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.errors import ApiError, UnreachableError
from harness.model.finding import Json
from harness.transports.voipbin.secrecy import Secrets
from harness.voipbin.api_errors import HTTP_STATUS
from harness.voipbin.refusals import remedy

_MOST_SHOWN: Final = 600
"""Characters of a request's body, or of an answer that is no envelope, that an error shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as errors tell of it."""

    method: str
    path: str
    """Below /v1.0, with its query; never with a credential."""
    request_id: str
    body: Json = field(default=None, repr=False)

    def told(self, secrets: Secrets) -> str:
        """Return it in one line, without secrets."""
        line = f"{self.method} {self.path}"
        if self.body is not None:
            line += f" with {_cut(json.dumps(secrets.document(self.body), ensure_ascii=False))}"
        return secrets.text(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response, read whole."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Return whether the platform did what was asked."""
        return 200 <= self.status < 300


def read_json(answer: Answer, asked: Asked, *, where: str) -> Json:
    """Return the value of a good answer; None for an empty one.

    Raises:
        UnreachableError: it is no JSON.
    """
    if not answer.body.strip():
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        pass
    raise UnreachableError(
        f"the answer of {where} to {asked.method} {asked.path.partition('?')[0]} could not be read",
        cause="it is no JSON: api_url names something other than a VoIPBIN, or a proxy on the way answered",
        fix="set api_url to the scheme, host and port of a VoIPBIN, and check the proxy of this machine",
    )


def refused(answer: Answer, asked: Asked, *, secrets: Secrets) -> ApiError:
    """Return the error an answer is, whether or not it has the platform's envelope."""
    envelope = _envelope(answer.body)
    status = str(envelope.get("status") or _status_of(answer.status))
    reason = str(envelope.get("reason") or f"HTTP_{answer.status}")
    known = remedy(answer.status, reason)
    advice = f"Cause: {known.cause}. Fix: {known.fix}."
    if answer.status == 500 and asked.method == "POST":
        # Managers behind the API return many faults of a request without a type, and the API shows those as 500.
        advice = f"Possibly bad input. {advice}"
    return ApiError(
        secrets.text(str(envelope.get("message") or _unread(answer))),
        http_status=answer.status,
        status=status,
        reason=reason,
        details=_details(envelope.get("details"), secrets=secrets),
        request=asked.told(secrets),
        request_id=str(envelope.get("request_id") or asked.request_id),
        advice=advice,
    )


def _envelope(body: bytes) -> Mapping[str, Json]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = document.get("error") if isinstance(document, dict) else None
    return error if isinstance(error, dict) else {}


def _status_of(http_status: int) -> str:
    return next((status for status, code in HTTP_STATUS.items() if code == http_status), "UNKNOWN")


def _unread(answer: Answer) -> str:
    said = " ".join(answer.body.decode("utf-8", "replace").split())
    return f"the answer has no error envelope: {_cut(said)}" if said else "the answer is empty"


def _details(value: Json, *, secrets: Secrets) -> tuple[Mapping[str, Json], ...]:
    return tuple(secrets.document(each) for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
