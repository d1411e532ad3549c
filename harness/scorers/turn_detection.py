"""Who spoke when and what came of it, from the sound alone: where nobody tells, as in a recording of a real call.

Simulated calls need none of this: there every time is known. How far the times found here are off is measured by
`benchmarks/turn_taking.py` and told in docs/turn-taking.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from harness.audio.activity import Span
from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, resample
from harness.audio.edges import voice_edges
from harness.audio.recording import Recording
from harness.interfaces import VoiceActivity
from harness.model.call import TurnLabel
from harness.scorers.turn_events import CallerUtterance, TurnEvent, turn_events
from harness.scorers.turn_segments import Segment, merge_segments

_WINDOW_MS: Final = 32
"""Of a `VoiceActivity`."""
_SURELY: Final = 0.5
"""A window more likely than this holds a voice."""
_PERHAPS: Final = 0.1
"""One more likely than this does if it is next to one that surely does."""
_TURN_PAUSE_MS: Final = 1_000
"""A caller who goes on after a pause of this length, and was not answered in it, is still at the same turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedTurns:
    """The turn-taking of a recording."""

    caller: tuple[CallerUtterance, ...]
    agent: tuple[Segment, ...]
    events: tuple[TurnEvent, ...]
    """What became of each utterance of the caller."""


def detect_speech(clip: Clip, *, activity: VoiceActivity) -> tuple[Segment, ...]:
    """Return when somebody speaks in one channel of a call, pauses of up to 0.3 s included, in order.

    Raises:
        ModelUnavailableError: as `activity`.
    """
    telephone = resample(clip, TELEPHONE_HZ)
    roughly = tuple(_voiced(activity.probabilities(telephone)))
    exact = voice_edges(telephone, roughly=roughly)
    return merge_segments(Segment(start_ms=each.start_ms, end_ms=each.end_ms) for each in exact)


def detect_turns(
    recording: Recording, *, activity: VoiceActivity, caller: Sequence[CallerUtterance] | None = None
) -> DetectedTurns:
    """Return what came of each utterance of the caller.

    Args:
        recording: Caller and agent on channels of their own.
        activity: Tells voices from other sound.
        caller: What the caller let be heard, where that is known; otherwise it is detected like the agent's speech,
            and what begins while the agent speaks is a barge-in.

    Raises:
        ModelUnavailableError: as `activity`.
    """
    agent = detect_speech(recording.agent, activity=activity)
    if caller is None:
        caller = tuple(_utterances(detect_speech(recording.caller, activity=activity), agent=agent))
    return DetectedTurns(
        caller=tuple(caller),
        agent=agent,
        events=turn_events(caller, agent=agent, call_end_ms=recording.duration_ms),
    )


def _voiced(likely: Sequence[float]) -> Iterator[Span]:
    """Yield where there may be a voice, as far as there surely is one in it."""
    windows = range(len(likely))
    for may_be, group in groupby(windows, key=lambda place: likely[place] > _PERHAPS):
        places = tuple(group)
        if may_be and max(likely[place] for place in places) > _SURELY:
            yield Span(start_ms=places[0] * _WINDOW_MS, end_ms=(places[-1] + 1) * _WINDOW_MS)


def _utterances(speech: Sequence[Segment], *, agent: Sequence[Segment]) -> Iterator[CallerUtterance]:
    turns: list[Segment] = []
    for segment in speech:
        if turns and _goes_on(turns[-1], segment, agent=agent):
            segment = Segment(start_ms=turns.pop().start_ms, end_ms=segment.end_ms)
        turns.append(segment)
    for turn in turns:
        over_agent = any(each.spans(turn.start_ms) for each in agent)
        yield CallerUtterance(segment=turn, label=TurnLabel.BARGE_IN if over_agent else TurnLabel.TURN)


def _goes_on(before: Segment, after: Segment, *, agent: Sequence[Segment]) -> bool:
    pause = Segment(start_ms=before.end_ms, end_ms=after.start_ms)
    return pause.duration_ms <= _TURN_PAUSE_MS and not any(pause.shared_ms(each) for each in agent)
