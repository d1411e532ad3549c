"""What the end of a call on its network is for the call: who hung up, or what went wrong, and what to do about it."""

from dataclasses import dataclass

from harness.interfaces.carriers import Ending
from harness.model.call import EndReason, Role

_PLATFORM = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnd:
    """How a call ended."""

    reason: EndReason
    by: str
    """A Role, or `platform`."""
    failure: str = ""
    """What went wrong while the call was there, or when it rang."""
    refusal: str = ""
    """Why no call came about at all, with what to do."""


def call_end(ending: Ending, detail: str, *, was_answered: bool) -> CallEnd:
    """Return how a call ended.

    Args:
        ending: What happened on the network.
        detail: The far end's or the server's own words.
        was_answered: Whether there was a call by then.
    """
    if not was_answered:
        if ending in (Ending.REFUSED, Ending.LOST):
            return CallEnd(reason=EndReason.NOT_ANSWERED, by=_PLATFORM, refusal=_refused(detail))
        told = detail or ending.value.replace("_", " ")
        return CallEnd(reason=EndReason.NOT_ANSWERED, by=_PLATFORM, failure=told)
    match ending:
        case Ending.OURS:
            return CallEnd(reason=EndReason.CALLER_HANGUP, by=Role.CALLER.value)
        case Ending.THEIRS:
            return CallEnd(reason=EndReason.AGENT_HANGUP, by=Role.AGENT.value)
        case _:
            told = f": {detail}" if detail else ""
            failure = f"the line was lost in the middle of the call{told}"
            return CallEnd(reason=EndReason.LINE_DROPPED, by=_PLATFORM, failure=failure)


def _refused(detail: str) -> str:
    told = detail or "the network gave no reason"
    if detail.startswith("404"):
        return f"the call was refused: {told}. No agent has this direct hash (any more): show it, or regenerate it"
    if detail.startswith("500"):
        return f"the call was refused: {told}. VoIPBIN says so where the account has no balance, or is not active"
    return f"the call was refused: {told}. Check the SIP domain and that it can be reached: harness doctor"
