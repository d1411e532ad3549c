"""The finished record of one conversation. Times are integer milliseconds on the call's own clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from harness.model.case import Case
from harness.model.finding import Finding, Resource
from harness.model.moves import Move
from harness.model.quality import CallQuality
from harness.model.suite import Arm


class Tier(StrEnum):
    """How real the call is."""

    TEXT = "text"
    """No sound: words are exchanged as text, their durations are nominal."""
    AUDIO = "audio"
    """Synthesized speech over a telephone line, recognised at the other end."""


class Role(StrEnum):
    """The two sides of a call."""

    CALLER = "caller"
    AGENT = "agent"


class Speaker(StrEnum):
    """Who of the side the caller hears is speaking."""

    AGENT = "agent"
    """The agent under test."""
    FLOW = "flow"
    """A prompt of the call's flow, such as `talk`."""
    CALLEE = "callee"
    """Somebody the caller was connected with."""
    REQUEST = "request"
    """A text somebody had spoken into the call from outside."""


class TurnLabel(StrEnum):
    """What a caller's sound is to the agent (evaluation.md, section 5.1)."""

    TURN = "turn"
    BARGE_IN = "barge_in"
    """A turn that was meant to begin while the agent speaks."""
    BACKCHANNEL = "backchannel"
    """It shows that the caller listens, and wants no answer."""
    NOISE = "noise"
    """It is not meant for the agent at all."""


class EventKind(StrEnum):
    """What can happen in a call. Names with a VoIPBIN event behind them are VoIPBIN's."""

    CALL_DIALING = "call_dialing"
    CALL_RINGING = "call_ringing"
    CALL_PROGRESSING = "call_progressing"
    CALL_TERMINATING = "call_terminating"
    CALL_CANCELING = "call_canceling"
    CALL_HANGUP = "call_hangup"
    """data: reason (an EndReason), by (a Role, or `platform`), late (the caller waited in vain), and in the platform's
    words hangup_by, hangup_reason."""
    ACTION_ENTERED = "action_entered"
    """A flow action starts; data: type."""
    FLOW_FAILED = "flow_failed"
    """The flow ended because an action failed; text: why; data: type (of the action), how."""
    AICALL_INITIALIZING = "aicall_status_initializing"
    AICALL_PROGRESSING = "aicall_status_progressing"
    AICALL_TERMINATING = "aicall_status_terminating"
    AICALL_TERMINATED = "aicall_status_terminated"
    SPEECH_STARTED = "speech_started"
    """A side becomes audible; role; text: what this speech is meant to say; data for the caller: late (its moment did
    not come), planned_ms (when it was to begin), label (a TurnLabel), over_agent (the agent was audible), utterance
    (its number in the call); for the agent: reply (the number of its answer), by (a Speaker)."""
    SPEECH_STOPPED = "speech_stopped"
    """A side's turn is over; role; text: the words that were really played; data: interrupted."""
    TRANSCRIPT_INTERIM = "transcribe_speech_interim"
    """The platform's recogniser so far; text; data: utterance, by (`session`, or `transcribe` for a transcription that
    the flow runs beside it)."""
    TRANSCRIPT_FINAL = "transcript_created"
    """The platform's recogniser, final; text; data: utterance, where the transport knows which one it belongs to, and
    by, as above."""
    USER_TURN_ENDED = "user_turn_ended"
    """The turn model decided that the caller is done; data: nothing."""
    REPLY_STARTED = "reply_started"
    """The language model's first token arrived."""
    MESSAGE_CREATED = "aimessage_created"
    """A message was stored by the platform; text; data: role (system, user, assistant); reply, for the assistant's."""
    AUDIO_CUT = "audio_cut"
    """Barge-in: the agent's queued audio was discarded; data: unplayed_ms."""
    WAITED = "waited"
    """A caller's Wait is over; data: late."""
    MOVE_SKIPPED = "move_skipped"
    """The caller had nothing left to react to: a backchannel whose agent had fallen silent; text: the words."""
    DTMF = "dtmf_received"
    """A key was pressed; role; text: the digit; data for the caller: late, planned_ms, last (no further
    key of this move), tones (a Tones)."""
    TOOL_CALLED = "tool_called"
    """The agent uses a tool; text: its name; data: id, arguments (JSON as the model wrote it)."""
    TOOL_RETURNED = "tool_returned"
    """A tool answered; text: what the model is told; data: id, name, ok."""
    CONNECTING = "connecting"
    """The platform phones somebody for the caller; data: target."""
    CONNECTED = "connected"
    """That somebody and the caller can talk; data: target."""
    CONNECT_ENDED = "connect_ended"
    """They can no longer, or never could; data: target, reason (normal, busy, noanswer, ...)."""
    PIPELINE_ENDED = "pipeline_ended"
    """The voice pipeline is gone while the call goes on: dead air; data: reason (idle, died)."""
    FAULT_INJECTED = "fault_injected"
    """A fault the case asked for happens; text: what; data: kind."""
    SERVICE_FAILED = "service_failed"
    """A service of the platform failed during the call; text: what it said; data: service, stage (session, stt,
    llm, tts)."""


