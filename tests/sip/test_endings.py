"""What the stack's last words about a call mean."""

import pytest

from harness.interfaces.carriers import Ending
from harness.sip.endings import closed_by_them, is_their_goodbye


@pytest.mark.parametrize(
    ("text", "was_answered", "ending", "detail"),
    [
        ("486 Busy Here", False, Ending.BUSY, "486 Busy Here"),
        ("600 Busy Everywhere", False, Ending.BUSY, "600 Busy Everywhere"),
        ("603 Decline", False, Ending.DECLINED, "603 Decline"),
        ("408 Request Timeout", False, Ending.NO_ANSWER, "408 Request Timeout"),
        ("404", False, Ending.REFUSED, "404"),
        ("302 Moved Temporarily", False, Ending.REFUSED, "302 Moved Temporarily"),
        ("500 Insufficient Balance", False, Ending.REFUSED, "500 Insufficient Balance"),
        ("Connection reset by peer [104]", True, Ending.THEIRS, ""),
        ("", True, Ending.THEIRS, ""),
        ("rtp stream error", True, Ending.LOST, "no packet of sound came for 10 s"),
        ("Something else [99]", True, Ending.LOST, "Something else [99]"),
        ("", False, Ending.LOST, "the connection was closed"),
    ],
)
def test_closing_words_name_the_ending(text: str, was_answered: bool, ending: Ending, detail: str) -> None:
    closed = closed_by_them(text, was_answered=was_answered, silence_s=10)
    assert (closed.ending, closed.detail) == (ending, detail)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("Protocol error [71]", "name its authority in ca_file"),
        ("Destination address required [89]", "check its spelling"),
        ("Connection refused [111]", "check port and transport"),
        ("Connection timed out [110]", "firewall"),
    ],
)
def test_a_connection_that_did_not_come_about_is_lost_with_cause_and_fix(text: str, fix: str) -> None:
    closed = closed_by_them(text, was_answered=False, silence_s=10)
    assert closed.ending is Ending.LOST
    assert closed.detail.startswith(text)
    assert fix in closed.detail


def test_who_resets_before_the_answer_has_not_hung_up() -> None:
    assert not is_their_goodbye("Connection reset by peer [104]", was_answered=False)
    assert closed_by_them("Connection reset by peer [104]", was_answered=False, silence_s=10).ending is Ending.LOST
