"""Why a call went as it did: pure rules from events, turns and resources to named findings.

Rules see symptoms alone. That a case asked for a fault makes no finding; it is only said beside those it explains. No
finding changes an outcome.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from harness.errors import ApiError, CallError, UnreachableError
from harness.model.call import Call, EventKind
from harness.model.case import Case
from harness.model.finding import Finding, FindingName
from harness.model.platform import FaultKind
from harness.runner.course import Course, Seen
from harness.runner.mishaps import (
    call_dropped,
    connect_failed,
    flow_failed,
    never_started,
    no_balance,
    other_agent,
    services_failed,
    tools_failed,
    words_cut,
)
from harness.runner.mishearing import misheard, not_heard, packets_lost
from harness.runner.missed_moments import (
    backchannel_left_out,
    interruption_too_late,
    keys_as_sound,
    moment_never_came,
)
from harness.runner.silences import (
    agent_wrote_nothing,
    audio_without_text,
    dead_air,
    one_way_out,
    pipeline_ended,
    slow_start,
    text_without_audio,
)
from harness.voipbin.refusals import Remedy, refusal, remedy
from harness.voipbin.symptoms import SYMPTOMS
from harness.voipbin.troubleshooting import ADVICE

Rule: TypeAlias = Callable[[Course], Iterator[Seen]]

RULES: Final[tuple[Rule, ...]] = (
    other_agent,
    no_balance,
    services_failed,
    never_started,
    flow_failed,
    call_dropped,
    pipeline_ended,
    agent_wrote_nothing,
    one_way_out,
    text_without_audio,
    not_heard,
    packets_lost,
    misheard,
    tools_failed,
    connect_failed,
    words_cut,
    slow_start,
    audio_without_text,
    dead_air,
    moment_never_came,
    interruption_too_late,
    backchannel_left_out,
    keys_as_sound,
)
"""Every rule, what explains most first: findings keep this order."""

_NOT_TAKEN: Final = re.compile(r"\bthe call was refused\b|\bnobody called\b|\bdialled nobody\b")
ASKED_FOR: Final = " (asked for by the case)"
"""Ends what a finding saw where a fault of the case's own explains it."""


def diagnose(call: Call, case: Case) -> tuple[Finding, ...]:
    """Return what explains a finished call, the likeliest cause first; nothing when nothing was wrong.

    Args:
        call: The call, with its resources; its own findings are not looked at.
        case: What was to happen.
    """
    course = Course(call=call, case=case)
    seen: dict[FindingName, list[Seen]] = {}
    for rule in RULES:
        for each in rule(course):
            seen.setdefault(each.name, []).append(each)
    asked_for = _asked_for(call)
    return tuple(_finding(name, all_seen, asked_for=name in asked_for) for name, all_seen in seen.items())


def diagnose_error(error: Exception) -> Finding | None:
    """Return what kept a call from coming about, where an error tells."""
    match error:
        case ApiError():
            name, what = refusal(error.http_status), error.answer
            known = remedy(error.http_status, error.reason)
        case UnreachableError():
            name, what = FindingName.PLATFORM_UNREACHABLE, error.message
            known = Remedy(error.cause, error.fix)
        case CallError() if "balance" in str(error).casefold():
            name, what = FindingName.INSUFFICIENT_BALANCE, str(error)
            known = remedy(402, "")
        case CallError() if _NOT_TAKEN.search(str(error)):
            name, what = FindingName.CALL_NOT_TAKEN, str(error)
            known = Remedy(ADVICE[name].cause, ADVICE[name].fix)
        case _:
            return None
    found = _finding(name, [Seen(name=name, at_ms=None, what=what.rstrip("."))], asked_for=False)
    return replace(found, cause=known.cause, fix=known.fix)


def _finding(name: FindingName, seen: Sequence[Seen], *, asked_for: bool) -> Finding:
    first, advice = seen[0], ADVICE[name]
    more = {0: "", 1: " (and once more)"}.get(len(seen) - 1, f" (and {len(seen) - 1} times more)")
    return Finding(
        name=name,
        at_ms=first.at_ms,
        what=first.what + more + (ASKED_FOR if asked_for else ""),
        cause=advice.cause,
        fix=advice.fix,
        blames=advice.blames,
    )


def _asked_for(call: Call) -> frozenset[FindingName]:
    """Return what the faults that were injected explain."""
    kinds = {str(event.data.get("kind")) for event in call.events if event.kind is EventKind.FAULT_INJECTED}
    return frozenset(name for kind in FaultKind if kind in kinds for name in SYMPTOMS[kind])
