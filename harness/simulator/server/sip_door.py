"""The platform's telephone: calls by SIP come in to its direct hashes and go out to telephones (contract section 7)."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from ipaddress import ip_address
from typing import Final

from harness.errors import CallError, ConfigurationError, MissingExtraError
from harness.interfaces.carriers import Carrier
from harness.model.call import EndReason, Role
from harness.simulator.calls.carried_leg import CarriedLeg
from harness.simulator.calls.gates import account_fault
from harness.simulator.calls.leg import Leg
from harness.simulator.server.service import Service
from harness.sip import Invitation, SipOptions, SipPhone
from harness.voipbin.calls import CallStatus, HangupCause
from harness.voipbin.hosts import is_loopback

LOGGER: Final = logging.getLogger(__name__)
USER: Final = "voipbin"
"""Whom the platform's own calls come from."""
NOT_FOUND: Final = 404
FAILED: Final = 500
UNAVAILABLE: Final = 480
BUSY: Final = 486
_PATIENCE_S: Final = 0.05
"""How often a call that still rings is looked at: its caller may have given up."""
_TARGET: Final = re.compile(r"(?:sip:)?[^@\s;]+@(?P<host>\[[^\]]+\]|[^:;\s]+)(?::\d+)?(?:;.*)?", re.IGNORECASE)
_CALLER: Final = re.compile(r"sips?:([^@;>]+)@", re.IGNORECASE)


class SipDoor:
    """Answers and places calls by SIP while it is open."""

    def __init__(self, service: Service, *, host: str, port: int) -> None:
        """Take the platform, and where to listen; port 0 takes a free one."""
        self._service = service
        self._works = service.platform.works
        self._is_private = is_loopback(host)
        self._at = f"{host} port {port}"
        self._phone = SipPhone(SipOptions(user=USER, address=_address(host), port=port, takes_all=True))
        self._calls: asyncio.TaskGroup | None = None
        self._legs: set[Leg] = set()
        self.address = ""
        """Where it listens, `host:port`; known once it is open."""

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Take calls meanwhile; leaving hangs up all of them.

        Raises:
            MissingExtraError: the extra `sip` is not installed.
            ConfigurationError: the address cannot be listened on.
        """
        async with AsyncExitStack() as stack:
            await self._pick_up(stack)
            self.address = self._phone.contact.partition("@")[2].partition(";")[0]
            async with asyncio.TaskGroup() as calls:
                self._calls = calls
                self._works.switchboard.trunk = self
                taking = calls.create_task(self._take_all())
                try:
                    yield
                finally:
                    self._works.switchboard.trunk = None
                    taking.cancel()
                    for leg in tuple(self._legs):
                        leg.end(EndReason.AGENT_HANGUP, by="platform")

    def dial(self, leg: Leg, target: str) -> bool:
        """Phone a telephone for a placed call; False for an address that is nobody's telephone here.

        Only addresses written as numbers are phoned, and only this machine's own while only this machine can reach the
        platform: names in suites and tutorials, such as `guest@example.com`, are somebody simulated.
        """
        if self._calls is None or not self._may_dial(target):
            return False
        self._calls.create_task(self._hold(leg, self._call(leg, target)))
        return True

    def _may_dial(self, target: str) -> bool:
        match = _TARGET.fullmatch(target)
        host = match["host"].strip("[]") if match else ""
        try:
            ip_address(host)
        except ValueError:
            return is_loopback(host)
        return is_loopback(host) or not self._is_private

    async def _pick_up(self, stack: AsyncExitStack) -> None:
        try:
            await stack.enter_async_context(self._phone)
        except MissingExtraError:
            raise
        except ConfigurationError as error:
            raise ConfigurationError(
                f"cannot take calls by SIP at {self._at}: {error}. Choose another port with --sip, or 0 for a free one"
            ) from error

    async def _take_all(self) -> None:
        assert self._calls is not None, "the door is open"
        while True:
            self._calls.create_task(self._take(await self._phone.invitation()))

    async def _take(self, invitation: Invitation) -> None:
        leg = self._take_in(invitation)
        if isinstance(leg, int):
            await invitation.refuse(leg)
        else:
            await self._hold(leg, self._ring(invitation, leg))

    async def _hold(self, leg: Leg, work: Coroutine[object, object, None]) -> None:
        """Do a call's part on the network, and leave no call behind on the platform, whatever happens."""
        self._legs.add(leg)
        try:
            with self._service.live():
                await work
        except CallError as error:
            LOGGER.info("a call by SIP came to nothing: %s", error)
        except Exception:
            # One call that breaks must not end all others.
            LOGGER.exception("a call by SIP broke")
        finally:
            self._legs.discard(leg)
            leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)

    def _take_in(self, invitation: Invitation) -> Leg | int:
        """Return the call an invitation is for, or the status it is refused with."""
        service, world = self._service, self._service.world
        service.catch_up()
        hash_ = invitation.user.lower()
        kind, id = world.hashes.get(hash_, (None, ""))
        owner = world.find(kind, id) if kind is not None else None
        if owner is None:
            return NOT_FOUND
        customer_id = str(owner["customer_id"])
        if account_fault(world, customer_id, self._works.switchboard.gates):
            return FAILED
        caller = _CALLER.search(invitation.caller)
        world.customer_id = customer_id
        try:
            return self._works.switchboard.take_in(hash_, source={"target": caller[1] if caller else "anonymous"})
        finally:
            world.customer_id = service.first_customer

    async def _ring(self, invitation: Invitation, leg: Leg) -> None:
        """Let it ring until the platform answers, the platform hangs up, or the caller does."""
        cause: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

        def moved(status: CallStatus, facts: dict[str, str]) -> None:
            if not cause.done() and status is CallStatus.PROGRESSING:
                cause.set_result(None)
            elif not cause.done() and status is CallStatus.HANGUP:
                cause.set_result(BUSY if facts.get("hangup_reason") == "busy" else UNAVAILABLE)

        leg.phone.watch(moved)
        while not cause.done() and not invitation.is_over:
            await asyncio.wait([cause], timeout=_PATIENCE_S)
        if invitation.is_over:
            leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)
        elif (status := cause.result()) is not None:
            await invitation.refuse(status)
        else:
            await self._talk(invitation, leg)

    async def _talk(self, invitation: Invitation, leg: Leg) -> None:
        async with invitation.answer() as carrier:
            await self._carry(leg, carrier)

    async def _call(self, leg: Leg, target: str) -> None:
        try:
            async with self._phone.dial(target, trial_id="") as carrier:
                await self._carry(leg, carrier)
        except CallError:
            leg.end(EndReason.NOT_ANSWERED, by=Role.CALLER, cause=HangupCause.FAILURE)
            raise

    async def _carry(self, leg: Leg, carrier: Carrier) -> None:
        await CarriedLeg(leg, carrier, moment_ms=self._service.moment_ms).carry()


def _address(host: str) -> str:
    return "127.0.0.1" if host == "localhost" else "" if host in ("0.0.0.0", "::") else host
