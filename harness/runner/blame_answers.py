"""Why an answer has the wrong words, or none: the rules for checks of what the agent said, first that applies.

Words cannot be blamed on the model before it is clear that it was asked properly, left to finish, and given what its
tools owed it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from harness.model.blame import Blame, Part
from harness.model.call import EndReason, Event, EventKind, Role, Speaker, Turn
from harness.model.finding import FindingName
from harness.runner.blame_arrival import line_sign, not_arrived
from harness.runner.blame_scene import Scene, quoted
from harness.runner.course import SESSION_OVER

_N = FindingName
_EARLY_MS: Final = 250
"""An answer that begins this long before the caller has finished is an interruption (evaluation.md 5.3)."""
_TOGETHER_MS: Final = 50
_BARGE_IN_MS: Final = 1_000
"""A recogniser tells of a short word when it is over already; the agent stops only then."""
_WORD = re.compile(r"[^\W_]+")
_TELLING_LETTERS: Final = 4
_NOTHING: Final = frozenset({"status", "ok", "data", "null"})
"""The words of a tool's result that holds no data."""
_STAGES: Final[Mapping[str, Part]] = {
    "llm": Part.THINKING,
    "summary": Part.THINKING,
    "tts": Part.SPEAKING,
    "stt": Part.HEARING,
    # Who tests asked wrongly or too often, or took the agent away.
    _N.REQUEST_REFUSED.value: Part.HARNESS,
    _N.CREDENTIALS_REFUSED.value: Part.HARNESS,
    _N.PLATFORM_LIMIT.value: Part.HARNESS,
    _N.AGENT_DELETED.value: Part.HARNESS,
}
_CARRIER: Final = (_N.SESSION_NEVER_STARTED, _N.FLOW_FAILED, _N.PIPELINE_DIED, _N.IDLE_STOP, _N.CALL_DROPPED)
"""What the line or the platform does to a call, whatever the agent would have said."""


def service_part(event: Event) -> Part:
    """Return the part whose service an event says has failed; the platform's own are the network."""
    return _STAGES.get(str(event.data.get("stage")), Part.NETWORK)


def blame_answer(scene: Scene) -> Blame:
    """Return the part that gave a wrong answer, or none."""
    rules: tuple[Callable[[Scene], Blame | None], ...] = (
        service_failed,
        *(() if scene.answer else (was_over,)),
        spoke_too_early,
        not_arrived,
        cut_off,
        tool_trouble,
        *(() if scene.answer else (never_came,)),
    )
    found = (blame for rule in rules for blame in [rule(scene)] if blame is not None)
    return next(found, None) or _wrong_words(scene)


def service_failed(scene: Scene) -> Blame | None:
    """A service of the platform said that it failed, in this exchange."""
    for event in scene.events(EventKind.SERVICE_FAILED):
        return scene.blame(service_part(event), event.text.rstrip("."), at_ms=event.at_ms)
    return None


def was_over(scene: Scene) -> Blame | None:
    """The call or its session was over before an answer could come: the agent ended it, or the platform lost it."""
    if scene.call.end_reason is EndReason.AGENT_HANGUP and scene.until_ms >= scene.call.duration_ms:
        tools = [event.text for event in scene.call.events if event.kind is EventKind.TOOL_CALLED]
        what = f"the agent hung up{f' with {tools[-1]}' if tools else ''} and answered no more"
        return scene.blame(Part.THINKING, what, at_ms=scene.call.duration_ms)
    carrier = scene.finding(*_CARRIER)
    if carrier is not None and (carrier.at_ms is None or carrier.at_ms <= scene.until_ms):
        return scene.blame(Part.NETWORK, scene.saw(carrier), at_ms=carrier.at_ms)
    return None


