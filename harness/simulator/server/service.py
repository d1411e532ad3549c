"""What all requests to one served platform share."""

import re
from base64 import b32encode
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from hashlib import blake2b
from typing import Final

from starlette.requests import HTTPConnection

from harness.simulator.platform import Platform
from harness.simulator.server.auth import Doorkeeper
from harness.simulator.server.identity import Identity, Standing
from harness.simulator.server.limits import LimitedBy, Limiter
from harness.simulator.server.options import ServerOptions
from harness.simulator.server.paging import Pager
from harness.simulator.server.troubles import Troubles

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")


class Service:
    """One platform, open to clients."""

    def __init__(self, platform: Platform, options: ServerOptions) -> None:
        """Open a platform."""
        self.platform = platform
        self.world = platform.world
        self.options = options
        self.doorkeeper = Doorkeeper(self.world, options)
        self.pager = Pager(self.world)
        self.troubles = Troubles(self.world, options.troubles, now=options.now)
        self.first_customer = self.world.customer_id
        self._limiter = Limiter(options.limits, now=options.now)
        self._asked = 0
        self.catch_up: Callable[[], None] = _stand_still
        """Brings the virtual clock up to the wall clock; set by whoever drives it."""
        self.live: Callable[[], AbstractContextManager[None]] = nullcontext
        """Holds the platform to real time while it is entered; set by whoever drives its clock."""
        self.moment_ms: Callable[[float], int] = lambda at_s: round(at_s * 1000)
        """Tells a moment of `time.monotonic()` on the platform's clock; set by whoever drives it."""

    def request_id(self, connection: HTTPConnection) -> str:
        """Return the client's own id of a request when it is harmless, or a new one."""
        given = connection.headers.get("x-request-id", "")
        if _SAFE_ID.fullmatch(given):
            return given
        self._asked += 1
        digest = blake2b(f"{self.world.seed}/request/{self._asked}".encode(), digest_size=20).digest()
        return "req_" + b32encode(digest).decode()[:26]

    def wait_of_address(self, connection: HTTPConnection, *, signs_in: bool) -> float:
        """Count a request of an address; return how many seconds it came too early."""
        limits = self._limiter.limits
        if limits is None:
            return 0.0
        rate = limits.sign_in if signs_in else limits.address
        host = connection.client.host if connection.client else ""
        return self._limiter.take(rate, f"{LimitedBy.ADDRESS}/{host}")

    def wait_of(self, identity: Identity) -> float:
        """Count a request of somebody known; return how many seconds it came too early."""
        limits = self._limiter.limits
        if limits is None:
            return 0.0
        if identity.standing is Standing.DIRECT:
            return self._limiter.take(limits.direct, f"direct/{identity.resource_id}")
        return self._limiter.take(limits.customer, f"{LimitedBy.CUSTOMER}/{identity.customer_id}")


def _stand_still() -> None:
    """Leave the virtual clock where it is: nobody drives it."""
