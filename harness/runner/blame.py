"""Which part failed: every failed check of a trial assigned to one part, with evidence and the time in the call.

The rules look at scores, turns, events and findings: at symptoms, never at faults that were planned. They change no
outcome. `docs/which-part.md` has their order, and how often they are right about planted faults.
"""

import math
from collections.abc import Iterator, Sequence
from typing import assert_never

from harness.errors import CallError, ServiceError
from harness.model.blame import Blame, Part
from harness.model.call import Call, EndReason, EventKind, Role
from harness.model.case import Case
from harness.model.finding import FindingName
from harness.model.score import Score, Scored
from harness.model.validity import InvalidKind, Validity
from harness.runner.blame_answers import blame_answer, never_came, service_part
from harness.runner.blame_measures import blame_measure, blame_our_audio
from harness.runner.blame_scene import Check, Scene
from harness.runner.conduct import agent_faults, unfinished_business
from harness.runner.outcome import broken_limits

_OF_A_MOMENT = frozenset({"says", "never_says", "within_ms"})
"""Scores that go unanswered because the call never came to their moment."""
_CHECK = "check."


def assign(
    case: Case, scores: Sequence[Scored], *, call: Call, validity: Validity | None = None, fault: str = ""
) -> tuple[Blame, ...]:
    """Return the part behind each failed check of a trial: failures first, then what could not be measured.

    Args:
        case: What was to happen.
        scores: All scores of the call.
        call: The finished call, with its findings.
        validity: Whether our caller and its line did their part; None where nobody asked.
        fault: What went wrong in our own measurement after the call; empty when nothing did.
    """
    found = [*_services(call, fault=fault), *_spoiled(call, scores, validity=validity), *_course(case, call, scores)]
    found += [blame_measure(Scene(check=check, call=call, scores=scores)) for check in _failed(case, call, scores)]
    found += _unmeasured(call, scores)
    found += [_unfinished(call, reason=reason) for reason in unfinished_business(case, call)]
    return tuple(found)


def assign_error(error: Exception) -> Blame:
    """Return the part that kept a call from coming about."""
    match error:
        case CallError():
            part = Part.NETWORK
        case ServiceError():
            # What fails on the platform's side is an event: this is the caller's own voice.
            part = Part.CALLER
        case _:
            part = Part.HARNESS
    return Blame(check="service", part=part, evidence=str(error).rstrip("."))


def _services(call: Call, *, fault: str) -> Iterator[Blame]:
    if fault:
        yield Blame(check="service", part=Part.HARNESS, evidence=fault.rstrip("."))
    told: set[str] = set()
    for event in call.events:
        if event.kind is EventKind.SERVICE_FAILED and event.text not in told:
            told.add(event.text)
            service = f"the service {event.data.get('service', '')} failed: ".replace("  ", " ")
            evidence = service + event.text.rstrip(".")
            yield Blame(check="service", part=service_part(event), evidence=evidence, at_ms=event.at_ms)


def _spoiled(call: Call, scores: Sequence[Scored], *, validity: Validity | None) -> Iterator[Blame]:
    if validity is None:
        return
    scene = Scene(check=Check(name="validity", reason=validity.reason), call=call, scores=scores)
    match validity.kind:
        case None:
            return
        case InvalidKind.AUDIO:
            yield blame_our_audio(scene)
        case InvalidKind.CALLER_HELPED | InvalidKind.CALLER_HINDERED:
            yield scene.blame(Part.CALLER, validity.reason, at_ms=None)
        case InvalidKind.UNCHECKED | InvalidKind.OTHER_AGENT:
            yield scene.blame(Part.HARNESS, validity.reason, at_ms=None)
        case _:
            assert_never(validity.kind)


def _course(case: Case, call: Call, scores: Sequence[Scored]) -> Iterator[Blame]:
    """Yield what was wrong with how the agent held the call: silence, hanging up, talking without end."""
    for reason in agent_faults(case, call):
        last = next((i for i in range(len(call.turns) - 1, -1, -1) if call.turns[i].role is Role.CALLER), None)
        check = Check(name="course", turn=last, reason=reason, is_greeting=last is None)
        scene = Scene(check=check, call=call, scores=scores)
        match call.end_reason:
            case EndReason.NEVER_STARTED:
                yield scene.blame(Part.NETWORK, reason, at_ms=_found_ms(call, FindingName.SESSION_NEVER_STARTED))
            case EndReason.AGENT_SILENT if not scene.answer:
                yield blame_answer(scene)
            case EndReason.AGENT_SILENT:
                yield never_came(scene) or scene.blame(Part.THINKING, reason, at_ms=call.duration_ms)
            case _:
                yield blame_answer(scene)


def _failed(case: Case, call: Call, scores: Sequence[Scored]) -> Iterator[Check]:
    """Yield the requirements that were not met, and the limits that were broken."""
    for place, score in enumerate(scores):
        if isinstance(score, Score) and score.passed is False and not math.isnan(score.value):
            yield Check(
                name=score.name,
                turn=score.turn,
                score=place,
                missing=score.missing,
                reason=score.reason,
                is_greeting=score.turn is None and "greeting" in score.reason,
            )
    for limit in broken_limits(case.limits, scores, call=call):
        yield Check(name=limit.score, reason=limit.reason)


def _unmeasured(call: Call, scores: Sequence[Scored]) -> Iterator[Blame]:
    """Yield required questions nobody could answer: the call never came to them, or our measurement failed."""
    for place, score in enumerate(scores):
        if not score.required or (
            isinstance(score, Score) and score.passed is not None and not math.isnan(score.value)
        ):
            continue
        of_a_moment = score.name in _OF_A_MOMENT or score.name.startswith(_CHECK)
        came = not of_a_moment or score.turn is not None
        part = Part.HARNESS if came else _ender(call)
        evidence, at_ms = score.reason or "no answer was given", None if came else call.duration_ms
        yield Blame(check=score.name, part=part, evidence=evidence, at_ms=at_ms, turn=score.turn, score=place)


def _unfinished(call: Call, *, reason: str) -> Blame:
    return Blame(check="script", part=_ender(call), evidence=reason, at_ms=call.duration_ms)


def _ender(call: Call) -> Part:
    """Return who kept a call from coming to its end."""
    match call.end_reason:
        case EndReason.LINE_DROPPED | EndReason.NOT_ANSWERED | EndReason.NEVER_STARTED:
            return Part.NETWORK
        case EndReason.AGENT_HANGUP | EndReason.AGENT_SILENT:
            return Part.THINKING
        case EndReason.CALLER_HANGUP | EndReason.TIME_LIMIT:
            return Part.CALLER
        case _:
            assert_never(call.end_reason)


def _found_ms(call: Call, name: FindingName) -> int | None:
    return next((each.at_ms for each in call.findings if each.name is name), None)
