"""What the course of a call alone says about the agent: silence, hanging up, talking without end (evaluation.md 6)."""

from typing import assert_never

from harness.model.call import Call, EndReason, Role, Turn
from harness.model.case import Case
from harness.model.moves import Press, Say

LOOP_TURNS = 3
"""So many turns of the agent with the same words, one after the other, are a loop."""
MONOLOGUE_MS = 60_000
"""A turn of the agent this long, still going on at the time limit, is talking without end."""


def agent_faults(case: Case, call: Call) -> list[str]:
    """Return what the agent did wrong by how it held the call, whatever it said."""
    missed = _missed(case, call)
    left = f"; {missed}" if missed else ""
    match call.end_reason:
        case EndReason.NEVER_STARTED:
            return [f"the agent's session never started{left}"]
        case EndReason.AGENT_SILENT:
            return [f"the agent did not answer and the caller gave up{left}"]
        case EndReason.AGENT_HANGUP:
            return [f"the agent hung up too early{left}"] if missed else []
        case EndReason.TIME_LIMIT:
            endless = _endless(call)
            return [f"{endless} until the call reached its time limit of {_seconds(case)}{left}"] if endless else []
        case EndReason.CALLER_HANGUP | EndReason.LINE_DROPPED | EndReason.NOT_ANSWERED:
            return []
        case _:
            assert_never(call.end_reason)


def unfinished_business(case: Case, call: Call) -> list[str]:
    """Return why a call proves nothing although nobody did anything wrong."""
    missed = _missed(case, call)
    left = f"; {missed}" if missed else ""
    if call.end_reason is EndReason.TIME_LIMIT:
        return [f"the call reached its time limit of {_seconds(case)} before it was over{left}; raise the case's limit"]
    if call.end_reason is EndReason.NOT_ANSWERED:
        return [f"the call was never answered{left}"]
    what = "the line broke" if call.end_reason is EndReason.LINE_DROPPED else "the caller hung up"
    return [f"{what} before its script was over{left}"] if missed else []


def _missed(case: Case, call: Call) -> str:
    """Return which of the caller's lines were never spoken."""
    made = {turn.move for turn in call.turns if turn.role is Role.CALLER}
    lines = [(index, move) for index, move in enumerate((*call.moves, *call.unmade)) if isinstance(move, Say | Press)]
    missed = [move for index, move in lines if index not in made]
    if not missed:
        return ""
    first = f'"{missed[0].text}"' if isinstance(missed[0], Say) else f"the keys {missed[0].digits}"
    return f"{len(missed)} of the caller's {len(lines)} lines never came up, the first: {first}"


def _endless(call: Call) -> str:
    spoken = [turn for turn in call.turns if turn.role is Role.AGENT]
    words = [turn.meant.casefold().split() for turn in spoken[-LOOP_TURNS:]]
    if len(words) == LOOP_TURNS and words[0] and all(w == words[0] for w in words):
        return f'the agent kept repeating "{spoken[-1].meant}"'
    if spoken and _is_monologue(spoken[-1], call=call):
        return "the agent talked without a pause"
    return ""


def _is_monologue(turn: Turn, *, call: Call) -> bool:
    return turn.ended_ms >= call.duration_ms and turn.ended_ms - turn.started_ms >= MONOLOGUE_MS


def _seconds(case: Case) -> str:
    return f"{case.max_call_ms / 1000:g} s"
