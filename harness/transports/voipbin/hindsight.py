"""A call's events as they are known when it is over.

What a platform told only afterwards is put in its place, and every turn of the agent gets the words that are now known
to be its own. What was known during the call stands: its words were given to turns as they were heard.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from harness.model.call import Event, EventKind, Role, Speaker
from harness.transports.voipbin.agent_words import AgentWords, TurnWords

_ONCE: Final = frozenset(
    {
        EventKind.MESSAGE_CREATED,
        EventKind.TRANSCRIPT_FINAL,
        EventKind.TOOL_CALLED,
        EventKind.TOOL_RETURNED,
        EventKind.AICALL_INITIALIZING,
        EventKind.AICALL_PROGRESSING,
        EventKind.AICALL_TERMINATING,
        EventKind.AICALL_TERMINATED,
        EventKind.SERVICE_FAILED,
        EventKind.FLOW_FAILED,
    }
)
"""Kinds that both the platform's messages during the call and what it keeps may tell of."""

CLOCKS_MS: Final = 400
"""How far our clock and the platform's may be apart."""
UNDERSTOOD_MS: Final = 400
"""Nobody's words are understood for good so soon after they began: a final that comes then is of those before."""
LATE_MS: Final = 1_500
"""A reply may be stored this long after it was spoken, as far as our clock and the platform's agree."""


def hindsight(events: Sequence[Event], learnt: Iterable[Event], *, late: Sequence[Event] = ()) -> tuple[Event, ...]:
    """Return everything in order of time, CALL_HANGUP last.

    Args:
        events: As they were told during the call.
        learnt: Told afterwards, on the call's clock; what is known already is left out.
        late: Told by the same feed as `events` after the call had ended.
    """
    *before, end = events
    began_ms = before[0].at_ms if before else 0
    unknown = (*late, *_unknown((*events, *late), learnt))
    news = [replace(event, at_ms=min(max(event.at_ms, began_ms), end.at_ms)) for event in unknown]
    # A message that was stored the moment a turn began is the turn's.
    merged = sorted((*before, *news), key=lambda event: (event.at_ms, event.kind is not EventKind.MESSAGE_CREATED))
    return (*_with_words(_with_utterances(_with_speakers(merged))), end)


def _unknown(events: Sequence[Event], learnt: Iterable[Event]) -> list[Event]:
    """Return what was not told yet: each thing as often as it is told more often than it was known."""
    known = [_key(event) for event in events]
    fresh: list[Event] = []
    for event in learnt:
        key = _key(event)
        if event.kind in _ONCE and key in known:
            known.remove(key)
        elif event.kind is not EventKind.CALL_HANGUP:
            fresh.append(event)
    return fresh


def _key(event: Event) -> tuple[object, ...]:
    return event.kind, event.text.strip(), event.data.get("role"), event.data.get("id")


def _with_speakers(events: Sequence[Event]) -> list[Event]:
    """Return the events with what was said beside every AI session as the flow's own speech."""
    begun = [event.at_ms for event in events if event.kind is EventKind.AICALL_PROGRESSING]
    if not begun:
        return list(events)
    ended = [event.at_ms for event in events if event.kind is EventKind.AICALL_TERMINATED]
    sessions = [(start, min((end for end in ended if end >= start), default=events[-1].at_ms)) for start in begun]

    def is_flows(event: Event) -> bool:
        if event.kind is not EventKind.SPEECH_STARTED or not _is_agents(event):
            return False
        return not any(start - CLOCKS_MS <= event.at_ms <= end + CLOCKS_MS for start, end in sessions)

    return [
        replace(event, data={**event.data, "by": Speaker.FLOW.value}) if is_flows(event) else event for event in events
    ]


def _with_utterances(events: Sequence[Event]) -> list[Event]:
    """Return the events, every final transcript with the number of the utterance it is of."""
    begun: list[int] = []
    told: list[Event] = []
    for event in events:
        if event.kind is EventKind.SPEECH_STARTED and event.role is Role.CALLER:
            begun.append(event.at_ms)
        elif event.kind is EventKind.TRANSCRIPT_FINAL and "utterance" not in event.data and begun:
            heard = sum(start_ms <= event.at_ms - UNDERSTOOD_MS for start_ms in begun)
            event = replace(event, data={**event.data, "utterance": max(heard, 1) - 1})
        told.append(event)
    return told


def _with_words(events: Sequence[Event]) -> list[Event]:
    """Return the events with numbered replies, and the agent's turns with their words."""
    words, told, numbers = AgentWords(), list[Event](), dict[int, int]()
    turn: int | None = None
    for index, event in enumerate(events):
        if _is_reply(event):
            if index not in numbers:
                numbers[index] = words.reply(event.text)
            event = replace(event, data={**event.data, "reply": numbers[index]})
        elif event.kind is EventKind.SPEECH_STARTED and _is_agents(event):
            words.turn_started(event.at_ms)
            turn = index
        elif event.kind is EventKind.SPEECH_STOPPED and event.role is Role.AGENT and turn is not None:
            late = None if words.current is not None else _late_reply(events, index)
            if late is not None:
                numbers[late] = words.reply(events[late].text)
            is_all = not _goes_on(events, index)
            found = words.turn_ended(event.at_ms, cut=bool(event.data.get("interrupted")), is_all=is_all)
            told[turn] = _started(told[turn], found)
            event = replace(event, text=found.spoken or event.text)
            turn = None
        elif event.kind is EventKind.SPEECH_STOPPED and event.role is Role.CALLER and turn is None:
            words.left_over()
        told.append(event)
    return told


def _is_reply(event: Event) -> bool:
    is_message = event.kind is EventKind.MESSAGE_CREATED and event.data.get("role") == "assistant"
    return is_message and bool(event.text.strip())


def _is_agents(event: Event) -> bool:
    return event.role is Role.AGENT and event.data.get("by", Speaker.AGENT.value) == Speaker.AGENT.value


def _goes_on(events: Sequence[Event], stopped: int) -> bool:
    """Return whether the agent spoke again before anybody else did."""
    following = (event.role for event in events[stopped + 1 :] if event.kind is EventKind.SPEECH_STARTED)
    return next(following, None) is Role.AGENT


def _late_reply(events: Sequence[Event], stopped: int) -> int | None:
    """Return the reply that was stored a little after the turn it was spoken in; the platform's clock is not ours."""
    for index in range(stopped + 1, len(events)):
        event = events[index]
        if event.at_ms - events[stopped].at_ms > LATE_MS or (
            event.kind is EventKind.SPEECH_STARTED and event.role is Role.AGENT
        ):
            return None
        if _is_reply(event):
            return index
    return None


def _started(event: Event, words: TurnWords) -> Event:
    data = {key: value for key, value in event.data.items() if key != "reply"}
    if words.reply is not None:
        data["reply"] = words.reply
    return replace(event, text=words.meant or event.text, data=data)
