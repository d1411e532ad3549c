"""Which of the platform's calls and sessions is the one that was held: a SIP telephone is told no id (contract 9, B).

An agent that is lent to one call at a time was last phoned by that call. Of an agent others phone too, a call counts
that began about when ours was dialled, by the caller's own address where the platform shows one.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodged import Lodged
from harness.voipbin.calls import Direction
from harness.voipbin.resources import Record
from harness.voipbin.times import read_time

_MOST_SEARCHED: Final = 200
"""Newest calls, or sessions, among which one that was just held is looked for."""
_ABOUT: Final = timedelta(minutes=2)
"""How far apart the clocks of two machines, and the ways to a platform, may be."""


async def find_call(client: VoipbinClient, lodged: Lodged, *, dialled: datetime, caller: str = "") -> Record | None:
    """Return the call that was just held with an agent; None while the platform shows none.

    Args:
        client: Who asks.
        lodged: Who was phoned.
        dialled: When, by this machine's clock.
        caller: The user part of the caller's SIP address, where one was shown; empty where it says nothing.
    """
    targets = {lodged.ai_id, lodged.flow_id} - {""}
    found: list[Record] = []
    searched = 0
    async for call in client.pages("/calls"):
        destination, searched = call.get("destination"), searched + 1
        is_theirs = isinstance(destination, Mapping) and destination.get("target") in targets
        if is_theirs and call.get("direction") == Direction.INCOMING and _may_be(call, lodged, dialled):
            found.append(call)
        if searched >= _MOST_SEARCHED or (found and lodged.is_exclusive):
            break
    return _nearest(found, dialled, caller=caller)


async def find_aicall(client: VoipbinClient, lodged: Lodged, *, dialled: datetime) -> Record | None:
    """Return the session that was just held with an agent, for who sees no calls; None while there is none."""
    found: list[Record] = []
    searched = 0
    async for aicall in client.pages("/aicalls"):
        searched += 1
        if aicall.get("assistance_id") == lodged.ai_id and _may_be(aicall, lodged, dialled):
            found.append(aicall)
        if searched >= _MOST_SEARCHED:
            break
    return _nearest(found, dialled)


def _may_be(record: Record, lodged: Lodged, dialled: datetime) -> bool:
    if str(record.get("id")) in lodged.seen_calls:
        return False
    made = read_time(record.get("tm_create"))
    return lodged.is_exclusive or made is None or abs(made - dialled) <= _ABOUT


def _nearest(found: list[Record], dialled: datetime, *, caller: str = "") -> Record | None:
    def distance(record: Record) -> tuple[bool, timedelta]:
        source = record.get("source")
        is_callers = isinstance(source, Mapping) and bool(caller) and caller in str(source.get("target"))
        made = read_time(record.get("tm_create"))
        return not is_callers, timedelta.max if made is None else abs(made - dialled)

    return min(found, key=distance, default=None)
