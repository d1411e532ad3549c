"""How a served platform behaves towards its clients; none of it changes what the platform itself does."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.simulator.server.persistence import StateFile
from harness.simulator.server.troubles import Trouble
from harness.voipbin.events import Payloads


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many requests a second on average, and so many at once."""

    per_s: float
    burst: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The platform's request rates (contract section 1.5)."""

    sign_in: Rate = Rate(per_s=10, burst=20)
    """Of one address, below /auth."""
    address: Rate = Rate(per_s=200, burst=400)
    """Of one address, below /v1.0."""
    customer: Rate = Rate(per_s=16.7, burst=33)
    """Of one customer's logins and access keys together."""
    direct: Rate = Rate(per_s=50, burst=100)
    """Of one resource's direct tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """What one event socket may ask for, and how far it may lag behind."""

    topics: int = 1_000
    """Subscribed at the same time; one more closes the socket."""
    topic_length: int = 512
    message_bytes: int = 64 * 1024
    """A longer message closes the socket."""
    waiting: int = 10_000
    """Events not yet read; one more closes the socket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLimits:
    """How much may wait to be posted."""

    waiting: int = 1_000
    """Events of one address; more are dropped."""
    at_once: int = 32
    """Requests under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """What a served platform is told when it opens."""

    now: Callable[[], float] = time.time
    """The clients' time in seconds since 1970: tokens expire and rates are counted on it, not on the virtual clock."""
    limits: Limits | None = field(default_factory=Limits)
    """None lets everybody ask as often as they like."""
    legacy_times: bool = False
    """Write times as the tutorial shows them, with the year 9999 for "not deleted" (contract section 8, row 30)."""
    max_body_bytes: int = 4 * 1024 * 1024
    """A longer request body is refused unread."""
    payloads: Payloads = Payloads.BOTH
    """The shapes of events on a socket."""
    socket_limits: SocketLimits = field(default_factory=SocketLimits)
    webhook_limits: WebhookLimits = field(default_factory=WebhookLimits)
    webhook_secret: str = field(default="", repr=False)
    """Signs what is posted to webhooks, unless it is empty."""
    allow_private_webhooks: bool = True
    """Let webhooks go to this machine itself, which the platform refuses: right for a server that only this machine
    can reach, wrong for any other. Other private addresses are refused either way."""
    troubles: frozenset[Trouble] = frozenset()
    """What goes wrong on purpose."""
    state: StateFile | None = None
    """Where the platform's state is kept over a restart; None keeps it in memory."""
