"""Who is asking."""

from dataclasses import dataclass
from enum import StrEnum

from harness.voipbin.resources import Kind


class Standing(StrEnum):
    """With what a client showed who it is."""

    LOGIN = "agent"
    ACCESS_KEY = "accesskey"
    """Acts as an administrator of its customer."""
    DIRECT = "direct"
    """Somebody who knows no more than a direct hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A client that has shown who it is."""

    standing: Standing
    customer_id: str
    agent_id: str = ""
    """Of a login."""
    resource_kind: Kind | None = None
    """What a direct hash led to: an AI or a team."""
    resource_id: str = ""
