"""Every seam of the harness on one page. To extend the harness, read this.

An implementation keeps to one Protocol, is named for what it does differently (`HibariTTS`), is registered by name in
`wiring.py` or named as `package.module:factory` in settings, and never knows another implementation.

Whoever waits is `async`. Failures are raised as the errors of `harness.errors` and nothing else: a foreign exception
is translated where it is met. `ServiceError` ends the trial as `error`; what a scorer or judge cannot measure is an
`Unscored` value, not an exception.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from harness.audio.clip import Clip
from harness.audio.recording import Recording
from harness.model.agent import AgentConfig
from harness.model.audit import Evaluation
from harness.model.call import CallRequest, ClipRef, Event, Heard, Role, Transcript, Turn
from harness.model.case import Case, Move, Trigger
from harness.model.finding import Resource
from harness.model.persona import Voice
from harness.model.rubric import Criterion
from harness.model.run import Trial, TrialResult
from harness.model.score import Evidence, Scored

# --- values that pass the seams -------------------------------------------------------------------------------------


class MessageRole(StrEnum):
    """Who a message to a language model is from."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"
    TOOL = "tool"
    """The result of a tool call."""


JsonSchema: TypeAlias = Mapping[str, Any]
"""A JSON Schema document; the one place where a bare `Any` crosses a seam."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """A tool offered to a language model."""

    name: str
    description: str
    parameters: JsonSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """A model's wish to have a tool used."""

    id: str
    name: str
    arguments: str
    """JSON text as the model wrote it, possibly broken: whoever executes the call checks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation with a language model."""

    role: MessageRole
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    """Of an assistant message: the tools it called, beside or instead of its words."""
    tool_call_id: str = ""
    """Of a tool message: the call it is the result of."""


class StopReason(StrEnum):
    """Why a model stopped."""

    END = "end"
    LENGTH = "length"
    """The answer was cut at the token limit."""
    REFUSAL = "refusal"
    TOOL_CALLS = "tool_calls"
    """The answer called tools, and waits for their results."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """A piece of a streamed answer; the last one carries the stop reason."""

    text: str = ""
    tool_call: ToolCall | None = None
    """A complete call, given once its arguments are whole."""
    stop: StopReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Asks a model for JSON of a shape (structured output)."""

    name: str
    document: JsonSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Words ready to be put on a line."""

    text: str
    duration_ms: int
    clip: Clip | None
    """None in the text tier."""


# --- speech ---------------------------------------------------------------------------------------------------------


class TTS(Protocol):
    """A voice engine."""

    @property
    def name(self) -> str:
        """Return engine, voice and version, such as `hibari:heart/0.2.1`; part of cache keys and provenance."""
        ...

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        """Speak `text`; never returns an empty clip for text with words in it (ServiceError instead)."""
        ...


class STT(Protocol):
    """A recogniser."""

    @property
    def name(self) -> str:
        """Return engine, model and version; part of cache keys and provenance."""
        ...

    def require(self, language: str) -> None:
        """Raise ConfigurationError unless it can recognise this language here; called before any call is placed."""
        ...

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        """Recognise speech in a clip of any rate; silence is empty text, not an error."""
        ...


class Mouth(Protocol):
    """One side's voice, in either tier."""

    @property
    def name(self) -> str:
        """Return the voice's name for provenance; `text` in the text tier."""
        ...

    async def speak(self, text: str) -> Utterance:
        """Turn text into an utterance with a duration and, in the audio tier, a clip."""
        ...


class Ears(Protocol):
    """One side's hearing, in either tier."""

    @property
    def name(self) -> str:
        """Return the recogniser's name for provenance."""
        ...

    async def hear(self, utterance: Utterance) -> Heard:
        """Recognise an utterance as it came off the line, with word times relative to its start."""
        ...


class VoiceActivity(Protocol):
    """A detector of speech in sound."""

    @property
    def name(self) -> str:
        """Return model and version, for provenance."""
        ...

    def probabilities(self, clip: Clip) -> Sequence[float]:
        """Return how likely each 32 ms window of a clip of any rate holds speech, the last one filled with silence.

        Raises ModelUnavailableError.
        """
        ...


# --- language -------------------------------------------------------------------------------------------------------


