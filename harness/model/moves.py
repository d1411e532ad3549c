"""What a caller does on the line, one thing at a time, and the moments it waits for."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from harness.model.checks import Check
from harness.model.entity import Entity
from harness.model.persona import NoiseFile


class TriggerKind(StrEnum):
    """The moment a caller's move waits for."""

    CALL_START = "call_start"
    """The call was answered."""
    NOW = "now"
    """The move was made; nothing is waited for."""
    AGENT_SPEECH_START = "agent_speech_start"
    """The agent's next turn becomes audible."""
    AGENT_SPEECH_MIDDLE = "agent_speech_middle"
    """Half of the agent's next turn, as far as it is known, was heard."""
    AGENT_LAST_WORD = "agent_last_word"
    """The last word of the agent's next turn begins."""
    AGENT_DIGITS = "agent_digits"
    """The agent begins to read out a number."""
    AGENT_SPEECH_END = "agent_speech_end"
    """The agent's next turn is over."""
    PHRASE = "phrase"
    """The agent has said the trigger's phrase to its last word."""
    TOOL_CALL = "tool_call"
    """The agent calls the trigger's tool, or any when none is named."""
    SILENCE = "silence"
    """Nobody has been heard for the trigger's `delay_ms`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """When a move happens: `delay_ms` after the moment `after`.

    The moment is the next one from when the move was made. An end of the agent's turn since the caller last spoke or
    pressed a key counts too: a caller who coughs or waits after it has still heard it.
    """

    after: TriggerKind = TriggerKind.AGENT_SPEECH_END
    delay_ms: int = 0
    timeout_ms: int = 10_000
    """If the moment does not come in this time the move happens anyway, marked late. Nobody loses patience with an
    agent who is speaking: the time begins anew when its speech ends."""
    phrase: str = ""
    """What the agent has to say, for PHRASE."""
    tool: str = ""
    """Which tool, for TOOL_CALL; empty: any."""


class Interruption(StrEnum):
    """Why a caller speaks while the agent does."""

    CORRECTION = "correction"
    QUESTION = "question"
    STOP = "stop"
    """The agent is to be quiet."""
    IMPATIENCE = "impatience"
    """The persona's habit, or a reason the author did not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the agent's speech must and must not contain, in one turn or in the whole call."""

    says: tuple[tuple[str, ...], ...] = ()
    """Every group must be said; a group is satisfied by any one of its phrases."""
    never_says: tuple[str, ...] = ()
    within_ms: int | None = None
    """Longest allowed time from the end of the caller's speech to the start of the answer."""
    wording: str = ""
    """Fixed words the agent must say as they stand."""
    max_wer: float = 0.0
    """The largest share of those words that may be wrong."""
    because: str = ""
    """The rule behind it in the author's words; shown when it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of an utterance that is spoken in one go."""

    text: str
    language: str = ""
    """BCP-47, where it is another than the persona's."""
    pause_ms: int = 0
    """Silence before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """The caller speaks."""

    kind: Literal["say"] = "say"
    text: str
    """All the words, as they are spoken."""
    pieces: tuple[Piece, ...] = ()
    """How they are spoken, where that is not in one go; together they have the words of `text`."""
    trigger: Trigger = field(default_factory=Trigger)
    interrupts: Interruption | None = None
    """Meant to start while the agent is speaking, and why."""
    expect: tuple[Expectation, ...] = ()
    """About the agent's turn that answers this one."""
    checks: tuple[Check, ...] = ()
    """About the agent's whole answer to this one."""
    entities: tuple[Entity, ...] = ()
    """Values this utterance carries to the agent."""
    improvised_by: str = ""
    """Model and digest of the prompt that made this line up; empty for a line of the author's."""


class Tones(StrEnum):
    """How keys travel."""

    RFC4733 = "rfc4733"
    """As events beside the sound (RFC 4733): what VoIPBIN understands."""
    IN_BAND = "in_band"
    """As sound in the caller's channel: VoIPBIN does not look for keys there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """The caller presses keys."""

    kind: Literal["press"] = "press"
    digits: str
    """One or more of 0-9, *, # and A-D."""
    tones: Tones = Tones.RFC4733
    trigger: Trigger = field(default_factory=Trigger)
    expect: tuple[Expectation, ...] = ()
    """About the agent's turn that answers the keys."""
    checks: tuple[Check, ...] = ()
    """About the agent's whole answer to the keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The caller stays silent until the trigger's moment."""

    kind: Literal["wait"] = "wait"
    trigger: Trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Backchannel:
    """The caller shows that it listens, and wants no answer: "mm-hm"."""

    kind: Literal["backchannel"] = "backchannel"
    text: str
    trigger: Trigger = field(default_factory=lambda: Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=900))


class Sound(StrEnum):
    """A sound the harness makes."""

    COUGH = "cough"
    TV = "tv"
    """A television in the room: somebody talks, over music."""
    MUSIC = "music"
    """Music on hold."""
    BEEP = "beep"
    """The tone of an answering machine."""
    TYPING = "typing"
    SPEAKER = "speaker"
    """Another person in the room, who says the words of the move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """A sound in the caller's channel that is not meant for the agent."""

    kind: Literal["noise"] = "noise"
    sound: Sound | NoiseFile
    duration_ms: int | None = None
    """None: as long as the sound is."""
    level_db: float = -10.0
    """Compared with the caller's own voice."""
    text: str = ""
    """What another person says, for SPEAKER."""
    trigger: Trigger = field(default_factory=lambda: Trigger(after=TriggerKind.NOW))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangup:
    """The caller ends the call."""

    kind: Literal["hangup"] = "hangup"
    trigger: Trigger = field(default_factory=Trigger)


Move: TypeAlias = Say | Press | Wait | Backchannel | Disturbance | Hangup


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the caller does when the agent said something."""

    agent_says: tuple[str, ...]
    """Any one of these phrases in the agent's answer."""
    steps: tuple["Step", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """The caller listens to the agent's answer, and goes on by what it was."""

    choices: tuple[Choice, ...]
    """The first that fits is taken."""
    otherwise: tuple["Step", ...] | None = None
    """When none fits; None: the case's fallback line, twice at most, and then nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """The caller goes on with the same until the agent says something."""

    steps: tuple["Step", ...]
    until: tuple[str, ...]
    """Any one of these phrases in the agent's answer ends it."""
    at_most: int = 3
    otherwise: tuple["Step", ...] = ()
    """When the agent never said it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvise:
    """The caller makes lines up from the persona's facts and the case's goal."""

    turns: int
    """So many lines at most."""
    words: int = 40
    """So many words a line at most."""


Step: TypeAlias = Move | Branch | Repeat | Improvise
