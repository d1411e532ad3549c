from itertools import product

import pytest

from harness.voipbin.calls import TRANSITIONS, CallStatus, HangupBy, HangupCause, hangup_by, hangup_reason

ALLOWED = {
    "dialing": "ringing progressing terminating canceling hangup",
    "ringing": "progressing terminating canceling hangup",
    "progressing": "terminating hangup",
    "terminating": "hangup",
    "canceling": "hangup",
    "hangup": "",
}


@pytest.mark.parametrize(("before", "after"), list(product(CallStatus, CallStatus)))
def test_transition_exists_exactly_where_the_platform_has_it(before: CallStatus, after: CallStatus) -> None:
    assert (after in TRANSITIONS[before]) == (after.value in ALLOWED[before.value].split())


@pytest.mark.parametrize(
    ("before", "cause", "reason"),
    [
        ("ringing", "no_answer", "noanswer"),
        ("dialing", "busy", "busy"),
        ("ringing", "normal", "normal"),
        ("dialing", "unknown", "dialout"),
        ("ringing", "failure", "failed"),
        ("progressing", "normal", "normal"),
        ("progressing", "busy", "normal"),
        ("progressing", "max_duration", "timeout"),
        ("terminating", "machine", "amd"),
        ("terminating", "normal", "normal"),
        ("canceling", "busy", "cancel"),
    ],
)
def test_hangup_reason_follows_from_state_and_cause(before: str, cause: str, reason: str) -> None:
    assert hangup_reason(CallStatus(before), cause=HangupCause(cause)) == reason


def test_a_call_ends_once() -> None:
    with pytest.raises(ValueError, match="once"):
        hangup_reason(CallStatus.HANGUP, cause=HangupCause.NORMAL)


@pytest.mark.parametrize("before", CallStatus)
def test_platform_ended_the_call_only_if_it_was_terminating_or_canceling(before: CallStatus) -> None:
    local = before in (CallStatus.TERMINATING, CallStatus.CANCELING)
    assert hangup_by(before) is (HangupBy.LOCAL if local else HangupBy.REMOTE)
