"""One call by SIP, as whoever holds the conversation sees it."""

import asyncio
from typing import TYPE_CHECKING

from harness.errors import CallError
from harness.interfaces.carriers import CarrierEvent, CarrierEventKind, CarrierReport, Ending, SoundIn

if TYPE_CHECKING:
    from harness.sip.leg import Leg


class SipCall:
    """Implements Carrier. Every method but `event`, `press` and `hang_up` may be called from any thread."""

    def __init__(self, leg: "Leg") -> None:
        """Take the stack's end of it."""
        self._leg = leg
        self._end: CarrierEvent | None = None

    async def event(self) -> CarrierEvent:
        """Return what happens next; ENDED is last, and returned again."""
        if self._end is None:
            event = await self._leg.events.get()
            if event.kind is CarrierEventKind.ENDED:
                self._end = event
            return event
        return self._end

    def write(self, pcm: bytes) -> None:
        """Send sound behind what is not sent yet; what is written before there is sound waits."""
        self._leg.sound.write(pcm)

    def unsent_ms(self) -> int:
        """Return how much of what was written has not been handed to the network."""
        return self._leg.sound.unsent_ms()

    def flush(self) -> None:
        """Fall silent within a frame."""
        self._leg.sound.flush()

    def read(self) -> tuple[SoundIn, ...]:
        """Return what arrived since the last time, a frame of 20 ms at a time; may be before the call is answered."""
        return self._leg.sound.read()

    async def press(self, digits: str) -> None:
        """Press keys, each 100 ms long with 120 ms between. Raises CallError."""
        if set(digits.upper()) - set("0123456789ABCD*#") or not digits:
            raise CallError(f"keys of a telephone are 0-9, *, # and A-D, not {digits!r}")
        await self._leg.stack.run(self._leg.press(digits))

    async def hang_up(self) -> None:
        """End the call, and wait until it is over; nothing when it is already."""
        # Whoever is cancelled meanwhile still leaves no call behind.
        await asyncio.shield(self._leg.stack.run(self._leg.hang_up(Ending.OURS, "")))

    def report(self) -> CarrierReport:
        """Return how the call was carried, so far or at the end."""
        return self._leg.report()