class LLM(Protocol):
    """A language model."""

    @property
    def model(self) -> str:
        """Return the engine_model, `<provider>.<model>`."""
        ...

    def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer, piece by piece. The last delta carries `stop`. Raises ServiceError and its children only."""
        ...


class Agent(Protocol):
    """The side under test, when it is simulated."""

    def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        """Answer the conversation so far: everything but system messages; empty when the agent is to greet."""
        ...


# --- calls ----------------------------------------------------------------------------------------------------------


class Caller(Protocol):
    """Plays the persona. Stateless: the transcript is its memory."""

    async def next_move(self, transcript: Transcript) -> Move:
        """Return what to do next. Asked at call start, and again each time a move is done."""
        ...


class Line(Protocol):
    """An open connection, full duplex. Every event carries the call's own time, in order."""

    async def play(self, utterance: Utterance, *, at: Trigger, interrupts: bool = False) -> None:
        """Speak when the trigger's moment comes; SPEECH_STARTED and SPEECH_STOPPED (caller) will tell when it was."""
        ...

    async def press(self, digits: str, *, at: Trigger) -> None:
        """Press keys when the trigger's moment comes; a DTMF event tells of each, and which was the last."""
        ...

    async def wait(self, *, at: Trigger) -> None:
        """Do nothing until the trigger's moment; WAITED tells when it came."""
        ...

    async def hangup(self, *, at: Trigger) -> None:
        """Hang up when the trigger's moment comes."""
        ...

    def events(self) -> AsyncIterator[Event]:
        """Yield what happens until CALL_HANGUP, which is last.

        On a virtual clock, asking for the next event is what makes time pass.
        """
        ...

    def recording(self) -> Recording | None:
        """Return what was on the line; None in the text tier. Only after CALL_HANGUP."""
        ...

    def resources(self) -> tuple[Resource, ...]:
        """Return what the platform keeps of the call, as its API shows it. Only after CALL_HANGUP; may be empty."""
        ...


class Transport(Protocol):
    """Places calls."""

    @property
    def name(self) -> str:
        """Return the transport's name for provenance."""
        ...

    def open(self, request: CallRequest) -> AbstractAsyncContextManager[Line]:
        """Place a call; leaving the context hangs up whatever happened. Raises CallError when none came about."""
        ...


class Clock(Protocol):
    """Time, passed in so that nothing hides a clock."""

    def now_ms(self) -> float:
        """Return milliseconds from an arbitrary start, never going back."""
        ...


# --- judgement and storage ------------------------------------------------------------------------------------------


class Listener(Protocol):
    """Our own reference recogniser, listening to a finished recording."""

    @property
    def name(self) -> str:
        """Return the recogniser's name for provenance."""
        ...

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        """Return the turns with `said` filled in from the audio of each."""
        ...


class Judge(Protocol):
    """Answers the criteria of a rubric about one call."""

    @property
    def fingerprint(self) -> str:
        """Return a hash over everything that shapes a verdict: template, schema, model, parameters."""
        ...

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        """Return one Score or Unscored per criterion, named `rubric.<id>`, in the criteria's order."""
        ...


class Scorer(Protocol):
    """Asks one question about a finished call."""

    @property
    def name(self) -> str:
        """Return the scorer's name, the first part of its scores' names."""
        ...

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Answer, or say why not with Unscored."""
        ...


class RunStore(Protocol):
    """Keeps one run. Whatever has returned is on the disk."""

    def append(self, result: TrialResult) -> None:
        """Keep a finished trial for good. Raises StoreError."""
        ...

    def save_recording(self, trial: Trial, recording: Recording) -> ClipRef:
        """Keep a trial's audio and return where. Raises StoreError."""
        ...

    def finished(self) -> Mapping[str, TrialResult]:
        """Return the trials kept so far by id, for resuming and reporting."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """Words of one side of a call, as a recogniser wrote them down."""

    speaker: Role
    text: str


class Summariser(Protocol):
    """Sums a finished call up for the platform's summaries."""

    @property
    def name(self) -> str:
        """Return what it is and its model, for provenance."""
        ...

    async def summarise(self, lines: Sequence[SpokenLine], *, language: str) -> str:
        """Return one short paragraph; a call without words gets a sentence that says so. Raises ServiceError."""
        ...


class Auditor(Protocol):
    """Marks how well an agent kept to its prompt, for the platform's audits."""

    @property
    def name(self) -> str:
        """Return what it is and its model, for provenance."""
        ...

    async def evaluate(self, messages: Sequence[Message], *, prompt: str, language: str) -> Evaluation | None:
        """Mark a conversation, oldest message first; None when the answer could not be read. Raises ServiceError.

        Whoever asked checks the marks, since a model may have given them.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPrompt:
    """A better prompt, and why it should be better."""

    prompt: str
    rationale: str


class Proposer(Protocol):
    """Improves a prompt from what audits found, for the platform's prompt proposals."""

    @property
    def name(self) -> str:
        """Return what it is and its model, for provenance."""
        ...

    async def propose(self, prompt: str, *, evaluations: Sequence[Evaluation], language: str) -> ProposedPrompt:
        """Return another prompt. Raises ServiceError."""
        ...


AgentFactory: TypeAlias = Callable[[AgentConfig], Agent]
MouthFactory: TypeAlias = Callable[[Voice], Mouth]
EarsFactory: TypeAlias = Callable[[str], Ears]
"""From a BCP-47 language."""
CallerFactory: TypeAlias = Callable[[Case], Caller]
