"""How the SIP tests call and are called."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from harness.interfaces.carriers import CarrierEvent, CarrierEventKind
from harness.sip import SipCall, SipOptions, SipPhone
from tests.sip.far_ear import HOST
from tests.sip.sipp_peer import Peer, peer

HASH: Final = "0123456789ab"
_BEFORE: Final = (CarrierEventKind.RINGING, CarrierEventKind.ANSWERED, CarrierEventKind.KEY)


def options(**changes: object) -> SipOptions:
    return SipOptions(**{"address": HOST, "ring_s": 5.0, **changes})  # type: ignore[arg-type]


def caller(**changes: object) -> SipPhone:
    return SipPhone(options(**changes))


def callee(**changes: object) -> SipPhone:
    return caller(**{"user": "callee", "takes_all": True, **changes})


def place(phone: SipPhone, *, host: str = HOST) -> str:
    """Host and port of a telephone."""
    return f"{host}:{phone.contact.rpartition(':')[2].partition(';')[0]}"


@asynccontextmanager
async def calling(
    scenario: str, folder: Path, setup: SipOptions | None = None, *, transport: str = "u1", status: str = ""
) -> AsyncIterator[tuple[SipCall, Peer]]:
    async with (
        SipPhone(setup or options()) as phone,
        peer(scenario, folder, transport=transport, status=status) as far,
        phone.dial(far.address, trial_id="t-1") as call,
    ):
        yield call, far


async def until(call: SipCall, kind: CarrierEventKind) -> list[CarrierEvent]:
    """Everything that happens up to and with the first of a kind."""
    happened: list[CarrierEvent] = []
    async with asyncio.timeout(10):
        while not happened or happened[-1].kind is not kind:
            happened.append(await call.event())
            assert happened[-1].kind in (kind, *_BEFORE), happened
    return happened


async def end(call: SipCall) -> CarrierEvent:
    return (await until(call, CarrierEventKind.ENDED))[-1]


def run(story: Coroutine[object, object, None]) -> None:
    asyncio.run(story)
