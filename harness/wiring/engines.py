"""Names of engines and the factories behind them: voices, recognisers, language models."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, assert_never

from harness.errors import ConfigurationError, UnknownNameError
from harness.interfaces import LLM, STT, TTS
from harness.settings import Settings


def _hibari(_settings: Settings) -> TTS:
    from harness.services.hibari_voice import HibariTTS

    return HibariTTS()


def _pyttsx3(settings: Settings) -> TTS:
    from harness.services.pyttsx3_voice import Pyttsx3TTS

    return Pyttsx3TTS(timeout_s=settings.timeout_s)


def _openai_voice(settings: Settings) -> TTS:
    from harness.services.openai_speech import OpenAITTS

    return OpenAITTS(timeout_s=settings.timeout_s)


def _whisper(settings: Settings) -> STT:
    from harness.services.whisper_stt import WhisperSTT

    return WhisperSTT(model_dir=settings.model_dir)


def _openai_ears(settings: Settings) -> STT:
    from harness.services.openai_speech import OpenAISTT

    return OpenAISTT(model=settings.stt.partition(":")[2], timeout_s=settings.timeout_s)


VOICE_ENGINES: Mapping[str, Callable[[Settings], TTS]] = MappingProxyType(
    {"hibari": _hibari, "pyttsx3": _pyttsx3, "openai": _openai_voice}
)
"""By the part of a voice's name before the colon."""
RECOGNISERS: Mapping[str, Callable[[Settings], STT]] = MappingProxyType({"whisper": _whisper, "openai": _openai_ears})
"""By the part of the setting `stt` before the colon."""


def language_model(engine_model: str, *, settings: Settings) -> LLM:
    """Return a language model by its engine_model. Raises ConfigurationError and its children, naming the fix."""
    from harness.services.providers import Adapter, endpoint_of, lookup
    from harness.voipbin.engine_models import parse_engine_model

    engine = parse_engine_model(engine_model)
    provider = lookup(engine.provider)
    match provider.adapter:
        case Adapter.OPENAI:
            from harness.services.openai_llm import OpenAILLM

            return OpenAILLM(engine, endpoint=endpoint_of(provider), timeout_s=settings.timeout_s)
        case Adapter.ANTHROPIC:
            from harness.services.anthropic_llm import AnthropicLLM

            return AnthropicLLM(engine, endpoint=endpoint_of(provider), timeout_s=settings.timeout_s)
        case Adapter.LOCAL:
            from harness.services.local_llm import LocalLLM

            return LocalLLM(engine, timeout_s=settings.timeout_s)
        case Adapter.SCRIPTED:
            from harness.services.scripted_llm import scripted_llm

            return scripted_llm(engine)
        case Adapter.EXTRACTIVE:
            from harness.services.extractive import ExtractiveLLM

            if engine.model != "extractive":
                raise UnknownNameError(kind="engine_model", name=engine_model, known=("embedded.extractive",))
            return ExtractiveLLM()
        case _:
            assert_never(provider.adapter)


def own(name: str, *, kind: str, known: tuple[str, ...]) -> Callable[[Settings], Any]:
    """Return the factory a setting names as `package.module:factory`; it is called with the settings."""
    module, colon, attribute = name.partition(":")
    if not colon:
        raise UnknownNameError(kind=kind, name=name, known=(*known, "package.module:factory"))
    try:
        factory: Callable[[Settings], Any] = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"{kind} {name!r} cannot be imported: {error}") from error
    return factory
