"""What the platform does in a call beside letting the agent talk: its flow, its tools, who else is phoned, what breaks.

All of it is optional: without it a call dials the agent's direct hash on a platform where nothing goes wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, TypeAlias

from harness.errors import ConfigurationError

FlowAction: TypeAlias = Mapping[str, Any]
"""One action as a flow's JSON has it."""


class TurnModelName(StrEnum):
    """Who decides when the caller's turn begins and ends."""

    TRANSCRIPT = "transcript"
    """The recogniser: what the platform really runs."""
    VAD = "vad"
    """Voice activity: what the platform documents."""
    HALF_DUPLEX = "half_duplex"
    """Nobody listens while the agent speaks: the action `ai`."""


class Answering(StrEnum):
    """What somebody does whose telephone rings."""

    ANSWERS = "answers"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTS = "rejects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """Somebody the platform can phone during a call, such as the colleague a caller is connected with."""

    target: str
    """The number or address this is about; `*` for everyone not named."""
    answering: Answering = Answering.ANSWERS
    ring_ms: int | None = None
    """How long it rings before they do what they do; None: as long as it usually takes."""
    says: tuple[str, ...] = ()
    """Their lines: the first when they answer, then one after each turn of the other side; then they hang up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolMock:
    """What a tool of the agent answers, in place of what it would really do."""

    name: str
    result: Any = None
    """The data the language model is given; any JSON."""
    delay_ms: int = 0
    error: str = ""
    """What went wrong, in the tool's words; empty when it worked."""
    times_out: bool = False
    """Never answers, so that the pipeline gives up after its 10 s."""


class FaultKind(StrEnum):
    """What can go wrong on the platform."""

    LLM_KEY_INVALID = "llm_key_invalid"
    """The language model's provider refuses the key: the agent stays silent."""
    LLM_RATE_LIMITED = "llm_rate_limited"
    LLM_SERVER_ERROR = "llm_server_error"
    LLM_HANGS = "llm_hangs"
    """The language model never answers."""
    TTS_SILENT = "tts_silent"
    """The voice delivers nothing: text without audio."""
    TTS_VOICE_MISSING = "tts_voice_missing"
    """The voice does not exist: text without audio."""
    STT_MISHEARS = "stt_mishears"
    """Words are recognised as others; value: the share of words."""
    SLOW_START = "slow_start"
    """The AI session takes long to start; value: milliseconds more."""
    CALL_DROPS = "call_drops"
    """The line breaks; at_ms."""
    ONE_WAY_IN = "one_way_in"
    """The caller is not heard."""
    ONE_WAY_OUT = "one_way_out"
    """The caller hears nothing."""
    PACKET_LOSS = "packet_loss"
    """Frames of the caller get lost; value: their share."""
    PIPELINE_IDLES = "pipeline_idles"
    """The voice pipeline is cancelled, as after 300 s without speech of the agent, and the call stays; at_ms."""
    PIPELINE_DIES = "pipeline_dies"
    """The voice pipeline ends in mid-call and the call stays: dead air; at_ms."""
    NO_BALANCE = "no_balance"
    """The account is empty: no call comes about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFault:
    """One thing that goes wrong, always or by chance."""

    kind: FaultKind
    rate: float = 1.0
    """Chance that it happens in a trial at all, 0 to 1; drawn from the trial's seed."""
    reply: int | None = None
    """Only in the agent's answer of this number, the greeting being 0; None: in every one."""
    at_ms: int | None = None
    """When, counted from the answer; for what happens at a moment."""
    value: float | None = None
    """How much; what it means stands at the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VadConfig:
    """The voice activity detector (the AI's `vad_config`); the defaults are the platform's (contract 10.1)."""

    confidence: float = 0.7
    """Least speech probability of a window with voice, 0 to 1."""
    start_secs: float = 0.2
    """For how long voice must last before it is believed."""
    stop_secs: float = 0.2
    """For how long silence must last before it is believed."""
    min_volume: float = 0.6
    """Least loudness of a window with voice, 0 to 1."""

    def __post_init__(self) -> None:
        """Refuse what no detector could work with. Raises ConfigurationError."""
        for key, value in (("confidence", self.confidence), ("min_volume", self.min_volume)):
            if not 0 <= value <= 1:
                raise ConfigurationError(f"vad_config.{key} is {value}; give a number from 0 to 1.")
        for key, value in (("start_secs", self.start_secs), ("stop_secs", self.stop_secs)):
            if not (isfinite(value) and value >= 0):
                raise ConfigurationError(f"vad_config.{key} is {value}; give a number of seconds, 0 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformSetup:
    """The platform as one case wants it."""

    flow: tuple[FlowAction, ...] = ()
    """What the call executes; empty: `answer` and `ai_talk` with the agent under test."""
    outgoing: bool = False
    """Whether the platform phones the persona, instead of the persona phoning in."""
    turn_model: TurnModelName | None = None
    """None: the session's setting."""
    vad: VadConfig | None = None
    smart_turn: bool = False
    audit: bool = False
    """Whether the platform's evaluator marks the call once it is over (the AI's `auto_aicall_audit_enabled`)."""
    stt_type: str = ""
    """`deepgram`, `google`, or empty for the platform's own choice; decides how soon a turn ends."""
    tools: tuple[str, ...] = ()
    """Tools the agent may use, by name, or `all`."""
    tool_mocks: tuple[ToolMock, ...] = ()
    callees: tuple[Callee, ...] = ()
    faults: tuple[PlannedFault, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    """Variables the call starts with."""
