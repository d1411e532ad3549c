"""What the stack's words about the end of a call mean."""

import re
from dataclasses import dataclass
from typing import Final

from harness.interfaces.carriers import Ending

_STATUS: Final = re.compile(r"([3-6]\d\d)(?: .*)?")
_ENDINGS: Final = {
    408: Ending.NO_ANSWER,
    480: Ending.NO_ANSWER,
    486: Ending.BUSY,
    487: Ending.NO_ANSWER,
    600: Ending.BUSY,
    603: Ending.DECLINED,
    607: Ending.DECLINED,
}
_BYE: Final = "Connection reset by peer"
"""What the stack calls the far end's hanging up."""
_SILENT: Final = "rtp stream error"
_CAUSES: Final = {
    "Protocol error": (
        "its certificate is not trusted, is made out to another name, or it speaks no TLS: name its authority in "
        "ca_file, and the port of TLS (5061) in the address"
    ),
    "Destination address required": "no host of that name was found: check its spelling and the name service",
    "Connection refused": "nothing listens there: check port and transport",
    "Connection timed out": "nothing answered: check host, port, and that a firewall lets SIP through",
    "Network is unreachable": "no network leads there",
    "No route to host": "no network leads there",
}
"""What to look for behind the stack's name of an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """How a call ended, and in whose words."""

    ending: Ending
    detail: str


def is_their_goodbye(text: str, *, was_answered: bool) -> bool:
    """Return whether the far end hung up, and not we."""
    return was_answered and text.startswith(_BYE)


def closed_by_them(text: str, *, was_answered: bool, silence_s: int) -> Closed:
    """Return what the stack's closing text means, for a call that we did not end."""
    if _SILENT in text.lower():
        return Closed(ending=Ending.LOST, detail=f"no packet of sound came for {silence_s} s")
    if status := _STATUS.fullmatch(text):
        return Closed(ending=_ENDINGS.get(int(status[1]), Ending.REFUSED), detail=text)
    if was_answered and (not text or is_their_goodbye(text, was_answered=True)):
        return Closed(ending=Ending.THEIRS, detail="")
    for name, cause in _CAUSES.items():
        if text.startswith(name):
            return Closed(ending=Ending.LOST, detail=f"{text}: {cause}")
    return Closed(ending=Ending.LOST, detail=text or "the connection was closed")
