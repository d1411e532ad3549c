"""A telephone that speaks SIP: it calls, and it is called.

The optional package is imported when a telephone is first used.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from harness.errors import CallError, MissingExtraError
from harness.sip.addresses import dialled
from harness.sip.arrivals import Arrivals
from harness.sip.call import SipCall
from harness.sip.invitation import Invitation
from harness.sip.options import SipOptions
from harness.voipbin.addresses import AddressType
from harness.voipbin.dialling import DiallingPolicy, refusal

if TYPE_CHECKING:
    from harness.sip.extension import Extension

PACKAGE: Final = "baresip-python"


class SipPhone:
    """Implements Dialler: an async context manager, made once a session, for calls of one event loop.

    All telephones of a process share one SIP stack, hence one address and port; each has a name of its own.
    """

    def __init__(self, options: SipOptions | None = None, *, policy: DiallingPolicy | None = None) -> None:
        """Take the set-up, and whom it may call; nothing happens before the context is entered."""
        self._options = options or SipOptions()
        self._policy = policy or DiallingPolicy()
        self._extension: Extension | None = None

    async def __aenter__(self) -> Self:
        """Start the stack, or join it where another telephone of this process has started it.

        Raises:
            MissingExtraError: the optional package is not installed.
            ConfigurationError: the set-up cannot be, or differs from that of another telephone of this process.
            CallError: the stack refuses the account.
        """
        try:
            from harness.sip.extension import Extension
        except ModuleNotFoundError as error:
            if error.name != "baresip":
                raise
            raise MissingExtraError(what="a telephone for real calls", package=PACKAGE, extra="sip") from error
        self._invitations: Arrivals[Invitation] = Arrivals()
        self._extension = await Extension.open(self._options, invited=self._invitations)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up every call, and stop the stack when no telephone uses it any more."""
        extension, self._extension = self._extension, None
        if extension is not None:
            await asyncio.shield(extension.close())

    @property
    def contact(self) -> str:
        """Return the address under which it can be called, such as `sip:harness@127.0.0.1:5062`."""
        return self._in_use().contact

    @asynccontextmanager
    async def dial(self, target: str, *, trial_id: str) -> AsyncIterator[SipCall]:
        """Call somebody: `sip:name@host`, or a name at our domain. Leaving the context hangs up.

        Raises:
            CallError: no call came about, or the policy forbids it; with cause and fix.
        """
        uri = dialled(target, domain=self._options.domain)
        why = refusal({"type": AddressType.SIP.value, "target": uri}, policy=self._policy, now=datetime.now(UTC))
        if why:
            raise CallError(f"no call was placed: {why}")
        call = SipCall(await self._in_use().dial(uri, trial_id=trial_id))
        try:
            yield call
        finally:
            await call.hang_up()

    async def invitation(self, *, within_s: float | None = None) -> Invitation:
        """Wait for the next call that comes in, which rings until it is answered, refused or given up.

        Raises:
            CallError: nobody called in time.
        """
        self._in_use()
        try:
            async with asyncio.timeout(within_s):
                return await self._invitations.get()
        except TimeoutError:
            raise CallError(f"nobody called {self.contact} within {within_s:g} s") from None

    @asynccontextmanager
    async def answer(self, *, within_s: float) -> AsyncIterator[SipCall]:
        """Wait for the next call that comes in, and answer it. Leaving the context hangs up.

        Raises:
            CallError: nobody called in time.
        """
        end_s = asyncio.get_running_loop().time() + within_s
        invitation = await self.invitation(within_s=within_s)
        while invitation.is_over:
            invitation = await self.invitation(within_s=max(0, end_s - asyncio.get_running_loop().time()))
        async with invitation.answer() as call:
            yield call

    def _in_use(self) -> "Extension":
        if self._extension is None:
            raise CallError("a telephone is used inside `async with SipPhone(…)` only")
        return self._extension
