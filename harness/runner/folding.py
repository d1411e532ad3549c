"""Events in, turns out: what was said by whom between two silences, derived from the call's events alone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from harness.model.call import Event, EventKind, Role, Turn
from harness.model.case import Move, Press, Say


def fold(events: Sequence[Event], moves: Sequence[Move]) -> tuple[Turn, ...]:
    """Return the finished turns of a call in the order they began.

    Args:
        events: What happened so far, in order of time.
        moves: The moves the caller has made or begun, in order; gives each of the caller's turns its move.
    """
    found = [*_spoken(events, moves), *_pressed(events, moves)]
    turns = sorted(found, key=lambda turn: turn.started_ms)
    return tuple(replace(turn, latency_ms=_latency_ms(turn, turns[:place])) for place, turn in enumerate(turns))


def _spoken(events: Sequence[Event], moves: Sequence[Move]) -> Iterator[Turn]:
    says = iter([place for place, move in enumerate(moves) if isinstance(move, Say)])
    written = {event.data["reply"]: event.text for event in _messages(events) if "reply" in event.data}
    heard = _heard(events)
    begun: dict[Role, Event] = {}
    spoken = 0
    for event in events:
        if event.role is None:
            continue
        if event.kind is EventKind.SPEECH_STARTED:
            begun[event.role] = event
        elif event.kind is EventKind.SPEECH_STOPPED and event.role in begun:
            start = begun.pop(event.role)
            turn = Turn(
                role=event.role,
                started_ms=start.at_ms,
                ended_ms=event.at_ms,
                meant=start.text,
                spoken=event.text,
                interrupted=bool(event.data.get("interrupted")),
            )
            if event.role is Role.CALLER:
                yield replace(turn, heard=heard.get(spoken, ""), move=next(says, None))
                spoken += 1
            elif start.data.get("by", "agent") == "agent":
                yield replace(turn, meant=written.get(start.data.get("reply"), start.text))
            else:
                yield turn


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


def _latency_ms(turn: Turn, before: Sequence[Turn]) -> int | None:
    if turn.role is Role.CALLER or not before or before[-1].role is Role.AGENT:
        return None
    gap_ms = turn.started_ms - before[-1].ended_ms
    return gap_ms if gap_ms >= 0 else None
