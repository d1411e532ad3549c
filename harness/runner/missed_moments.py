"""Where a caller could not keep to its part: moments that never came, or came too late."""

from collections.abc import Iterator
from typing import Final

from harness.model.call import EventKind, Role, TurnLabel
from harness.model.finding import FindingName
from harness.model.moves import Press, Tones, Trigger, TriggerKind
from harness.runner.course import Course, Seen

_N = FindingName
_WAITED_FOR: Final = {
    TriggerKind.AGENT_SPEECH_START: "the agent's next turn",
    TriggerKind.AGENT_SPEECH_MIDDLE: "the middle of the agent's next turn",
    TriggerKind.AGENT_LAST_WORD: "the last word of the agent's next turn",
    TriggerKind.AGENT_DIGITS: "a number in the agent's speech",
    TriggerKind.PHRASE: 'the agent\'s words "{phrase}"',
    TriggerKind.TOOL_CALL: "the agent's use of {tool}",
}
"""Moments that may never come; that the agent stays silent instead of finishing a turn is another finding's subject."""


def moment_never_came(course: Course) -> Iterator[Seen]:
    """A move was made only because the caller had waited long enough."""
    late = {
        event.at_ms
        for event in course.events(EventKind.SPEECH_STARTED, EventKind.DTMF)
        if event.role is Role.CALLER and event.data.get("late")
    }
    for turn in course.call.turns:
        move = course.move_of(turn)
        if turn.started_ms in late and move is not None and move.trigger.after in _WAITED_FOR:
            waited_ms = move.trigger.timeout_ms
            what = f"the caller waited in vain for {_named(move.trigger)}, and went on after {waited_ms} ms"
            yield Seen(name=_N.MOMENT_NEVER_CAME, at_ms=turn.started_ms, what=what)


def interruption_too_late(course: Course) -> Iterator[Seen]:
    """What was meant for the agent's speech was said into silence; while it uses a tool, silence is no surprise."""
    into_tools = {
        turn.started_ms
        for turn in course.call.turns
        if (move := course.move_of(turn)) is not None and move.trigger.after is TriggerKind.TOOL_CALL
    }
    for event in course.events(EventKind.SPEECH_STARTED):
        barges_in = event.data.get("label") == TurnLabel.BARGE_IN.value
        was_missed = not event.data.get("over_agent") and not event.data.get("late")
        if barges_in and was_missed and event.at_ms not in into_tools:
            what = f'"{event.text}" was meant to interrupt the agent, who was silent by then'
            yield Seen(name=_N.INTERRUPTION_TOO_LATE, at_ms=event.at_ms, what=what)


def backchannel_left_out(course: Course) -> Iterator[Seen]:
    """The caller had nothing left to listen to."""
    for event in course.events(EventKind.MOVE_SKIPPED):
        what = f'the caller did not say "{event.text}", since the agent was silent by then'
        yield Seen(name=_N.BACKCHANNEL_LEFT_OUT, at_ms=event.at_ms, what=what)


def keys_as_sound(course: Course) -> Iterator[Seen]:
    """Keys went into the sound, where the platform does not look for them."""
    for turn in course.call.turns:
        move = course.move_of(turn)
        if isinstance(move, Press) and move.tones is Tones.IN_BAND:
            what = f"the keys {turn.keys} were tones in the caller's channel, and the platform took no notice"
            yield Seen(name=_N.KEYS_AS_SOUND, at_ms=turn.started_ms, what=what)


def _named(trigger: Trigger) -> str:
    return _WAITED_FOR[trigger.after].format(phrase=trigger.phrase, tool=trigger.tool or "a tool")
