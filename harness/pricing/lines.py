"""What a call's line is called where calls are paid for, and who pays for the other services in it."""

from typing import Final

from harness.model.case import Case

REAL: Final = "voipbin"
"""How the names of the real platform's transports begin."""
FREE_LINE: Final = "voipbin-direct"
FREE_CALLS: Final = "VoIPBIN charges nothing for calls to an AI's own hash"


def is_real(transport: str) -> bool:
    """Return whether calls go through the real platform, whose models and voices nobody bills to us (contract 6.6)."""
    return transport.startswith(REAL)


def line_of(transport: str, case: Case) -> str:
    """Return the name a call's line is priced by.

    The real platform bills a call that goes through a flow as one of a telephone number; a call to an AI's own direct
    hash is free (contract 6.6).
    """
    if not is_real(transport):
        return transport
    return REAL if case.platform.flow or case.platform.outgoing else FREE_LINE
