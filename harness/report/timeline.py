"""A call as a picture: two lanes of sound, caller above and agent below, with turns and cuts on the call's clock.

Says when what is not in the transcript is to be marked; the page's script draws it, with the turns of the transcript,
on the call's clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from harness.audio.recording import Recording, peaks
from harness.model.call import Call, EventKind, Role
from harness.report.numbers import clock, count, seconds
from harness.runner.silences import DEAD_AIR_MS

_MOST_BINS = 360
_BIN_MS = 50
_LANE_HALF = 18
"""Height of the loudest peak above and below its lane's middle, in pixels."""
_TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60)
_MOST_TICKS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment on the time axis."""

    at_ms: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time in which nobody speaks for long."""

    start_ms: int
    quiet_ms: int
    label: str
    """How long it is."""


class Timeline(NamedTuple):
    """Everything the picture of a call needs."""

    bins: int
    caller_path: str
    """SVG path of the caller's sound in a box `bins` wide and 40 high; empty without a recording."""
    agent_path: str
    cuts: tuple[Mark, ...]
    silences: tuple[Silence, ...]
    tick_s: int
    """The axis has a label at every so many seconds."""
    duration_ms: int
    summary: str
    """The picture in words."""


def draw_timeline(call: Call, recording: Recording | None, *, beside: int) -> Timeline:
    """Return the picture of a call; without a recording only its turns and marks.

    Args:
        call: What to draw.
        recording: How it sounds.
        beside: How many events the transcript tells beside what was said.
    """
    length = max(1, call.duration_ms, recording.duration_ms if recording else 0)
    bins = max(1, min(_MOST_BINS, length // _BIN_MS))
    caller_path, agent_path = ("", "") if recording is None else _lanes(recording, bins)
    cuts = tuple(
        Mark(at_ms=event.at_ms, label=clock(event.at_ms)) for event in call.events if event.kind is EventKind.AUDIO_CUT
    )
    return Timeline(
        bins=bins,
        caller_path=caller_path,
        agent_path=agent_path,
        cuts=cuts,
        silences=tuple(_silences(call)),
        tick_s=_tick_s(length),
        duration_ms=length,
        summary=_summary(call, cuts, beside=beside),
    )


def _silences(call: Call) -> Iterator[Silence]:
    """Yield the times without a turn that are long enough to be dead air, the last one until the call ends."""
    heard_until_ms = 0
    spoken = sorted([(turn.started_ms, turn.ended_ms) for turn in call.turns])
    for started_ms, ended_ms in (*spoken, (call.duration_ms, call.duration_ms)):
        quiet_ms = started_ms - heard_until_ms
        if quiet_ms > DEAD_AIR_MS:
            yield Silence(start_ms=heard_until_ms, quiet_ms=quiet_ms, label=seconds(quiet_ms))
        heard_until_ms = max(heard_until_ms, ended_ms)


def _lanes(recording: Recording, bins: int) -> tuple[str, str]:
    """Return the paths of the caller and of the agent, both as high as the louder of them is loud."""
    caller, agent = peaks(recording.caller, bins), peaks(recording.agent, bins)
    loudest = max((*caller, *agent), default=0.0) or 1.0
    return _path(caller, loudest=loudest), _path(agent, loudest=loudest)


def _path(heights: tuple[float, ...], *, loudest: float) -> str:
    """Return one vertical stroke per bin that is not silent."""
    halves = ((index, round(height / loudest * _LANE_HALF)) for index, height in enumerate(heights))
    return "".join(f"M{index} {20 - half}v{2 * half}" for index, half in halves if half)


def _tick_s(length_ms: int) -> int:
    for step in _TICK_STEPS_S:
        if length_ms <= step * 1000 * _MOST_TICKS:
            return step
    return -(-length_ms // (_MOST_TICKS * 60_000)) * 60


def _summary(call: Call, cuts: tuple[Mark, ...], *, beside: int) -> str:
    caller = sum(turn.role is Role.CALLER for turn in call.turns)
    words = (
        f"Timeline of {clock(call.duration_ms)} minutes: the caller speaks {count(caller, 'time')}, "
        f"the agent {count(len(call.turns) - caller, 'time')}"
    )
    words += f"; the agent is cut off at {', '.join(cut.label for cut in cuts)}" if cuts else ""
    return words + (f"; {count(beside, 'more event')}, told in the transcript" if beside else "")
