"""Findings from what was told or done: services, sessions and flows that failed, tools, transfers, ends."""

import re
from collections.abc import Iterator
from typing import Final

from harness.model.call import EndReason, Event, EventKind, Role
from harness.model.finding import FindingName
from harness.model.proof import Proof, Proved
from harness.runner.course import SESSION_OVER, Course, Seen, in_seconds
from harness.voipbin.parameters import RUNNER_START_TIMEOUT_MS, TOOL_TIMEOUT_MS

_N = FindingName
BROKE_BY: Final = (
    _N.REQUEST_REFUSED,
    _N.CREDENTIALS_REFUSED,
    _N.INSUFFICIENT_BALANCE,
    _N.PLATFORM_LIMIT,
    _N.PLATFORM_FAILED,
    _N.PLATFORM_UNREACHABLE,
    _N.AGENT_DELETED,
)
"""What the platform's answer to a request may have done to a call; the stage of the event that tells is its name."""
_STAGES: Final = {
    "account": _N.INSUFFICIENT_BALANCE,
    "flow": _N.FLOW_FAILED,
    "session": _N.SESSION_NEVER_STARTED,
    "stt": _N.STT_FAILED,
    **{name.value: name for name in BROKE_BY},
}
_LIMITED = re.compile(r"\b429\b|rate.?limit|too many requests|fewer requests", re.IGNORECASE)
_LATE = re.compile(r"no answer|did not answer|in time|timed? ?out|gave up waiting|never answers", re.IGNORECASE)
_REFUSED = re.compile(r"\b40[123]\b|\bkeys?\b|refused|credit|credential|unauthori[sz]ed", re.IGNORECASE)
_NO_VOICE = re.compile(
    r"\b404\b|\bvoice\b.*\b(not|no|unknown|missing)\b|\b(no|unknown|missing)\b.*\bvoice\b", re.IGNORECASE
)
_ARGUMENTS = re.compile(r"\barguments?\b", re.IGNORECASE)
LEAST_CREDIT: Final = 10_000
"""Millionths of a US dollar without which the platform places no call (contract section 6.6)."""
_AT_ONCE_MS = 500
"""A flow that is over this soon after an action that takes time has failed at it."""
_TAKE_TIME = frozenset({"ai_talk", "ai", "ai_task", "connect", "conference_join", "queue_join", "fetch", "fetch_flow"})


def failure_sentence(event: Event) -> str:
    """Return what a SERVICE_FAILED event says, as a reason."""
    return f"the service {event.data.get('service', '')} failed at {event.at_ms} ms: {event.text}".replace("  ", " ")


def services_failed(course: Course) -> Iterator[Seen]:
    """A service of the platform, or the line to it, said that it failed."""
    for event in course.events(EventKind.SERVICE_FAILED):
        yield Seen(
            name=_failure(event, answered=course.answered_ms is not None),
            at_ms=event.at_ms,
            what=failure_sentence(event),
        )


def never_started(course: Course) -> Iterator[Seen]:
    """The AI session was asked for, or due, and never ran."""
    if course.service_failed("session") or course.service_failed("flow"):
        return
    asked = course.events(EventKind.AICALL_INITIALIZING)
    began = course.events(EventKind.AICALL_PROGRESSING)
    waited_ms = course.ended_ms - asked[-1].at_ms if asked else 0
    ended = course.call.end_reason
    gave_up = ended in (EndReason.NEVER_STARTED, EndReason.AGENT_SILENT) or waited_ms >= RUNNER_START_TIMEOUT_MS
    if asked and not began and gave_up:
        what = f"the session was asked for and had not begun {in_seconds(waited_ms)} later"
        yield Seen(name=_N.SESSION_NEVER_STARTED, at_ms=asked[-1].at_ms, what=what)


def flow_failed(course: Course) -> Iterator[Seen]:
    """The call was over the moment an action began that takes time."""
    actions = course.events(EventKind.ACTION_ENTERED)
    if not actions or course.service_failed("session") or course.service_failed("flow"):
        return
    last = actions[-1]
    kind = str(last.data.get("type") or last.text)
    went_on = any(
        event.at_ms >= last.at_ms
        for event in course.events(
            EventKind.AICALL_INITIALIZING, EventKind.CONNECTING, EventKind.CONNECT_ENDED, EventKind.SPEECH_STARTED
        )
    )
    # A line over a network cannot tell the agent from the platform: the far end hung up.
    by_them = any(event.data.get("by") in ("platform", "agent") for event in course.events(EventKind.CALL_HANGUP))
    if kind in _TAKE_TIME and by_them and not went_on and course.ended_ms - last.at_ms <= _AT_ONCE_MS:
        yield Seen(name=_N.FLOW_FAILED, at_ms=last.at_ms, what=f"the call ended as soon as the action {kind} began")


