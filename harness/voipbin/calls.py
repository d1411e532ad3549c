"""The life of a call on the platform: its states, how it moves between them, and why and by whom it ends."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never


class CallStatus(StrEnum):
    """Where a call stands."""

    DIALING = "dialing"
    RINGING = "ringing"
    PROGRESSING = "progressing"
    TERMINATING = "terminating"
    CANCELING = "canceling"
    HANGUP = "hangup"
    """Over; nothing follows."""


TRANSITIONS: Mapping[CallStatus, frozenset[CallStatus]] = MappingProxyType(
    {
        CallStatus.DIALING: frozenset(
            {
                CallStatus.RINGING,
                CallStatus.PROGRESSING,
                CallStatus.TERMINATING,
                CallStatus.CANCELING,
                CallStatus.HANGUP,
            }
        ),
        CallStatus.RINGING: frozenset(
            {CallStatus.PROGRESSING, CallStatus.TERMINATING, CallStatus.CANCELING, CallStatus.HANGUP}
        ),
        CallStatus.PROGRESSING: frozenset({CallStatus.TERMINATING, CallStatus.HANGUP}),
        CallStatus.TERMINATING: frozenset({CallStatus.HANGUP}),
        CallStatus.CANCELING: frozenset({CallStatus.HANGUP}),
        CallStatus.HANGUP: frozenset(),
    }
)
"""Every move a call may make; a move that is not here does not exist."""


class Direction(StrEnum):
    """Who placed the call, seen from the platform."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class HangupBy(StrEnum):
    """Which side ended the call, seen from the platform."""

    REMOTE = "remote"
    LOCAL = "local"


class HangupReason(StrEnum):
    """Why a call ended, in the platform's words."""

    NORMAL = "normal"
    FAILED = "failed"
    BUSY = "busy"
    CANCEL = "cancel"
    TIMEOUT = "timeout"
    NO_ANSWER = "noanswer"
    DIALOUT = "dialout"
    AMD = "amd"


class HangupCause(StrEnum):
    """What the telephone side reported when the call ended."""

    NORMAL = "normal"
    """Cleared, or answered elsewhere."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    """Rang out or was rejected."""
    UNKNOWN = "unknown"
    """No cause was given."""
    FAILURE = "failure"
    """Any other cause."""
    MAX_DURATION = "max_duration"
    """The platform's longest call was reached."""
    MACHINE = "machine"
    """Answering-machine detection decided to end it."""


_UNANSWERED = MappingProxyType(
    {
        HangupCause.NO_ANSWER: HangupReason.NO_ANSWER,
        HangupCause.BUSY: HangupReason.BUSY,
        HangupCause.NORMAL: HangupReason.NORMAL,
        HangupCause.UNKNOWN: HangupReason.DIALOUT,
    }
)


def hangup_by(before: CallStatus) -> HangupBy:
    """Return which side ended a call that was in `before` when it ended."""
    return HangupBy.LOCAL if before in (CallStatus.TERMINATING, CallStatus.CANCELING) else HangupBy.REMOTE


def hangup_reason(before: CallStatus, *, cause: HangupCause) -> HangupReason:
    """Return why a call ended that was in `before` and whose telephone side reported `cause`.

    Raises:
        ValueError: the call had ended before.
    """
    match before:
        case CallStatus.DIALING | CallStatus.RINGING:
            return _UNANSWERED.get(cause, HangupReason.FAILED)
        case CallStatus.PROGRESSING:
            return HangupReason.TIMEOUT if cause is HangupCause.MAX_DURATION else HangupReason.NORMAL
        case CallStatus.TERMINATING:
            return HangupReason.AMD if cause is HangupCause.MACHINE else HangupReason.NORMAL
        case CallStatus.CANCELING:
            return HangupReason.CANCEL
        case CallStatus.HANGUP:
            raise ValueError("a call ends once")
        case _:
            assert_never(before)
