"""The side under test, as VoIPBIN's AI resource describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.model.persona import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig:
    """What an AI needs to take a call (the fields of VoIPBIN's `ai` that a simulated call uses)."""

    engine_model: str
    """`<provider>.<model>`, such as `openai.gpt-4o` or `embedded.extractive`."""
    init_prompt: str
    voice: Voice = field(default_factory=Voice)
    """Stands for `tts_type` and `tts_voice_id`."""
    stt_language: str = "en-US"
    parameter: Mapping[str, Any] = field(default_factory=dict)
    """What the AI's `parameter` holds; shown to the model as JSON behind the prompt."""