def call_dropped(course: Course) -> Iterator[Seen]:
    """The call ended although neither side, nor the flow, had hung up."""
    if any(course.service_failed(stage) for stage in ("line", *BROKE_BY)):
        return
    call_broke = course.call.end_reason is EndReason.LINE_DROPPED
    for event in course.events(EventKind.CALL_HANGUP):
        of_platform = event.data.get("by") == "platform" and course.call.end_reason is not EndReason.TIME_LIMIT
        contradicts = of_platform and event.data.get("hangup_by") == "remote"
        cut = [t for t in course.call.turns if t.role is Role.CALLER and t.interrupted and t.ended_ms >= event.at_ms]
        broke = call_broke or event.data.get("hangup_reason") == "failed" or contradicts or (of_platform and bool(cut))
        if course.answered_ms is not None and broke:
            what = "the line was gone and neither side had hung up" + (", in the middle of a word" if cut else "")
            yield Seen(name=_N.CALL_DROPPED, at_ms=event.at_ms, what=what)


def tools_failed(course: Course) -> Iterator[Seen]:
    """A tool of the agent was used wrongly, answered with an error, or did not answer."""
    returned = {event.data.get("id"): event for event in course.events(EventKind.TOOL_RETURNED)}
    for call in course.events(EventKind.TOOL_CALLED):
        answer = returned.get(call.data.get("id"))
        took_ms = (course.ended_ms if answer is None else answer.at_ms) - call.at_ms
        if answer is not None and answer.data.get("ok") is False and _ARGUMENTS.search(answer.text):
            what = f"the agent called {call.text} with {call.data.get('arguments', '')}: {answer.text}"
            yield Seen(name=_N.TOOL_ARGUMENTS_REFUSED, at_ms=call.at_ms, what=what)
        elif (answer is None or answer.data.get("ok") is False) and (
            took_ms >= TOOL_TIMEOUT_MS or (answer is not None and _LATE.search(answer.text))
        ):
            what = f"the tool {call.text} gave no result in {in_seconds(took_ms)}"
            yield Seen(name=_N.TOOL_TIMED_OUT, at_ms=call.at_ms, what=what)
        elif answer is not None and answer.data.get("ok") is False:
            what = f"the tool {call.text} failed: {answer.text}"
            yield Seen(name=_N.TOOL_FAILED, at_ms=answer.at_ms, what=what)


def connect_failed(course: Course) -> Iterator[Seen]:
    """Somebody was phoned for the caller and the two never talked."""
    answered: set[object] = set()
    for event in course.events(EventKind.CONNECTED, EventKind.CONNECT_ENDED):
        target = event.data.get("target")
        if event.kind is EventKind.CONNECTED:
            answered.add(target)
        elif target not in answered:
            why = str(event.data.get("reason") or "unknown").replace("_", " ")
            what = f"the caller was not connected with {target}: {why}"
            yield Seen(name=_N.CONNECT_FAILED, at_ms=event.at_ms, what=what)


def words_cut(course: Course) -> Iterator[Seen]:
    """The session's end, and not the caller, stopped the agent in mid-speech."""
    ends = [event.at_ms for event in course.events(*SESSION_OVER) if event.kind is not EventKind.PIPELINE_ENDED]
    for turn in course.call.turns:
        at_ms = turn.ended_ms
        if turn.role is not Role.AGENT or not turn.interrupted or course.is_audible(Role.CALLER, at_ms=at_ms):
            continue
        at_the_end = course.ended_ms - at_ms <= course.together_ms
        if at_the_end and course.call.end_reason is not EndReason.AGENT_HANGUP:
            continue
        if any(abs(end_ms - at_ms) <= course.together_ms for end_ms in ends):
            what = f'the agent was stopped after "{turn.spoken}"'
            yield Seen(name=_N.WORDS_CUT, at_ms=at_ms, what=what)


def no_balance(course: Course) -> Iterator[Seen]:
    """The account, as it was after the call, has neither tokens nor credit."""
    for account in course.resources("account"):
        credit, tokens = account.fields.get("balance_credit"), account.fields.get("balance_token")
        if isinstance(credit, int) and credit < LEAST_CREDIT and not tokens:
            what = f"the account has {credit / 1_000_000:.4f} USD and no tokens left"
            yield Seen(name=_N.INSUFFICIENT_BALANCE, at_ms=None, what=what)


def other_agent(course: Course) -> Iterator[Seen]:
    """The platform says that it ran another prompt or another engine_model than the arm's."""
    proof = Proof.of(course.call.resources)
    if proof is not None and proof.proved is Proved.DIFFERS:
        yield Seen(name=_N.OTHER_AGENT, at_ms=None, what=proof.why)


def _failure(event: Event, *, answered: bool) -> FindingName:
    text = event.text
    match event.data.get("stage"):
        case "line":
            return _N.CALL_DROPPED if answered else _N.CALL_NOT_TAKEN
        case "llm" | "summary" if _LIMITED.search(text):
            return _N.LLM_RATE_LIMITED
        case "llm" | "summary" if _LATE.search(text):
            return _N.LLM_TIMED_OUT
        case "llm" | "summary" if _REFUSED.search(text):
            return _N.LLM_KEY_REFUSED
        case "tts" if _NO_VOICE.search(text):
            return _N.TTS_VOICE_MISSING
        case "tts":
            return _N.TTS_FAILED
        case stage:
            return _STAGES.get(str(stage), _N.LLM_FAILED)
