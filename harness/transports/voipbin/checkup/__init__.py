"""Whether real calls could be held, found out without holding one: small questions, one subject a file.

Nothing here places a call or costs anything.
"""

from harness.transports.voipbin.checkup.results import (
    Check,
    Group,
    Outcome,
    Result,
    State,
    failed,
    fine,
    skipped,
    told,
    warned,
)
from harness.transports.voipbin.checkup.running import run_checks
from harness.transports.voipbin.checkup.subject import Needs, Subject
from harness.transports.voipbin.checkup.table import platform_checks

__all__ = [
    "Check",
    "Group",
    "Needs",
    "Outcome",
    "Result",
    "State",
    "Subject",
    "failed",
    "fine",
    "platform_checks",
    "run_checks",
    "skipped",
    "told",
    "warned",
]
