"""How a call sounded, channel by channel: numbers about the line and the voices, which judge nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """The other side's speech, heard again in this channel."""

    delay_ms: float
    level_db: float
    """Level of the echo over the speech it copies."""
    correlation: float
    """Largest normalised cross-correlation, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelQuality:
    """What was measured of one side's channel. None is what could not be measured; `unmeasured` says why."""

    speech_ms: int
    """Time in which the side's turns say that it speaks; keys left out."""
    clipped_share: float | None = None
    """Samples of the speech at full scale beside another one, over all its samples, 0 to 1."""
    dropouts: int | None = None
    """Holes of at least 20 ms of digital silence in the middle of a sound."""
    dropout_ms: int | None = None
    """Length of all of them together."""
    longest_dropout_ms: int | None = None
    loudness_lufs: float | None = None
    """Integrated loudness of the speech (ITU-R BS.1770-4)."""
    snr_db: float | None = None
    """Active speech (ITU-T P.56: pauses over 200 ms left out) over the noise while nobody speaks."""
    noise_dbfs: float | None = None
    """That noise below full scale."""
    dc_offset: float | None = None
    """Mean of the speech's samples over full scale, -1 to 1."""
    silent_turns: tuple[int, ...] = ()
    """Indexes into the call's turns of those in whose time nothing can be heard."""
    stray_ms: int | None = None
    """Time in which the channel sounds although no turn of the side says so."""
    echo: Echo | None = None
    """None where there is none, unless `unmeasured` has a reason."""
    unmeasured: Mapping[str, str] = field(default_factory=dict)
    """Reason, by the name of the value."""


class LineEffect(StrEnum):
    """What a caller's line does that can be asked for and measured."""

    SNR_DB = "snr_db"
    """The voice over the noise bed."""
    GAIN_DB = "gain_db"
    """Change of the voice's level."""
    PEAK_DB = "peak_db"
    """Change of the voice's highest sample, where it is cut off."""
    ECHO_DB = "echo_db"
    """The caller's own echo over its voice."""
    AGENT_ECHO_DB = "agent_echo_db"
    """The agent's voice in the caller's channel over the agent's voice."""
    COMFORT_NOISE_DB = "comfort_noise_db"
    """Below full scale."""
    LOST_SHARE = "lost_share"
    """Frames the network lost, over all."""
    BURST_FRAMES = "burst_frames"
    """Frames lost in a row, on average."""
    LATE_SHARE = "late_share"
    """Frames that came too late to be played, over all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMeasure:
    """One thing that was asked of a line and what it really did."""

    effect: LineEffect
    asked: float
    achieved: float | None
    """None where there was nothing to measure it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAchieved:
    """What the caller's line did in a call: powers and counts of all utterances added up, then divided."""

    utterances: int
    """How many it is measured on."""
    frames: int
    """How many frames of 20 ms they have."""
    measures: tuple[LineMeasure, ...] = ()
    """Of what was asked for; empty for a line that was to do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQuality:
    """Both sides of a recorded call."""

    caller: ChannelQuality
    agent: ChannelQuality
    line: LineAchieved | None = None
    """What the caller's line did; None where nobody knows, as in a call over a foreign network."""
