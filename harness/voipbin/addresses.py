"""Addresses of the platform: who is reached how, and the direct hashes that lead to its resources (contract 2.1, 7)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from harness.voipbin.resources import Record

ADDRESS_FIELDS: Final = ("type", "target", "target_name", "name", "detail")
"""Every field of an address, each a text."""
_HASH = re.compile(r"(?:sips?:)?(direct\.[0-9a-f]{12})(?:@.*)?", re.IGNORECASE)


class AddressType(StrEnum):
    """Every type an address may have."""

    NONE = ""
    AGENT = "agent"
    AI = "ai"
    AI_TEAM = "ai_team"
    CONFERENCE = "conference"
    EMAIL = "email"
    EXTENSION = "extension"
    LINE = "line"
    SIP = "sip"
    TEL = "tel"
    WEBCHAT = "webchat"
    WEB_SESSION = "web_session"
    WHATSAPP = "whatsapp"


def own_fields(address: Mapping[str, Any]) -> Record:
    """Return an address with the fields the platform has, each a text; unknown ones are dropped."""
    return {name: str(address.get(name) or "") for name in ADDRESS_FIELDS}


def address_fault(address: object) -> str:
    """Return what is wrong with an address of a request; empty when nothing is."""
    if not isinstance(address, Mapping):
        return "an address must be an object"
    for name in ADDRESS_FIELDS:
        value = address.get(name)
        if value is not None and not isinstance(value, str):
            return f"the field {name!r} of an address must be a text"
    kind = address.get("type") or ""
    return "" if kind in tuple(AddressType) else f"there is no address type {kind!r}"


def direct_hash_of(address: Mapping[str, Any]) -> str | None:
    """Return the direct hash a `sip` address dials, or None when it dials something else."""
    match = _HASH.fullmatch(str(address.get("target") or "").partition(";")[0])
    return match[1].lower() if match and address.get("type") == AddressType.SIP else None
