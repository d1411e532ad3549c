"""What a call's line was asked to do and what it did, side by side."""

from collections.abc import Sequence

import numpy as np

from harness.audio.line import TelephoneLine
from harness.audio.loss import PLAYOUT_MS
from harness.audio.measured import Tally, pool
from harness.model.persona import Echo
from harness.model.quality import LineAchieved, LineEffect, LineMeasure


def line_achieved(
    utterances: Sequence[tuple[TelephoneLine, Tally]], *, agent_echo: Echo | None, agent_echo_db: float | None
) -> LineAchieved:
    """Return what was asked for, each with what was measured in the whole call.

    Args:
        utterances: Every utterance's line, as it was then, and what was counted of it.
        agent_echo: How the agent's voice was to come back.
        agent_echo_db: How loud it did.
    """
    frames = sum(tally.frames for _, tally in utterances)
    measures = _measures(utterances, frames=frames) if frames else []
    if agent_echo is not None:
        measures.append(_measure(LineEffect.AGENT_ECHO_DB, agent_echo.level_db, agent_echo_db))
    return LineAchieved(utterances=len(utterances), frames=frames, measures=tuple(measures))


def _measures(utterances: Sequence[tuple[TelephoneLine, Tally]], *, frames: int) -> list[LineMeasure]:
    line, got = utterances[-1][0], pool([tally for _, tally in utterances])
    # A fault of the case may change the share in the middle of a call.
    lost_share = sum(each.lost_frames * tally.frames for each, tally in utterances) / frames
    measures: list[LineMeasure] = []
    if line.snr_db is not None:
        measures.append(_measure(LineEffect.SNR_DB, line.snr_db, got.snr_db))
    if line.clip_db:
        measures.append(_measure(LineEffect.PEAK_DB, line.gain_db - line.clip_db, got.peak_db))
    elif line.gain_db:
        measures.append(_measure(LineEffect.GAIN_DB, line.gain_db, got.gain_db))
    if line.echo_db is not None:
        measures.append(_measure(LineEffect.ECHO_DB, line.echo_db, got.echo_db))
    if line.comfort_noise_db is not None:
        measures.append(_measure(LineEffect.COMFORT_NOISE_DB, line.comfort_noise_db, got.comfort_noise_db))
    if lost_share:
        measures.append(_measure(LineEffect.LOST_SHARE, lost_share, got.lost_share))
    if lost_share and line.burst_frames is not None:
        measures.append(_measure(LineEffect.BURST_FRAMES, line.burst_frames, got.burst_frames))
    if line.jitter_ms:
        measures.append(_measure(LineEffect.LATE_SHARE, float(np.exp(-PLAYOUT_MS / line.jitter_ms)), got.late_share))
    return measures


def _measure(effect: LineEffect, asked: float, achieved: float | None) -> LineMeasure:
    """Return a measure without the digits that another processor would compute otherwise."""
    return LineMeasure(
        effect=effect, asked=round(asked, 4), achieved=None if achieved is None else round(achieved, 4) + 0.0
    )
