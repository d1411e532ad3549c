"""A call that comes in and is not answered yet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from harness.errors import CallError
from harness.sip.call import SipCall

if TYPE_CHECKING:
    from harness.sip.leg import Leg

REASONS: Final = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    603: "Decline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody calls; the caller hears it ring until one of the methods is called, or gives up."""

    user: str = field(repr=False)
    """Name that was called, such as `direct.<hash>`: a credential."""
    caller: str
    """Address it comes from, such as `sip:harness@127.0.0.1:5062`."""
    trial_id: str
    """Which of our own trials calls; empty for strangers."""
    leg: "Leg" = field(repr=False)

    @property
    def is_over(self) -> bool:
        """Return whether the caller gave up, or it was refused."""
        return self.leg.is_over

    @asynccontextmanager
    async def answer(self) -> AsyncIterator[SipCall]:
        """Answer; leaving the context hangs up. Raises CallError when the caller has given up."""
        if self.leg.is_over:
            raise CallError("an incoming call was over before it was answered")
        call = SipCall(self.leg)
        try:
            await self.leg.stack.run(self.leg.answer())
            yield call
        finally:
            await call.hang_up()

    async def refuse(self, status: int, words: str = "") -> None:
        """Refuse with a code such as 404 or 603; nothing when the caller has given up."""
        if not 400 <= status <= 699:
            raise CallError(f"a call is refused with a code from 400 to 699, not {status}")
        await self.leg.stack.run(self.leg.refuse(status, words or REASONS.get(status, "Refused")))
