"""Every provider of language models in one table: where it is reached, with which key, through which adapter.

Nothing here opens a connection or imports an SDK, so that a missing key or a mistyped name is known before any call.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from harness.errors import ConfigurationError, MissingKeyError, UnknownNameError


class Adapter(StrEnum):
    """Who speaks with a provider."""

    OPENAI = "openai"
    """`OpenAILLM`: Chat Completions, which every compatible server speaks."""
    ANTHROPIC = "anthropic"
    """`AnthropicLLM`: Messages."""
    LOCAL = "local"
    """`LocalLLM`: a server or a model file on this machine."""
    SCRIPTED = "scripted"
    """`scripted_llm`: no model at all."""
    EXTRACTIVE = "extractive"
    """The embedded agent; an agent of its own, not a language model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider of language models."""

    name: str
    """The part of an engine_model before the first separator."""
    adapter: Adapter = Adapter.OPENAI
    base_url: str = ""
    """Where it is reached; `{…}` stands for the value of `place_variable`."""
    key_variable: str = ""
    """Environment variable with its key; empty when it needs none."""
    place_variable: str = ""
    """Environment variable that fills `base_url`: a region, or an account's own host."""
    opens_itself: bool = False
    """Takes a conversation that does not begin with a user message."""
    counts_when_asked: bool = False
    """Takes `stream_options` and ends an answer with the tokens it used. Others refuse it, or count unasked."""

    @property
    def base_url_variable(self) -> str:
        """Return the environment variable that replaces `base_url`, such as `GROQ_BASE_URL`."""
        return "LOCAL_LLM_BASE_URL" if self.adapter is Adapter.LOCAL else f"{self.name.upper()}_BASE_URL"

    @property
    def extra(self) -> str:
        """Return the extra of the installation that brings its package; empty when none is needed."""
        return self.adapter.value if self.adapter in (Adapter.OPENAI, Adapter.ANTHROPIC, Adapter.LOCAL) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A provider as this machine's environment reaches it."""

    provider: Provider
    base_url: str = field(repr=False)
    key: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Return `base_url` as it may be shown: without a name and password in it."""
        parts = urlsplit(self.base_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()

    def redact(self, text: str) -> str:
        """Return `text` without the key: a server may echo it in an error."""
        return text.replace(self.key, "[key]") if self.key else text


_ALL = (
    Provider(
        name="anthropic",
        adapter=Adapter.ANTHROPIC,
        base_url="https://api.anthropic.com",
        key_variable="ANTHROPIC_API_KEY",
    ),
    Provider(
        name="aws",
        base_url="https://bedrock-runtime.{AWS_REGION}.amazonaws.com/openai/v1",
        key_variable="AWS_BEARER_TOKEN_BEDROCK",
        place_variable="AWS_REGION",
    ),
    Provider(
        name="azure",
        base_url="{AZURE_OPENAI_ENDPOINT}/openai/v1",
        key_variable="AZURE_OPENAI_API_KEY",
        place_variable="AZURE_OPENAI_ENDPOINT",
        opens_itself=True,
        counts_when_asked=True,
    ),
    Provider(name="cerebras", base_url="https://api.cerebras.ai/v1", key_variable="CEREBRAS_API_KEY"),
    Provider(
        name="deepseek",
        base_url="https://api.deepseek.com/v1",
        key_variable="DEEPSEEK_API_KEY",
        counts_when_asked=True,
    ),
    Provider(name="embedded", adapter=Adapter.EXTRACTIVE),
    Provider(name="fireworks", base_url="https://api.fireworks.ai/inference/v1", key_variable="FIREWORKS_API_KEY"),
    Provider(
        name="gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        key_variable="GEMINI_API_KEY",
        counts_when_asked=True,
    ),
    Provider(name="grok", base_url="https://api.x.ai/v1", key_variable="XAI_API_KEY", opens_itself=True),
    Provider(
        name="groq",
        base_url="https://api.groq.com/openai/v1",
        key_variable="GROQ_API_KEY",
        counts_when_asked=True,
    ),
    Provider(name="local", adapter=Adapter.LOCAL),
    Provider(name="mistral", base_url="https://api.mistral.ai/v1", key_variable="MISTRAL_API_KEY"),
    Provider(name="nvidia", base_url="https://integrate.api.nvidia.com/v1", key_variable="NVIDIA_API_KEY"),
    Provider(name="ollama", base_url="http://localhost:11434/v1"),
    Provider(
        name="openai",
        base_url="https://api.openai.com/v1",
        key_variable="OPENAI_API_KEY",
        opens_itself=True,
        counts_when_asked=True,
    ),
    Provider(
        name="openrouter",
        base_url="https://openrouter.ai/api/v1",
        key_variable="OPENROUTER_API_KEY",
        counts_when_asked=True,
    ),
    Provider(name="perplexity", base_url="https://api.perplexity.ai", key_variable="PERPLEXITY_API_KEY"),
    Provider(
        name="qwen",
        base_url="https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        key_variable="DASHSCOPE_API_KEY",
    ),
    Provider(name="sambanova", base_url="https://api.sambanova.ai/v1", key_variable="SAMBANOVA_API_KEY"),
    Provider(name="scripted", adapter=Adapter.SCRIPTED),
    Provider(name="together", base_url="https://api.together.xyz/v1", key_variable="TOGETHER_API_KEY"),
)
PROVIDERS: Mapping[str, Provider] = MappingProxyType({provider.name: provider for provider in _ALL})
"""Every provider by name: those VoIPBIN accepts, and the harness's own (`embedded`, `local`, `scripted`)."""


def lookup(name: str) -> Provider:
    """Return the provider an engine_model begins with.

    Raises:
        UnknownNameError: nobody knows the provider.
    """
    if name not in PROVIDERS:
        raise UnknownNameError(kind="engine_model provider", name=name, known=tuple(PROVIDERS))
    return PROVIDERS[name]


def endpoint_of(provider: Provider, *, environ: Mapping[str, str] = os.environ) -> Endpoint:
    """Return where and with which key a provider of a hosted model is reached from here.

    Raises:
        MissingKeyError: the variable with its key is not set.
        ConfigurationError: its address depends on a variable that is not set, or is no HTTP address.
    """
    key = environ.get(provider.key_variable, "").strip() if provider.key_variable else ""
    if provider.key_variable and not key:
        raise MissingKeyError(what=f"engine_model {provider.name}.*", variable=provider.key_variable)
    return Endpoint(provider=provider, base_url=_base_url(provider, environ=environ), key=key)


def _base_url(provider: Provider, *, environ: Mapping[str, str]) -> str:
    url = environ.get(provider.base_url_variable, "").strip() or provider.base_url
    place = f"{{{provider.place_variable}}}"
    if provider.place_variable and place in url:
        value = environ.get(provider.place_variable, "").strip().rstrip("/")
        if not value:
            raise ConfigurationError(
                f"engine_model {provider.name}.* needs an address: set the environment variable "
                f"{provider.place_variable} or {provider.base_url_variable}."
            )
        url = url.replace(place, value)
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError(
            f"engine_model {provider.name}.*: the address must begin with https:// or http://. "
            f"Set {provider.place_variable or provider.base_url_variable} to the whole address."
        )
    return url.rstrip("/")
