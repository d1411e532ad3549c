"""Which language models an AI may name, and which of them the platform really runs.

An `engine_model` is `<provider>.<model>`. The platform checks the provider only, at creation, and lets many in that its
runner cannot start. The harness adds providers of its own for simulated calls, which need no account.
"""

from dataclasses import dataclass

from harness.errors import ConfigurationError, UnknownNameError

ACCEPTED_PROVIDERS = (
    "anthropic",
    "aws",
    "azure",
    "cerebras",
    "deepseek",
    "fireworks",
    "gemini",
    "grok",
    "groq",
    "mistral",
    "nvidia",
    "ollama",
    "openai",
    "openrouter",
    "perplexity",
    "qwen",
    "sambanova",
    "together",
)
"""Providers the platform accepts when an AI is created."""
RUNNING_PROVIDERS = ("gemini", "grok", "openai")
"""Providers the platform's runner starts; a session with any other stays silent from the first moment."""
OWN_PROVIDERS = ("embedded", "local", "scripted")
"""Providers of the harness, for simulated calls only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineModel:
    """A language model as an AI names it."""

    provider: str
    model: str
    """Everything after the first separator; the provider's own name for the model."""

    def __str__(self) -> str:
        """Return the platform's spelling."""
        return f"{self.provider}.{self.model}"

    @property
    def is_own(self) -> bool:
        """Whether only the harness knows it: a real call cannot use it."""
        return self.provider in OWN_PROVIDERS

    @property
    def runs_on_platform(self) -> bool:
        """Whether a real voice session with it would start."""
        return self.provider in RUNNING_PROVIDERS


def parse_engine_model(text: str) -> EngineModel:
    """Read `<provider>.<model>` or `<provider>:<model>`; the first separator counts, the model may hold more of them.

    Raises:
        UnknownNameError: nobody knows the provider.
        ConfigurationError: there is no separator, or nothing on one side of it.
    """
    cut = min((place for place in (text.find("."), text.find(":")) if place >= 0), default=-1)
    if cut < 0 or not text[cut + 1 :].strip():
        raise ConfigurationError(
            f"engine_model {text!r} must be <provider>.<model>, such as openai.gpt-4o or embedded.extractive"
        )
    provider, model = text[:cut].strip(), text[cut + 1 :].strip()
    known = (*ACCEPTED_PROVIDERS, *OWN_PROVIDERS)
    if provider not in known:
        raise UnknownNameError(kind="engine_model provider", name=provider, known=known)
    return EngineModel(provider=provider, model=model)