Fact: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, the call's truth."""

    at_ms: int
    kind: EventKind
    role: Role | None = None
    text: str = ""
    data: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A recognised word and where in its clip it was heard."""

    text: str
    start_ms: int
    end_ms: int

    def later(self, by_ms: int) -> "Word":
        """Return the word where it is in a clip that begins so much earlier."""
        return Word(text=self.text, start_ms=self.start_ms + by_ms, end_ms=self.end_ms + by_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a recogniser made of a clip."""

    text: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one side did between two silences; the five texts of rule 7 are never mixed."""

    role: Role
    started_ms: int
    ended_ms: int
    speaker: Speaker = Speaker.AGENT
    """The agent's side: who it really was."""
    meant: str
    """Caller: the script. Agent: the text its model wrote."""
    spoken: str
    """The part of `meant` that was really played; shorter than `meant` only after an interruption."""
    said: str | None = None
    """What our reference recogniser hears in this turn's audio; None without audio or recogniser."""
    heard: str | None = None
    """Caller turns: what the platform's recogniser made of it. None for the agent's."""
    interrupted: bool = False
    """The other side cut this turn short."""
    as_heard: bool = False
    """Agent turns: nobody told its words, and `meant` and `spoken` are what our reference recogniser heard."""
    keys: str = ""
    """Caller turns: the keys that were pressed; empty when the caller spoke. Nobody says or hears such a turn."""
    label: TurnLabel = TurnLabel.TURN
    """Caller turns: what it is to the agent."""
    move: int | None = None
    """Caller turns: index of the move in the call's moves. None for the agent's."""
    latency_ms: int | None = None
    """Agent turns: from the end of the caller's speech to the start of this; None for a greeting or an overlap, and for
    what the flow or somebody else says: that is not the agent's answer."""

    @property
    def wants_answer(self) -> bool:
        """Return whether it is meant for the other side: no noise, and no sound that only shows attention."""
        return self.label in (TurnLabel.TURN, TurnLabel.BARGE_IN)

    @property
    def has_words(self) -> bool:
        """Return whether it is speech that is meant to be understood: neither keys nor a noise nor a "mm-hm"."""
        return self.wants_answer and not self.keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A conversation so far, as a caller or a judge sees it."""

    turns: tuple[Turn, ...] = ()
    moves_made: int = 0
    """How many moves the caller has made."""


class EndReason(StrEnum):
    """Why a call ended."""

    CALLER_HANGUP = "caller_hangup"
    AGENT_HANGUP = "agent_hangup"
    AGENT_SILENT = "agent_silent"
    """The caller gave up on an agent that did not answer."""
    TIME_LIMIT = "time_limit"
    LINE_DROPPED = "line_dropped"
    """The line broke; nobody hung up."""
    NOT_ANSWERED = "not_answered"
    """The call was never answered."""
    NEVER_STARTED = "never_started"
    """The AI session failed to start (VoIPBIN: unsupported model, voice or recogniser)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRef:
    """A stored recording."""

    path: str
    """Relative to the run's folder."""
    duration_ms: int
    sample_rate_hz: int
    channels: int
    sha256: str
    """Of the samples (interleaved little-endian 16-bit), so that it does not depend on the file format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """Everything a transport needs to place a call."""

    trial_id: str
    case: Case
    arm: Arm
    seed: int
    tier: Tier


WRITTEN = "voipbin-text"
"""The transport of chats in writing through the real platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One measured conversation."""

    transport: str
    tier: Tier
    seed: int
    events: tuple[Event, ...]
    turns: tuple[Turn, ...]
    end_reason: EndReason
    duration_ms: int
    prompt_label: str
    prompt_digest: str
    moves: tuple[Move, ...] = ()
    """What the caller did, in order, and was about to do when the call ended; the turns refer to it."""
    unmade: tuple[Move, ...] = ()
    """What its script still had for it then."""
    recording: ClipRef | None = None
    findings: tuple[Finding, ...] = ()
    """What explains how it went, the likeliest cause first."""
    resources: tuple[Resource, ...] = ()
    """What the platform keeps of it."""
    quality: CallQuality | None = None
    """How it sounded; None without a recording."""

    @property
    def is_written(self) -> bool:
        """Return whether it was a chat in writing with a real agent, which has no ringing and no greeting."""
        return self.transport == WRITTEN

    @property
    def answer_latencies_ms(self) -> tuple[int, ...]:
        """Return how long each of the agent's answers took that was timed."""
        return tuple(turn.latency_ms for turn in self.turns if turn.role is Role.AGENT and turn.latency_ms is not None)

    @property
    def transcript(self) -> Transcript:
        """Return the whole conversation."""
        return Transcript(turns=self.turns, moves_made=sum(t.role is Role.CALLER for t in self.turns))
