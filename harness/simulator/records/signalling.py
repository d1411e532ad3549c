"""Which SIP messages a call's record stands for; how they are written is `harness.voipbin.sip_trace`'s."""

import re
from collections.abc import Iterator

from harness.voipbin.resources import Record
from harness.voipbin.sip_trace import PEER, PLATFORM, Dialog, Sip, Step

_UNWRITABLE = re.compile(r"[^\w.+@:;=-]")
_REFUSALS = {"busy": Sip.BUSY, "noanswer": Sip.UNAVAILABLE, "timeout": Sip.UNAVAILABLE}


def dialog(call: Record) -> Dialog:
    """Return who speaks with whom in a call."""
    is_incoming = call["direction"] == "incoming"
    caller_host, callee_host = (PEER, PLATFORM) if is_incoming else (PLATFORM, PEER)
    return Dialog(
        call_id=call["id"],
        caller=_address(call["source"], host=caller_host),
        callee=_address(call["destination"], host=callee_host),
        is_incoming=is_incoming,
    )


def steps(call: Record) -> Iterator[Step]:
    """Yield the messages of a call so far, oldest first."""
    yield Step(at_ms=call["tm_create"], sip=Sip.INVITE, of=Sip.INVITE, from_caller=True)
    if call["tm_ringing"] is not None:
        yield Step(at_ms=call["tm_ringing"], sip=Sip.RINGING, of=Sip.INVITE, from_caller=False)
    if call["tm_progressing"] is not None:
        yield from _answered(call["tm_progressing"], Sip.OK)
        if call["tm_hangup"] is not None:
            yield from _ended(call)
    elif call["tm_hangup"] is not None:
        yield from _never_answered(call)


def _answered(at_ms: int, sip: Sip) -> Iterator[Step]:
    yield Step(at_ms=at_ms, sip=sip, of=Sip.INVITE, from_caller=False)
    yield Step(at_ms=at_ms, sip=Sip.ACK, of=Sip.ACK, from_caller=True)


def _ended(call: Record) -> Iterator[Step]:
    by_caller = _hung_up_by_caller(call)
    yield Step(at_ms=call["tm_hangup"], sip=Sip.BYE, of=Sip.BYE, from_caller=by_caller)
    yield Step(at_ms=call["tm_hangup"], sip=Sip.OK, of=Sip.BYE, from_caller=not by_caller)


def _never_answered(call: Record) -> Iterator[Step]:
    at_ms = call["tm_hangup"]
    if call["hangup_reason"] == "cancel" or (call["direction"] == "incoming" and _hung_up_by_caller(call)):
        yield Step(at_ms=at_ms, sip=Sip.CANCEL, of=Sip.CANCEL, from_caller=True)
        yield Step(at_ms=at_ms, sip=Sip.OK, of=Sip.CANCEL, from_caller=False)
        yield from _answered(at_ms, Sip.TERMINATED)
        return
    yield from _answered(at_ms, _REFUSALS.get(call["hangup_reason"], Sip.FAILED))


def _hung_up_by_caller(call: Record) -> bool:
    by_platform: bool = call["hangup_by"] == "local"
    return by_platform is (call["direction"] == "outgoing")


def _address(address: Record | None, *, host: str) -> str:
    target = str((address or {}).get("target") or "anonymous").removeprefix("sip:")
    # Whatever somebody gave as an address must not end a line of the message or open another header.
    written = _UNWRITABLE.sub("", target) or "anonymous"
    return written if "@" in written else f"{written}@{host}"
