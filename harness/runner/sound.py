"""How a recorded call sounded: what the turns say, held against what is on the two channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from harness.audio.activity import Span
from harness.audio.clip import Samples
from harness.audio.codec import FRAME_MS, TELEPHONE_HZ, resample
from harness.audio.quality import (
    PER_MS,
    Mask,
    Powers,
    clipped_share,
    dc_offset,
    dropouts,
    frame_powers,
    frames_of,
    mask_of,
    noise_power,
    snr_db,
    sounding_ms,
)
from harness.audio.quality_echo import LATEST_MS, LEAST_MS, EchoPath, echo_path
from harness.audio.quality_loudness import loudness_lufs
from harness.audio.recording import Lane, Recording
from harness.model.call import Role, Turn, TurnLabel
from harness.model.quality import CallQuality, ChannelQuality, Echo

_MARGIN_MS: Final = 200
"""Turns begin and end a little beside their sound."""
_LEAST_ECHO: Final = 0.2
"""Below this correlation two sounds are alike by chance."""

NO_SPEECH: Final = "this side never spoke"
NO_QUIET: Final = "there is no pause in which nobody speaks"
NO_NOISE: Final = "the line is digitally silent between the turns"
UNDER_NOISE: Final = "the speech does not rise above the noise"
TOO_QUIET: Final = "less than 400 ms of speech, or all of it below -70 LUFS"
NO_SOLO: Final = "the other side never spoke alone for long enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One channel and where its side speaks."""

    samples: Samples
    turns: Sequence[tuple[int, Span]]
    """(index of the turn, its time); keys left out."""
    keys: Sequence[Span]

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for _, span in self.turns)

    def said(self, *, before_ms: int = 0, after_ms: int = 0) -> Mask:
        """Return where a turn says that there is sound."""
        return mask_of((*self.spans, *self.keys), len(self.samples), before_ms=before_ms, after_ms=after_ms)


def measure_quality(turns: Sequence[Turn], recording: Recording) -> CallQuality:
    """Return how a call sounded.

    Args:
        turns: Who spoke when.
        recording: What was on the line, on the same clock; another rate than the telephone's is brought to it.
    """
    caller, agent = _side(turns, recording, Role.CALLER), _side(turns, recording, Role.AGENT)
    return CallQuality(caller=_channel(caller, other=agent), agent=_channel(agent, other=caller))


def _side(turns: Sequence[Turn], recording: Recording, role: Role) -> _Side:
    clip = resample(recording.lane(Lane(role.value)), TELEPHONE_HZ)
    last_ms = len(clip.samples) // PER_MS
    spans = [
        (
            index,
            Span(start_ms=max(0, turn.started_ms), end_ms=min(turn.ended_ms, last_ms)),
            bool(turn.keys) or turn.label is TurnLabel.NOISE,
        )
        for index, turn in enumerate(turns)
        if turn.role is role and max(0, turn.started_ms) < min(turn.ended_ms, last_ms)
    ]
    return _Side(
        samples=clip.samples,
        turns=[(index, span) for index, span, is_keys in spans if not is_keys],
        keys=[span for _, span, is_keys in spans if is_keys],
    )


def _channel(side: _Side, *, other: _Side) -> ChannelQuality:
    quiet = ~(_said(side, _MARGIN_MS) | other.said(before_ms=_MARGIN_MS, after_ms=LATEST_MS))
    powers, said = frame_powers(side.samples), mask_of(side.spans, len(side.samples))
    noise = noise_power(powers[frames_of(quiet)])
    floor = noise or 0.0
    speech = side.samples[said]
    holes = dropouts(side.samples, side.spans)
    snr = _rounded(snr_db(powers[frames_of(said)], noise=floor), 1)
    loudness = _rounded(loudness_lufs(speech), 2)
    alone = _alone(other, side)
    missing = {
        "speech": "" if len(speech) else NO_SPEECH,
        "noise_dbfs": NO_QUIET if noise is None else "" if noise else NO_NOISE,
        "loudness_lufs": "" if loudness is not None or not len(speech) else TOO_QUIET,
        "echo": "" if np.count_nonzero(alone) >= LEAST_MS * PER_MS else NO_SOLO,
    }
    missing["snr_db"] = missing["speech"] or missing["noise_dbfs"] or ("" if snr is not None else UNDER_NOISE)
    return ChannelQuality(
        speech_ms=len(speech) // PER_MS,
        clipped_share=_rounded(clipped_share(speech), 6),
        dropouts=holes.count if holes else None,
        dropout_ms=holes.lost_ms if holes else None,
        longest_dropout_ms=holes.longest_ms if holes else None,
        loudness_lufs=loudness,
        snr_db=snr,
        noise_dbfs=_rounded(10 * float(np.log10(noise)), 1) if noise else None,
        dc_offset=_rounded(dc_offset(speech), 5),
        silent_turns=tuple(index for index, span in side.turns if _is_silent(powers, span, noise=floor)),
        stray_ms=sounding_ms(powers[frames_of(~_said(side, _MARGIN_MS))], noise=floor),
        echo=_echo(echo_path(other.samples, side.samples, alone=alone)),
        unmeasured={name: reason for name, reason in missing.items() if reason},
    )


def _said(side: _Side, margin_ms: int) -> Mask:
    return side.said(before_ms=margin_ms, after_ms=margin_ms)


def _alone(source: _Side, other: _Side) -> Mask:
    """Return where one side speaks and the other says nothing until the last echo of it is over."""
    alone = mask_of(source.spans, len(source.samples)) & ~other.said(before_ms=LATEST_MS, after_ms=_MARGIN_MS)
    alone[max(0, len(alone) - LATEST_MS * PER_MS) :] = False
    return alone


def _is_silent(powers: Powers, span: Span, *, noise: float) -> bool:
    """Return whether a turn cannot be heard; one too short to be sure of is given the benefit of the doubt."""
    heard = powers[span.start_ms // FRAME_MS : (span.end_ms + _MARGIN_MS) // FRAME_MS]
    return span.duration_ms >= _MARGIN_MS and not sounding_ms(heard, noise=noise)


def _echo(path: EchoPath | None) -> Echo | None:
    if path is None or path.correlation < _LEAST_ECHO:
        return None
    return Echo(
        delay_ms=round(path.delay_ms, 1), level_db=round(path.level_db, 1), correlation=round(path.correlation, 2)
    )


def _rounded(value: float | None, digits: int) -> float | None:
    """Return a value without the digits that another processor would compute otherwise."""
    return None if value is None else round(value, digits) + 0.0
