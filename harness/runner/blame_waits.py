"""Who took the time: a slow answer is assigned to the stage of it that took longest.

The stages follow from events: until the turn was taken for over, until the first word was written, a tool between two
of them, and until the first sound. A greeting has the session's start in place of the caller's turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.blame import Blame, Part
from harness.model.call import Event, EventKind, Role, Speaker
from harness.runner.blame_answers import cut_off, never_came, service_failed, tool_trouble, was_over
from harness.runner.blame_arrival import not_arrived
from harness.runner.blame_scene import Scene

_TOLD = frozenset(
    {
        EventKind.AICALL_PROGRESSING,
        EventKind.TRANSCRIPT_FINAL,
        EventKind.USER_TURN_ENDED,
        EventKind.TOOL_CALLED,
        EventKind.TOOL_RETURNED,
        EventKind.REPLY_STARTED,
    }
)
_STAGES = {
    EventKind.AICALL_PROGRESSING: (Part.NETWORK, "until the session ran"),
    EventKind.TRANSCRIPT_FINAL: (Part.HEARING, "until the caller's words were recognised"),
    EventKind.USER_TURN_ENDED: (
        Part.TURN_TAKING,
        "from the words' being recognised until the caller's turn was taken for over",
    ),
    EventKind.TOOL_CALLED: (Part.THINKING, "until the model called a tool"),
    EventKind.TOOL_RETURNED: (Part.TOOL, "until the tool answered"),
    EventKind.REPLY_STARTED: (Part.THINKING, "until the model wrote its first word"),
    EventKind.SPEECH_STARTED: (Part.SPEAKING, "from the first written word to the first sound"),
}
"""Whose time it is that ends with an event."""
_ANY_STAGE = (Part.HEARING, Part.TURN_TAKING, Part.TOOL, Part.SPEAKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the wait for an answer."""

    part: Part
    what: str
    start_ms: int
    end_ms: int

    @property
    def took_ms(self) -> int:
        """Return how long it took."""
        return self.end_ms - self.start_ms


def blame_wait(scene: Scene) -> Blame:
    """Return the part that kept the caller waiting."""
    failed = service_failed(scene)
    stages = stages_of(scene)
    if failed is not None or not stages:
        found = (
            failed
            or was_over(scene)
            or not_arrived(scene)
            or cut_off(scene)
            or tool_trouble(scene)
            or never_came(scene)
        )
        return found or scene.blame(Part.THINKING, scene.check.reason, at_ms=scene.since_ms)
    if len(stages) == 1:
        what = f"the answer came after {stages[0].took_ms} ms, and nothing tells what took that long"
        return scene.blame(Part.THINKING, what, at_ms=stages[0].start_ms, alternatives=_ANY_STAGE)
    longest = max(stages, key=lambda stage: stage.took_ms)
    total_ms = stages[-1].end_ms - stages[0].start_ms
    what = f"{longest.took_ms} of {total_ms} ms passed {longest.what}"
    return scene.blame(longest.part, what, at_ms=longest.start_ms)


def stages_of(scene: Scene) -> tuple[Stage, ...]:
    """Return the stages of an answer that was heard; nothing for one that never came."""
    start_ms, speech_ms = _begun_ms(scene), _answered_ms(scene)
    if start_ms is None or speech_ms is None:
        return ()
    told = [each for each in scene.call.events if each.kind in _TOLD and start_ms <= each.at_ms <= speech_ms]
    steps = [*_last_of_each(told), Event(at_ms=speech_ms, kind=EventKind.SPEECH_STARTED)]
    starts = [start_ms, *(step.at_ms for step in steps)]
    return tuple(
        Stage(part=_STAGES[step.kind][0], what=_STAGES[step.kind][1], start_ms=begun, end_ms=step.at_ms)
        for step, begun in zip(steps, starts, strict=False)
    )


def _last_of_each(told: Sequence[Event]) -> list[Event]:
    """Return the events that brought the answer about: what an earlier end of turn led to was for nothing."""
    ends = [place for place, each in enumerate(told) if each.kind is EventKind.USER_TURN_ENDED]
    if not ends:
        return [each for each in told if each.kind is not EventKind.TRANSCRIPT_FINAL]
    finals = [each for each in told[: ends[-1]] if each.kind is EventKind.TRANSCRIPT_FINAL]
    after = [each for each in told[ends[-1] :] if each.kind is not EventKind.TRANSCRIPT_FINAL]
    return [*finals[-1:], *after]


def _begun_ms(scene: Scene) -> int | None:
    if scene.asked_turn is not None:
        return scene.asked_turn.ended_ms
    return next((each.at_ms for each in scene.call.events if each.kind is EventKind.CALL_PROGRESSING), None)


def _answered_ms(scene: Scene) -> int | None:
    turns = (scene.call.turns[i] for i in scene.answer)
    started = [turn.started_ms for turn in turns if turn.role is Role.AGENT and turn.speaker is Speaker.AGENT]
    return started[0] if started else None
