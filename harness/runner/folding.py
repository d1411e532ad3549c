"""Events in, turns out: what was said by whom between two silences, derived from the call's events alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.model.call import Event, EventKind, Role, Speaker, Turn, TurnLabel
from harness.model.moves import Backchannel, Disturbance, Move, Press, Say

FOLDED: Final = frozenset(
    {
        EventKind.SPEECH_STARTED,
        EventKind.SPEECH_STOPPED,
        EventKind.MESSAGE_CREATED,
        EventKind.TRANSCRIPT_FINAL,
        EventKind.MOVE_SKIPPED,
        EventKind.DTMF,
        EventKind.CALL_HANGUP,
    }
)
"""The kinds of events turns are made of; all others may be left out."""


def fold(events: Sequence[Event], moves: Sequence[Move]) -> tuple[Turn, ...]:
    """Return the finished turns of a call in the order they began.

    Args:
        events: What happened so far, in order of time.
        moves: The moves the caller has made or begun, in order; gives each of the caller's turns its move.
    """
    found = [*_spoken(events, moves), *_pressed(events, moves)]
    return tuple(_timed(sorted(found, key=lambda turn: turn.started_ms)))


def _spoken(events: Sequence[Event], moves: Sequence[Move]) -> Iterator[Turn]:
    sounds = iter([place for place, move in enumerate(moves) if isinstance(move, Say | Backchannel | Disturbance)])
    written = {event.data["reply"]: event.text for event in _messages(events) if "reply" in event.data}
    heard = _heard(events)
    begun: dict[Role, Event] = {}
    spoken = 0
    for event in events:
        if event.role is None:
            continue
        if event.kind is EventKind.SPEECH_STARTED:
            begun[event.role] = event
        elif event.kind is EventKind.MOVE_SKIPPED:
            next(sounds, None)
        elif event.kind is EventKind.SPEECH_STOPPED and event.role in begun:
            start = begun.pop(event.role)
            is_caller = event.role is Role.CALLER
            speaker = Speaker.AGENT if is_caller else Speaker(str(start.data.get("by", Speaker.AGENT)))
            is_reply = not is_caller and speaker is Speaker.AGENT
            yield Turn(
                role=event.role,
                speaker=speaker,
                started_ms=start.at_ms,
                ended_ms=event.at_ms,
                meant=written.get(start.data.get("reply"), start.text) if is_reply else start.text,
                spoken=event.text,
                heard=heard.get(spoken, "") if is_caller else None,
                interrupted=bool(event.data.get("interrupted")),
                label=TurnLabel(str(start.data.get("label", TurnLabel.TURN))) if is_caller else TurnLabel.TURN,
                move=next(sounds, None) if is_caller else None,
            )
            spoken += is_caller


def _pressed(events: Sequence[Event], moves: Sequence[Move]) -> Iterator[Turn]:
    """Yield a turn for the keys of each move; the end of the call can cut one short."""
    presses = iter([(place, move) for place, move in enumerate(moves) if isinstance(move, Press)])
    keys: list[Event] = []
    for event in events:
        if event.kind is EventKind.DTMF and event.role is Role.CALLER:
            keys.append(event)
        over = event.kind is EventKind.CALL_HANGUP
        if keys and (over or keys[-1].data.get("last")):
            pressed = "".join(key.text for key in keys)
            place, move = next(presses, (None, Press(digits=pressed)))
            yield Turn(
                role=Role.CALLER,
                started_ms=keys[0].at_ms,
                ended_ms=keys[-1].at_ms,
                meant=f"[keys {move.digits}]",
                spoken=f"[keys {pressed}]",
                keys=pressed,
                interrupted=over,
                move=place,
            )
            keys = []


def _messages(events: Sequence[Event]) -> Iterator[Event]:
    return (event for event in events if event.kind is EventKind.MESSAGE_CREATED)


def _heard(events: Sequence[Event]) -> dict[int, str]:
    """Return the platform's finals by number of the caller's utterance.

    A transport that knows which utterance a final belongs to says so; else it is the last that had begun. What a
    transcription beside the agent's session understood counts only where the session understood nothing.
    """
    finals: dict[bool, dict[int, list[str]]] = {True: {}, False: {}}
    begun = -1
    for event in events:
        if event.kind is EventKind.SPEECH_STARTED and event.role is Role.CALLER:
            begun += 1
        elif event.kind is EventKind.TRANSCRIPT_FINAL:
            number = event.data.get("utterance", begun)
            by_session = event.data.get("by", "session") == "session"
            finals[by_session].setdefault(number if isinstance(number, int) else begun, []).append(event.text)
    return {number: " ".join(texts) for number, texts in (finals[False] | finals[True]).items()}


def _timed(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Yield the turns with the latency of the answers; a cough between question and answer is neither."""
    before: Turn | None = None
    for turn in turns:
        yield _answering(turn, before)
        before = turn if turn.wants_answer else before


def _answering(turn: Turn, before: Turn | None) -> Turn:
    if turn.role is Role.CALLER or turn.speaker is not Speaker.AGENT or before is None or before.role is Role.AGENT:
        return turn
    gap_ms = turn.started_ms - before.ended_ms
    return replace(turn, latency_ms=gap_ms) if gap_ms >= 0 else turn
