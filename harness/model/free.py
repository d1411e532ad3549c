"""What costs nothing, by rule: whatever runs inside the harness or on this machine."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from harness.model.usage import Service

_FREE: Final[Mapping[Service, frozenset[str]]] = MappingProxyType(
    {
        Service.LLM: frozenset({"embedded", "scripted", "local", "ollama", "offline", "none"}),
        Service.TTS: frozenset({"auto", "hibari", "pyttsx3", "text"}),
        Service.STT: frozenset({"auto", "whisper", "text"}),
        Service.TELEPHONY: frozenset({"simulated", "voipbin-direct"}),
    }
)
"""Providers, engines and transports: the part of a name before its first separator."""


def is_free(service: Service, model: str) -> bool:
    """Return whether a model costs nothing whatever the price table says."""
    return model.replace(":", ".").replace("/", ".").partition(".")[0] in _FREE[service]
