"""One telephone's place on the stack: its account, its calls, and who calls it."""

import asyncio
from contextlib import suppress
from typing import Final, Self

from baresip import Account, Call

from harness.errors import CallError
from harness.interfaces.carriers import CarrierEvent, Ending
from harness.sip import sharing
from harness.sip.addresses import called_user, caller_address, contact, own_address
from harness.sip.arrivals import Arrivals
from harness.sip.invitation import Invitation
from harness.sip.leg import Leg
from harness.sip.options import SipOptions, Srtp
from harness.sip.stack import TRIAL_HEADER, Stack, StackSettings

CODECS: Final = ("pcmu", "pcma")
"""In this order. Wideband codecs would only be transcoded at the platform's edge."""
LOOPBACK: Final = "127.0.0.1"
_ANYWHERE: Final = "192.0.2.1"
"""An address for documentation: which of ours leads out."""
_ENCRYPTION: Final = {Srtp.OFF: (), Srtp.OPTIONAL: ("mediaenc=srtp",), Srtp.REQUIRED: ("mediaenc=srtp-mand",)}


class Extension:
    """Everything of a telephone that needs the stack."""

    def __init__(self, stack: Stack, options: SipOptions, *, host: str, invited: Arrivals[Invitation]) -> None:
        """Take the stack it is on; `open` is how to make one."""
        self._stack = stack
        self._options = options
        self._invited = invited
        self._legs: set[Leg] = set()
        self.contact = contact(options.user, host=host, port=stack.port, transport=options.transport)
        """Where it can be called."""

    @classmethod
    async def open(cls, options: SipOptions, *, invited: Arrivals[Invitation]) -> Self:
        """Join the stack of this process, or start it.

        Raises:
            ConfigurationError: the set-up cannot be, or differs from that of another telephone of this process.
            CallError: the stack refuses the account.
        """
        settings = await asyncio.to_thread(_settings, options)
        stack = await asyncio.to_thread(sharing.join, settings, user=options.user)
        try:
            extension = cls(
                stack, options, host=settings.address or own_address(_ANYWHERE) or LOOPBACK, invited=invited
            )
            await stack.run(extension._set_up())
        except BaseException:
            await asyncio.to_thread(sharing.leave, options.user)
            raise
        return extension

    async def dial(self, uri: str, *, trial_id: str) -> Leg:
        """Call somebody; returns when the INVITE is on its way. Raises CallError."""
        events: Arrivals[CarrierEvent] = Arrivals()
        dialling = asyncio.ensure_future(self._stack.run(self._dial(uri, trial_id=trial_id, events=events)))
        try:
            return await asyncio.shield(dialling)
        except asyncio.CancelledError:
            # The INVITE may be on its way: nobody else would hang up.
            with suppress(CallError):
                await self._stack.run((await dialling).hang_up(Ending.OURS, ""))
            raise

    async def close(self) -> None:
        """Hang up every call and leave the stack."""
        try:
            await self._stack.run(self._hang_up_all())
        finally:
            await asyncio.to_thread(sharing.leave, self._options.user)

    async def _set_up(self) -> None:
        options = self._options
        catch_all = ("catchall=yes",) if options.takes_all else ()
        self._agent = await self._stack.user_agent(
            Account(
                user=options.user,
                domain=options.domain or self.contact.partition("@")[2].partition(";")[0],
                password=options.password,
                auth_user=options.auth_user or None,
                reg_interval=0,
                transport=options.transport.value,
                audio_codecs=CODECS,
                extra_params=(*_ENCRYPTION[options.srtp], *catch_all),
            )
        )
        self._agent.on_incoming(self._ring)

    async def _dial(self, uri: str, *, trial_id: str, events: Arrivals[CarrierEvent]) -> Leg:
        leg = await Leg.dial(self._stack, self._options, self._agent, uri, trial_id=trial_id, events=events)
        self._keep(leg)
        return leg

    def _ring(self, call: Call) -> None:
        leg = Leg(self._stack, self._options, call, events=Arrivals(self._invited.loop), is_outgoing=False)
        self._stack.listen(call.handle, leg.hear)
        self._keep(leg)
        self._invited.put(
            Invitation(
                user=called_user(call.headers.get("To", "")),
                caller=caller_address(call.headers.get("From", "")),
                trial_id=call.headers.get(TRIAL_HEADER, ""),
                leg=leg,
            )
        )

    def _keep(self, leg: Leg) -> None:
        self._legs = {each for each in self._legs if not each.is_over} | {leg}

    async def _hang_up_all(self) -> None:
        await asyncio.gather(*(leg.hang_up(Ending.OURS, "") for leg in self._legs))


def _settings(options: SipOptions) -> StackSettings:
    # Asks the name service, hence in a thread.
    host = options.domain.partition(":")[0]
    return StackSettings(
        address=options.address or (own_address(host) if host else ""),
        port=options.port,
        trusted_file=options.trusted_file(),
        certificate_file=options.certificate_file,
        silence_s=options.silence_s,
    )