def spoke_too_early(scene: Scene) -> Blame | None:
    """The agent took the turn for over and answered what it had heard so far."""
    for index in scene.caller_turns if scene.is_whole_call else scene.caller_turns[:1]:
        asked = scene.call.turns[index]
        for turn in scene.call.turns:
            early_ms = asked.ended_ms - turn.started_ms
            is_agent = turn.role is Role.AGENT and turn.speaker is Speaker.AGENT
            if is_agent and turn.started_ms > asked.started_ms and early_ms >= _EARLY_MS:
                what = f"the agent began {quoted(turn.spoken)} {early_ms} ms before the caller had finished"
                lost = line_sign(scene, turn=index)
                # Sound that got lost is taken for the end of a turn.
                return scene.blame(
                    Part.NETWORK if lost else Part.TURN_TAKING,
                    f"{what}: {lost}" if lost else what,
                    at_ms=turn.started_ms,
                    alternatives=(Part.TURN_TAKING,) if lost else (),
                )
        ends = [e.at_ms for e in scene.call.events if e.kind is EventKind.USER_TURN_ENDED]
        within = [at_ms for at_ms in ends if asked.started_ms < at_ms <= asked.ended_ms - _EARLY_MS]
        until_ms = next(
            (t.started_ms for t in scene.call.turns[index + 1 :] if t.role is Role.CALLER and t.wants_answer), None
        )
        after = [at_ms for at_ms in ends if at_ms > asked.ended_ms - _EARLY_MS and at_ms <= (until_ms or at_ms)]
        if within and not after:
            what = f"the turn was taken for over {asked.ended_ms - within[-1]} ms before the caller had finished"
            return scene.blame(Part.TURN_TAKING, what, at_ms=within[-1])
    return None


def cut_off(scene: Scene) -> Blame | None:
    """The answer was stopped before its end: by the caller, by the session's end, by the line, or by nobody."""
    cut = (scene.call.turns[index] for index in scene.answer if scene.call.turns[index].interrupted)
    return next((_cut(scene, turn) for turn in cut), None)


def _cut(scene: Scene, turn: Turn) -> Blame:
    call, at_ms, what = scene.call, turn.ended_ms, f"the agent was stopped after {quoted(turn.spoken)}"
    for other in call.turns:
        if other.role is Role.CALLER and other.started_ms <= at_ms and other.ended_ms >= at_ms - _BARGE_IN_MS:
            why = f"because the caller said {quoted(other.spoken)}" if other.spoken else "because the caller spoke"
            return scene.blame(Part.TURN_TAKING, f"{what}, {why}", at_ms=at_ms)
    if call.end_reason is EndReason.LINE_DROPPED:
        return scene.blame(Part.NETWORK, f"{what}: the line was gone", at_ms=at_ms)
    if call.end_reason in (EndReason.TIME_LIMIT, EndReason.CALLER_HANGUP) and call.duration_ms - at_ms <= _TOGETHER_MS:
        return scene.blame(Part.CALLER, f"{what}, because the caller hung up", at_ms=at_ms)
    ends = [event.at_ms for event in call.events if event.kind in SESSION_OVER]
    if any(abs(end_ms - at_ms) <= _TOGETHER_MS for end_ms in ends):
        return scene.blame(Part.THINKING, f"{what}, because the agent ended the session", at_ms=at_ms)
    if any(e.kind is EventKind.AUDIO_CUT and abs(e.at_ms - at_ms) <= _TOGETHER_MS for e in call.events):
        return scene.blame(Part.TURN_TAKING, f"{what}, although nobody spoke to it", at_ms=at_ms)
    return scene.blame(Part.SPEAKING, f"{what}, and nobody had interrupted", at_ms=at_ms)


