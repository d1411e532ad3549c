"""Every seam of the harness in one room. To extend the harness, read this.

An implementation keeps to one Protocol, is named for what it does differently (`HibariTTS`), is registered by name in
`wiring/` or named as `package.module:factory` in settings, and never knows another implementation.

Whoever waits is `async`. Failures are raised as the errors of `harness.errors` and nothing else: a foreign exception
is translated where it is met. `ServiceError` ends the trial as `error`; what a scorer or judge cannot measure is an
`Unscored` value, not an exception.
"""

from harness.interfaces.calls import Caller, CallerFactory, Clock, Line, Transport
from harness.interfaces.judgement import Judge, Listener, RunStore, Scorer, StopSign
from harness.interfaces.language import (
    LLM,
    Agent,
    AgentFactory,
    Delta,
    JsonSchema,
    Message,
    MessageRole,
    Schema,
    StopReason,
    ToolCall,
    ToolSpec,
)
from harness.interfaces.review import Auditor, ProposedPrompt, Proposer, SpokenLine, Summariser
from harness.interfaces.speech import STT, TTS, Ears, EarsFactory, Mouth, MouthFactory, Utterance, VoiceActivity

__all__ = [
    "LLM",
    "STT",
    "TTS",
    "Agent",
    "AgentFactory",
    "Auditor",
    "Caller",
    "CallerFactory",
    "Clock",
    "Delta",
    "Ears",
    "EarsFactory",
    "JsonSchema",
    "Judge",
    "Line",
    "Listener",
    "Message",
    "MessageRole",
    "Mouth",
    "MouthFactory",
    "ProposedPrompt",
    "Proposer",
    "RunStore",
    "Schema",
    "Scorer",
    "SpokenLine",
    "StopReason",
    "StopSign",
    "Summariser",
    "ToolCall",
    "ToolSpec",
    "Transport",
    "Utterance",
    "VoiceActivity",
]
