"""Which events reach a customer, under which topics and in which shape, and who may ask for them.

Source: contract sections 1.3, 6.3 and 6.4. Sockets and webhooks only carry what is decided here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from harness.voipbin.resources import Kind, shown

WS_PING_MS: Final = 10_000
"""The server pings an event socket this often."""
WS_PONG_WAIT_MS: Final = 60_000
"""An event socket without a pong for this long is dropped."""
WEBHOOK_TRIES: Final = 3
WEBHOOK_GAP_MS: Final = 1_000
"""From a failed try to the next."""
WEBHOOK_TIMEOUT_MS: Final = 30_000
"""Longest wait for a webhook's answer; the platform's own pages say 5 s, its code says this."""
SIGNATURE_HEADER: Final = "X-VoIPBIN-Signature"
"""Carries `sha256=<hex HMAC of the body>` when the customer has a secret."""

_INTERNAL: Final = frozenset(
    {
        "speaking",
        "streaming",
        "dtmf",
        "confbridge",
        "flow",
        "message",
        "aiaudit",
        "aipromptproposal",
        "aiprompthistory",
        "timelineanalysis",
    }
)
"""Families of events that stay inside: they are seen in the timeline, if anywhere."""

_SERVICES: Mapping[str, str] = MappingProxyType(
    {
        "account": "billing-manager",
        "accesskey": "customer-manager",
        "activeflow": "flow-manager",
        "agent": "agent-manager",
        "billing": "billing-manager",
        "call": "call-manager",
        "customer": "customer-manager",
        "extension": "registrar-manager",
        "groupcall": "call-manager",
        "number": "number-manager",
        "recording": "call-manager",
        "transcribe": "transcribe-manager",
        "transcript": "transcribe-manager",
    }
)
"""Who publishes a family of events; what is not named here is published by the AI manager."""
_AI_SERVICE: Final = "ai-manager"
_SECRETS: Final = frozenset({"token", "engine_key"})
"""What an event never carries: a credential is shown once, in the answer to its creation, or not at all."""


class Payloads(StrEnum):
    """The shapes an event has on a socket."""

    BOTH = "both"
    """As the platform: wrapped on the resource's topic, bare on its twin, so that a broad prefix gets each once."""
    WRAPPED = "wrapped"
    """`{"type", "data"}` on every topic."""
    BARE = "bare"
    """The resource alone on every topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One message on one topic."""

    topic: str
    payload: str
    """JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who asks for topics."""

    customer_id: str
    agent_id: str | None = None
    """The person behind a login; None for an access key."""
    is_direct: bool = False
    """Whether all they showed is a direct hash."""


def is_delivered(event_type: str) -> bool:
    """Return whether customers are told about an event at all."""
    return _family(event_type) not in _INTERNAL


def body(event_type: str, data: Mapping[str, Any]) -> str:
    """Return an event as JSON, wrapped, the resource as the API shows it."""
    return _compact({"type": event_type, "data": _public(data)})


def publications(
    event_type: str, data: Mapping[str, Any], *, customer_id: str, payloads: Payloads = Payloads.BOTH
) -> tuple[Publication, ...]:
    """Return what is published about an event: on the resource's topic, on its twin, and on its owner's.

    Args:
        event_type: Such as `call_hangup`.
        data: The resource.
        customer_id: Whose it is when `data` does not say so.
        payloads: The shapes to write.
    """
    if not is_delivered(event_type):
        return ()
    owner = owner_of(event_type, data, customer_id=customer_id)
    wrapped, bare = body(event_type, data), _compact(_public(data))
    first = bare if payloads is Payloads.BARE else wrapped
    twin = wrapped if payloads is Payloads.WRAPPED else bare
    subject = _subject(event_type, data)
    service = _SERVICES.get(_family(event_type), _AI_SERVICE)
    told = [
        Publication(topic=f"customer_id:{owner}:{subject}", payload=first),
        Publication(topic=f"customer_id:{owner}:{service}:{event_type}:{_id(data)}", payload=twin),
    ]
    if data.get("owner_type") == "agent" and data.get("owner_id"):
        told.append(Publication(topic=f"agent_id:{data['owner_id']}:{subject}", payload=first))
    return tuple(told)


def owner_of(event_type: str, data: Mapping[str, Any], *, customer_id: str) -> str:
    """Return whose event it is; `customer_id` when the resource does not say so."""
    if _family(event_type) == Kind.CUSTOMER:
        return str(data["id"])
    return str(data.get("customer_id") or customer_id)


def may_subscribe(topic: str, subscriber: Subscriber) -> bool:
    """Return whether a topic is well formed and the subscriber's own.

    A topic is matched as a prefix, so it may end anywhere behind the id; a direct token needs all four parts.
    """
    scope, _, rest = topic.partition(":")
    id, *parts = rest.split(":")
    if subscriber.is_direct:
        is_whole = len(parts) == 2 and parts[0] == Kind.AICALL and bool(parts[1])
        return scope == "customer_id" and id == subscriber.customer_id and is_whole
    match scope:
        case "customer_id":
            return id == subscriber.customer_id
        case "agent_id":
            return bool(id) and id == subscriber.agent_id
    return False


def _family(event_type: str) -> str:
    return event_type.partition("_")[0]


def _subject(event_type: str, data: Mapping[str, Any]) -> str:
    family = _family(event_type)
    if family == Kind.MESSAGE:
        # The words of a session are told where the session is.
        return f"{Kind.AICALL}:{data.get('aicall_id', '')}"
    return f"{family}:{_id(data)}"


def _id(data: Mapping[str, Any]) -> str:
    # Speech events are about a transcribe and have no id of their own.
    return str(data.get("id") or data.get("transcribe_id") or "")


def _public(data: Mapping[str, Any]) -> dict[str, Any]:
    return shown({name: value for name, value in data.items() if name not in _SECRETS})


def _compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))
