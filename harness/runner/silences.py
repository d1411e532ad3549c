"""Findings from what was not there: no greeting in time, no answer, text without sound, a session gone, dead air."""

from collections.abc import Iterator
from typing import Final

from harness.model.call import Event, EventKind, Role
from harness.model.finding import FindingName
from harness.runner.course import Course, Seen, Span, in_seconds
from harness.voipbin.parameters import PIPELINE_IDLE_MS

SLOW_START_MS: Final = 5_000
"""A greeting later than this after the answer is late."""
DEAD_AIR_MS: Final = 3_000
"""Silence longer than this after a caller's turn is dead air."""
NO_ANSWER_MS: Final = 5_000
"""An answer of which nothing is known after this long is not coming."""

_SIGNS_OF_AN_ANSWER = frozenset(
    {EventKind.REPLY_STARTED, EventKind.TOOL_CALLED, EventKind.CONNECTING, EventKind.SERVICE_FAILED}
)


def slow_start(course: Course) -> Iterator[Seen]:
    """The agent greeted later than 5 s after the answer, or after its session was asked for."""
    asked = [event.at_ms for event in course.events(EventKind.AICALL_INITIALIZING)[:1]]
    if not course.greets or course.answered_ms is None:
        return
    since_ms = max(course.answered_ms, *asked, 0)
    began = [event.at_ms for event in (*course.agent_speech, *course.events(EventKind.AICALL_PROGRESSING))]
    first_ms = min((event.at_ms for event in course.agent_speech), default=max(began, default=since_ms))
    if first_ms - since_ms > SLOW_START_MS:
        heard = "the agent was first heard" if course.agent_speech else "the AI session began"
        what = f"{heard} {in_seconds(first_ms - since_ms)} after the call was answered"
        yield Seen(name=FindingName.SLOW_START, at_ms=first_ms, what=what)


def agent_wrote_nothing(course: Course) -> Iterator[Seen]:
    """The session ran and the agent owed an answer, but nothing of one was stored or heard."""
    if not course.has_record or course.service_failed("llm"):
        return
    for owed in _owed(course):
        if owed.end_ms - owed.start_ms >= NO_ANSWER_MS and not any(
            owed.holds(event.at_ms) and _is_sign(event) for event in course.call.events
        ):
            what = f"no answer was stored in {in_seconds(owed.end_ms - owed.start_ms)}, although the session ran"
            yield Seen(name=FindingName.AGENT_WROTE_NOTHING, at_ms=owed.start_ms, what=what)


def text_without_audio(course: Course) -> Iterator[Seen]:
    """An answer was stored and nothing of it was heard, although nobody interrupted it."""
    if course.service_failed("tts"):
        return
    if not course.agent_speech and (_out_transcripts(course) or course.nothing_arrived):
        return
    yield from _silent_answers(course)
    for answer in course.answers:
        quiet = Span(start_ms=answer.at_ms, end_ms=min(_next_interruption_ms(course, answer.at_ms), course.ended_ms))
        is_known = quiet.end_ms - quiet.start_ms >= DEAD_AIR_MS
        if is_known and not _was_heard(course, answer):
            what = f'the agent\'s answer "{_short(answer.text)}" was stored and never heard'
            yield Seen(name=FindingName.TEXT_WITHOUT_AUDIO, at_ms=answer.at_ms, what=what)


def audio_without_text(course: Course) -> Iterator[Seen]:
    """The agent was heard and no message was stored for it."""
    if not course.has_record:
        return
    stored = {answer.data.get("reply") for answer in course.answers}
    for speech in course.agent_speech:
        if speech.data.get("reply") not in stored and (speech.data.get("reply") is not None or not course.answers):
            what = f'the agent said "{_short(speech.text)}" and no message was stored for it'
            yield Seen(name=FindingName.AUDIO_WITHOUT_TEXT, at_ms=speech.at_ms, what=what)


def one_way_out(course: Course) -> Iterator[Seen]:
    """The platform played the agent's voice, and nothing of it reached the caller."""
    turns = [turn for turn in course.call.turns if turn.role is Role.AGENT]
    if not turns and course.nothing_arrived:
        what = "not one packet of the agent's sound arrived in a call that was answered"
        yield Seen(name=FindingName.ONE_WAY_OUT, at_ms=course.answered_ms, what=what)
    elif turns and len(course.silent_agent_turns) == len(turns):
        what = f"the recording holds no sound in any of the agent's {len(turns)} turns"
        yield Seen(name=FindingName.ONE_WAY_OUT, at_ms=turns[0].started_ms, what=what)
    elif turns and all(turn.said is not None and not turn.said.strip() for turn in turns):
        what = f"our recogniser hears nothing in any of the agent's {len(turns)} turns"
        yield Seen(name=FindingName.ONE_WAY_OUT, at_ms=turns[0].started_ms, what=what)
    elif not turns and _out_transcripts(course):
        what = "the platform transcribed what it played, and the caller heard none of it"
        yield Seen(name=FindingName.ONE_WAY_OUT, at_ms=None, what=what)


def pipeline_ended(course: Course) -> Iterator[Seen]:
    """The voice pipeline was gone before the call was: for want of speech, or for no reason anybody was told."""
    events = course.events(EventKind.PIPELINE_ENDED)
    for event in events:
        idle = event.data.get("reason") == "idle"
        name = FindingName.IDLE_STOP if idle else FindingName.PIPELINE_DIED
        left = in_seconds(course.ended_ms - event.at_ms)
        yield Seen(name=name, at_ms=event.at_ms, what=f"the session ended and the call stayed silent for {left}")
    if not events:
        yield from _unannounced_end(course)


