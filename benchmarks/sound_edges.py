"""How far the sound of a recorded call is off what its turns claim, turn by turn and channel by channel.

The recording is measured by its level alone, knowing nothing of the call but when a turn is said to begin and to end.
Where a noise bed or another sound is as loud as the beginning of a word, nothing can be said, and nothing is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from harness.audio.activity import speech_spans
from harness.audio.clip import Clip
from harness.audio.recording import Recording
from harness.model.call import Call, Role, Turn, TurnLabel

BEGINS_MS: Final = 30
"""How far off a beginning may be; 20 ms, but for words that begin with a "th" no telephone carries."""
SILENT_MS: Final = 20
"""How long after a cut there may be sound."""
KEPT_MS: Final = 60
"""So much near-silence the harness leaves around what is said (`trim_silence`); it belongs to the turn."""
_AUDIBLE_DB: Final = 45.0
"""Sound further than this below the loudest of its turn is none."""
_BEFORE_MS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundEdges:
    """One turn as its channel has it."""

    role: Role
    started_ms: int
    start_off_ms: int
    """When it becomes audible, less when it was to: what is said `KEPT_MS` after its turn begins, a noise at once."""
    end_off_ms: int | None
    """For an agent that was cut: how long after the cut there still is sound. None for the others."""

    @property
    def kept(self) -> bool:
        """Return whether both are as promised."""
        return abs(self.start_off_ms) <= BEGINS_MS and (self.end_off_ms or 0) <= SILENT_MS


def sound_edges(call: Call, recording: Recording) -> Iterator[SoundEdges]:
    """Yield every turn of a call whose sound can be told from what is around it, in order of their beginning."""
    for turn in sorted(call.turns, key=lambda turn: turn.started_ms):
        clip = recording.caller if turn.role is Role.CALLER else recording.agent
        start_ms = None if turn.keys else _audible_from_ms(turn, clip)
        if start_ms is not None:
            planned_ms = turn.started_ms + (0 if turn.label is TurnLabel.NOISE else KEPT_MS)
            yield SoundEdges(
                role=turn.role,
                started_ms=turn.started_ms,
                start_off_ms=start_ms - planned_ms,
                end_off_ms=_sound_after_ms(turn, call, clip) if turn.interrupted else None,
            )


def _audible_from_ms(turn: Turn, clip: Clip) -> int | None:
    """Return when a turn becomes audible; None when it cannot be told from what sounds before it."""
    from_ms = max(0, turn.started_ms - _BEFORE_MS)
    spans = speech_spans(clip.span(from_ms, turn.ended_ms), below_peak_db=_AUDIBLE_DB, shortest_ms=10)
    before = clip.span(from_ms, turn.started_ms).samples
    if not spans or (len(before) and speech_spans(clip.span(from_ms, turn.started_ms), shortest_ms=10)):
        return None
    return from_ms + spans[0].start_ms


def _sound_after_ms(turn: Turn, call: Call, clip: Clip) -> int:
    """Return how long after the end of a turn its channel still sounds, up to the next turn of that side."""
    until_ms = min(
        (other.started_ms for other in call.turns if other.role is turn.role and other.started_ms >= turn.ended_ms),
        default=clip.duration_ms,
    )
    sounding = np.flatnonzero(clip.span(turn.ended_ms, until_ms).samples)
    return int(sounding[-1] * 1000 // clip.rate_hz) + 1 if len(sounding) else 0
