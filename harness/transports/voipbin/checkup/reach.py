"""Is the platform there, and does it live in our time?"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from harness.transports.voipbin.checkup.results import Outcome, fine, skipped, warned
from harness.transports.voipbin.checkup.subject import Subject

_MOST_SKEW_S: Final = 2.0
"""More would put the platform's events between the wrong words; the header tells whole seconds only."""
_SLOW_S: Final = 1.0


async def ask_reach(subject: Subject) -> Outcome:
    """Does the API answer?"""
    ping = await subject.ping()
    said = f"{subject.client.root} answers in {1000 * ping.took_s:.0f} ms"
    if ping.took_s > _SLOW_S:
        return warned(f"{said}, which is slow", fix="run from a network nearer to the platform, or expect late events")
    return fine(said)


async def ask_clock(subject: Subject) -> Outcome:
    """Does its clock agree with ours?"""
    ping = await subject.ping()
    try:
        theirs = parsedate_to_datetime(ping.theirs)
    except ValueError:
        return skipped("the platform tells no time")
    # The header has whole seconds, cut off.
    skew_s = (ping.ours - _aware(theirs)).total_seconds() - 0.5
    if abs(skew_s) <= _MOST_SKEW_S + ping.took_s / 2:
        return fine("this machine's clock agrees with the platform's")
    word = "ahead of" if skew_s > 0 else "behind"
    return warned(
        f"this machine's clock is {abs(skew_s):.0f} s {word} the platform's",
        fix="switch on the synchronisation of this machine's clock, such as with `timedatectl set-ntp true`",
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