def dead_air(course: Course) -> Iterator[Seen]:
    """Nobody spoke for more than 3 s after the caller had."""
    over = course.events(EventKind.PIPELINE_ENDED)
    for number, turn in enumerate(course.call.turns, start=1):
        end_ms = turn.ended_ms
        owed = course.session_at(end_ms) is not None or any(event.at_ms <= end_ms for event in over)
        if (
            turn.role is not Role.CALLER
            or not turn.wants_answer
            or turn.interrupted
            or not owed
            or course.is_audible(Role.AGENT, at_ms=end_ms)
        ):
            continue
        until_ms = min((event.at_ms for event in course.call.events if _ends_silence(event, end_ms)), default=end_ms)
        if until_ms - end_ms > DEAD_AIR_MS:
            what = f"nobody spoke for {in_seconds(until_ms - end_ms)} after the caller's turn {number}"
            yield Seen(name=FindingName.DEAD_AIR, at_ms=end_ms, what=what)


def _silent_answers(course: Course) -> Iterator[Seen]:
    """Yield the turns that were announced and hold no sound, where others do: none at all is the line's fault."""
    silent = course.silent_agent_turns
    if len(silent) == sum(turn.role is Role.AGENT for turn in course.call.turns):
        return
    for number in silent:
        turn = course.call.turns[number]
        what = f'the recording holds no sound where the agent said "{_short(turn.spoken)}"'
        yield Seen(name=FindingName.TEXT_WITHOUT_AUDIO, at_ms=turn.started_ms, what=what)


def _owed(course: Course) -> Iterator[Span]:
    """Yield the stretches in which the agent owes its first words: a greeting, or an answer to a turn it heard."""
    for session in course.sessions:
        starts = [session.start_ms] if course.greets else []
        starts += [at_ms for at_ms in course.understood_ms if session.holds(at_ms)]
        for start_ms in starts:
            yield Span(start_ms=start_ms, end_ms=min(session.end_ms, _next_interruption_ms(course, start_ms)))


def _is_sign(event: Event) -> bool:
    if event.kind is EventKind.MESSAGE_CREATED:
        return event.data.get("role") == "assistant"
    return event.kind in _SIGNS_OF_AN_ANSWER or (event.kind is EventKind.SPEECH_STARTED and event.role is Role.AGENT)


def _next_interruption_ms(course: Course, at_ms: int) -> int:
    """Return when the caller next speaks or presses a key; a caller who is speaking already interrupts at once."""
    if course.is_audible(Role.CALLER, at_ms=at_ms):
        return at_ms
    kinds = (EventKind.SPEECH_STARTED, EventKind.DTMF)
    return min(
        (event.at_ms for event in course.events(*kinds) if event.role is not Role.AGENT and event.at_ms > at_ms),
        default=course.ended_ms,
    )


def _was_heard(course: Course, answer: Event) -> bool:
    reply = answer.data.get("reply")
    if reply is not None and any(speech.data.get("reply") == reply for speech in course.agent_speech):
        return True
    # Where a line could not tell which answers a turn was made of, the turn may be any that was due.
    unknown = [speech for speech in course.agent_speech if reply is None or speech.data.get("reply") is None]
    before = [t.ended_ms for t in course.call.turns if t.role is Role.CALLER and t.ended_ms <= answer.at_ms]
    since_ms, until_ms = max(before, default=0), _next_interruption_ms(course, answer.at_ms)
    return any(since_ms <= speech.at_ms <= until_ms for speech in unknown)


def _out_transcripts(course: Course) -> bool:
    return any(each.text("direction") == "out" and each.text("message") for each in course.resources("transcript"))


def _unannounced_end(course: Course) -> Iterator[Seen]:
    """Yield a session that went silent and deaf while the call went on, where no event tells of it."""
    signs = [event.at_ms for event in course.call.events if _is_sign(event)]
    last_ms = max((*signs, *(t.ended_ms for t in course.call.turns if t.role is Role.AGENT)), default=None)
    if last_ms is None or not course.sessions or course.sessions[-1].end_ms < course.ended_ms:
        return
    if course.ended_ms - last_ms >= PIPELINE_IDLE_MS:
        what = f"the agent said nothing for {in_seconds(course.ended_ms - last_ms)}"
        yield Seen(name=FindingName.IDLE_STOP, at_ms=last_ms + PIPELINE_IDLE_MS, what=what)
        return
    later = [turn for turn in course.caller_turns if turn.started_ms > last_ms]
    was_heard = any(turn.heard for turn in course.caller_turns if turn not in later)
    is_deaf = bool(later) and course.has_record and not any(turn.heard for turn in later)
    if was_heard and is_deaf and course.ended_ms - later[0].ended_ms >= NO_ANSWER_MS:
        left = in_seconds(course.ended_ms - last_ms)
        what = f"for the last {left} of the call the agent neither heard nor said anything"
        yield Seen(name=FindingName.PIPELINE_DIED, at_ms=last_ms, what=what)


def _ends_silence(event: Event, since_ms: int) -> bool:
    kinds = (EventKind.SPEECH_STARTED, EventKind.DTMF, EventKind.CONNECTING, EventKind.CALL_HANGUP)
    return event.kind in kinds and event.at_ms > since_ms


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words[:12]) + (" …" if len(words) > 12 else "")