def tool_trouble(scene: Scene) -> Blame | None:
    """A tool failed, was refused, did not answer, or told the agent what it should not have said."""
    returned = {event.data.get("id"): event for event in scene.call.events if event.kind is EventKind.TOOL_RETURNED}
    for call in scene.events(EventKind.TOOL_CALLED):
        answer = returned.get(call.data.get("id"))
        if answer is None:
            return scene.blame(Part.TOOL, f"{call.text} never answered", at_ms=call.at_ms)
        if answer.data.get("ok") is False:
            return scene.blame(Part.TOOL, f"{call.text} failed: {quoted(answer.text)}", at_ms=answer.at_ms)
        if scene.check.missing and _words(answer.text) <= _NOTHING:
            what = f"{call.text} answered nothing: {answer.text}"
            return scene.blame(Part.TOOL, what, at_ms=answer.at_ms, alternatives=(Part.THINKING,))
        passed_on = _passed_on(scene, answer)
        if passed_on:
            what = f"{call.text} answered {quoted(answer.text)} and the agent passed on {quoted(passed_on)}"
            return scene.blame(Part.TOOL, what, at_ms=answer.at_ms, alternatives=(Part.THINKING,))
    return None


def never_came(scene: Scene) -> Blame | None:
    """No answer was heard: what was the last thing that happened of it."""
    since_ms = scene.since_ms if scene.asked_turn is None else scene.asked_turn.ended_ms
    one_way = scene.finding(_N.ONE_WAY_OUT)
    if one_way is not None:
        return scene.blame(Part.NETWORK, scene.saw(one_way), at_ms=one_way.at_ms)
    wrote = [e for e in scene.events(EventKind.MESSAGE_CREATED) if e.data.get("role") == "assistant" and e.text]
    if wrote:
        what = f"the answer {quoted(wrote[0].text)} was written and never heard"
        return scene.blame(Part.SPEAKING, what, at_ms=wrote[0].at_ms)
    ended = scene.events(EventKind.USER_TURN_ENDED)
    tells_ends = any(event.kind is EventKind.USER_TURN_ENDED for event in scene.call.events)
    waited_s = (scene.until_ms - since_ms) / 1000
    if scene.asked is not None and tells_ends and not ended:
        what = f"the caller was heard, and {waited_s:.1f} s later the turn was still not taken for over"
        return scene.blame(Part.TURN_TAKING, what, at_ms=since_ms)
    return scene.blame(Part.THINKING, f"no answer was written in {waited_s:.1f} s", at_ms=since_ms)


def _passed_on(scene: Scene, answer: Event) -> str:
    """Return the words of a tool's result that the agent repeats, where the words it should have said are not in it."""
    known = _words(" ".join(t.spoken for t in scene.call.turns if t.started_ms < answer.at_ms))
    told = _words(answer.text)
    if not scene.check.missing or any(_words(phrase) <= told for phrase in scene.check.missing):
        return ""
    spoken = _WORD.findall(scene.answer_text.casefold())
    return " ".join(word for word in spoken if word in told and word not in known and _tells(word))


def _wrong_words(scene: Scene) -> Blame:
    if not scene.answer:
        return scene.blame(Part.THINKING, scene.check.reason, at_ms=scene.since_ms)
    if scene.is_whole_call:
        return scene.blame(Part.THINKING, f"every word arrived, and {_lowered(scene.check.reason)}", at_ms=None)
    first = scene.call.turns[scene.answer[0]]
    arrived = "" if scene.asked_turn is None else f"was asked {quoted(scene.asked_turn.spoken)} and "
    what = f"the agent {arrived}wrote {quoted(scene.answer_text)}"
    return scene.blame(Part.THINKING, what, at_ms=first.started_ms, alternatives=_doubts(scene))


def _doubts(scene: Scene) -> tuple[Part, ...]:
    """Return hearing where some word of the turn that was asked was wrong, though none that seems to matter."""
    asked = scene.asked
    return (Part.HEARING,) if asked is not None and scene.rate("hearing_wer", turn=asked) > 0 else ()


def _tells(word: str) -> bool:
    return len(word) >= _TELLING_LETTERS or any(map(str.isdigit, word))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.casefold()))


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
