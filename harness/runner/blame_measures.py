"""Who broke a limit: a measurement of the whole call is assigned by the turn in which it was worst."""

from dataclasses import replace
from typing import Final

from harness.model.blame import Blame, Part
from harness.model.call import Role
from harness.model.finding import FindingName
from harness.runner.blame_answers import blame_answer
from harness.runner.blame_arrival import HEARING_WER, LOST_SOUND, line_sign, lost_by, misheard, our_sign
from harness.runner.blame_scene import Scene, quoted
from harness.runner.blame_waits import blame_wait
from harness.runner.validity import CALLER_WER, MAX_CALLER_WER

SPEAKING_WER: Final = "speaking_wer"
WAITS: Final = frozenset(
    {
        "within_ms",
        "check.within",
        "check.latency_ms",
        "check.reprompt",
        "latency_ms",
        "greeting_ms",
        "response_latency_p50_ms",
        "response_latency_p90_ms",
        "response_latency_p95_ms",
        "tool_latency_p50_ms",
        "longest_silence_ms",
        "dead_air",
        "response_rate",
        "unanswered_turns",
    }
)
"""Scores of how long the caller waited."""
_FLOOR: Final = frozenset({"barge_in_stop_ms", "yield_rate", "agent_interruption_rate", "overlap_ms", "hold_rate"})
"""Scores of who gave way to whom."""


def blame_measure(scene: Scene) -> Blame:
    """Return the part behind a failed check, by what the check measures."""
    match scene.check.name:
        case "caller_wer" | "caller_entity":
            return blame_our_audio(scene)
        case "hearing_wer" | "entity_heard":
            return _hearing(scene)
        case "speaking_wer":
            return _speaking(scene)
        case name if name in _FLOOR:
            return _floor(scene)
        case name if name in WAITS:
            return blame_wait(_at_slowest(scene))
        case _:
            return blame_answer(scene)


def blame_our_audio(scene: Scene) -> Blame:
    """Return who lost what our caller said: its line, its voice, or only our own recogniser."""
    turn = _worst(scene, CALLER_WER, role=Role.CALLER)
    if turn is None:
        return scene.blame(Part.CALLER, scene.check.reason, at_ms=None)
    said, at_ms = scene.call.turns[turn], scene.call.turns[turn].started_ms
    network = line_sign(scene, turn=turn)
    if network:
        return scene.blame(Part.NETWORK, network, at_ms=at_ms)
    if scene.rate(CALLER_WER, turn=turn) > MAX_CALLER_WER and _platform_heard(scene, turn):
        what = f"our own recogniser hears {quoted(said.said or '')} where the platform hears {quoted(said.heard or '')}"
        return scene.blame(Part.HARNESS, what, at_ms=at_ms, alternatives=(Part.CALLER,))
    return scene.blame(Part.CALLER, our_sign(scene, turn) or scene.check.reason, at_ms=at_ms)


def _platform_heard(scene: Scene, turn: int) -> bool:
    score = scene.named(HEARING_WER, turn=turn)
    return score is not None and score.value <= MAX_CALLER_WER


def _hearing(scene: Scene) -> Blame:
    turn = _worst(scene, HEARING_WER, role=Role.CALLER)
    if turn is None:
        return scene.blame(Part.HEARING, scene.check.reason, at_ms=None)
    score, said = scene.named(HEARING_WER, turn=turn), scene.call.turns[turn]
    if not (said.heard or "").strip():
        return lost_by(scene, turn, f"nothing was recognised in {quoted(said.spoken)}")
    return lost_by(scene, turn, misheard(score.alignment if score else ()) or scene.check.reason)


def _speaking(scene: Scene) -> Blame:
    one_way = scene.finding(FindingName.ONE_WAY_OUT)
    if one_way is not None:
        return scene.blame(Part.NETWORK, scene.saw(one_way), at_ms=one_way.at_ms)
    turn = _worst(scene, SPEAKING_WER, role=Role.AGENT)
    if turn is None:
        return scene.blame(Part.SPEAKING, scene.check.reason, at_ms=None)
    spoken, at_ms = scene.call.turns[turn], scene.call.turns[turn].started_ms
    quality = scene.call.quality
    if quality is not None and turn in quality.agent.silent_turns:
        return scene.blame(Part.SPEAKING, f"{quoted(spoken.spoken)} cannot be heard", at_ms=at_ms)
    if quality is not None and (quality.agent.dropout_ms or 0) >= LOST_SOUND * quality.agent.speech_ms > 0:
        what = f"{quality.agent.dropout_ms} ms of the agent's {quality.agent.speech_ms} ms got lost on the line"
        return scene.blame(Part.NETWORK, what, at_ms=at_ms)
    what = f"{quoted(spoken.spoken)} sounds like {quoted(spoken.said) if spoken.said else 'nothing at all'}"
    ours = _worst(scene, CALLER_WER, role=Role.CALLER)
    if ours is not None and scene.rate(CALLER_WER, turn=ours) > MAX_CALLER_WER and _platform_heard(scene, ours):
        mine = scene.call.turns[ours]
        what = (
            f"{what}, and our recogniser hears {quoted(mine.said or '')} where the platform heard {quoted(mine.spoken)}"
        )
        return scene.blame(Part.HARNESS, what, at_ms=at_ms, alternatives=(Part.SPEAKING,))
    # Whether a voice is half understood by its own fault or by our recogniser's, only a second recogniser could tell.
    doubts = (Part.HARNESS,) if (spoken.said or "").strip() else ()
    return scene.blame(Part.SPEAKING, what, at_ms=at_ms, alternatives=doubts)


def _floor(scene: Scene) -> Blame:
    turns = [turn for turn, score in scene.turns_of(scene.check.name) if score.value > 0]
    at_ms = scene.call.turns[turns[0]].started_ms if turns else None
    return scene.blame(Part.TURN_TAKING, scene.check.reason, at_ms=at_ms)


def _at_slowest(scene: Scene) -> Scene:
    """Return the scene of the answer that took longest, for a check of the whole call."""
    if not scene.is_whole_call:
        return scene
    turns, ended_ms = scene.call.turns, scene.call.duration_ms
    if scene.check.name == "greeting_ms":
        return replace(scene, check=replace(scene.check, is_greeting=True))
    waits: dict[int, int] = {}
    for i, turn in enumerate(turns):
        if turn.role is Role.CALLER:
            latency_ms = turns[i + 1].latency_ms if i + 1 < len(turns) else None
            until_ms = turns[i + 1].started_ms if i + 1 < len(turns) else ended_ms
            waits[i] = until_ms - turn.ended_ms if latency_ms is None else latency_ms
    if not waits:
        return replace(scene, check=replace(scene.check, is_greeting=True))
    return replace(scene, check=replace(scene.check, turn=max(waits, key=lambda i: waits[i])))


def _worst(scene: Scene, name: str, *, role: Role) -> int | None:
    """Return the turn with the most errors of that kind: the check's own, or of the whole call."""
    own = scene.check.turn
    if own is not None and own < len(scene.call.turns) and scene.call.turns[own].role is role:
        return own
    errors = {turn: (s.counts.errors if s.counts else s.value, s.value) for turn, s in scene.turns_of(name)}
    return max(errors, key=lambda turn: errors[turn], default=None)
