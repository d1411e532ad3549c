"""Names of engines and the factories behind them: voices, recognisers, language models."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, assert_never, cast

from harness.errors import ConfigurationError, UnknownNameError
from harness.interfaces import LLM, STT, TTS
from harness.settings import Settings
from harness.wiring.plugins import Group, engine_names, plugged


def _hibari(_settings: Settings) -> TTS:
    from harness.services.hibari_voice import TIMBRES, HibariTTS
    from harness.services.pitched import PitchedTTS

    return PitchedTTS(HibariTTS(), timbres=TIMBRES)


def _pyttsx3(settings: Settings) -> TTS:
    from harness.services.pitched import PitchedTTS
    from harness.services.pyttsx3_voice import Pyttsx3TTS

    return PitchedTTS(Pyttsx3TTS(timeout_s=settings.timeout_s))


def _openai_voice(settings: Settings) -> TTS:
    from harness.services.openai_speech import OpenAITTS
    from harness.services.pitched import PitchedTTS

    return PitchedTTS(OpenAITTS(timeout_s=settings.timeout_s))


def _whisper(settings: Settings) -> STT:
    from harness.services.weights import WhisperModel
    from harness.services.whisper_stt import WhisperSTT

    name = settings.stt.partition(":")[2]
    if settings.stt == "auto":
        return WhisperSTT(model_dir=settings.model_dir)
    if name not in tuple(WhisperModel):
        known = ("auto", *(f"whisper:{model}" for model in WhisperModel), "openai:whisper-1")
        raise UnknownNameError(kind="recogniser", name=settings.stt, known=known)
    return WhisperSTT(model_dir=settings.model_dir, model=WhisperModel(name))


def _openai_ears(settings: Settings) -> STT:
    from harness.services.openai_speech import OpenAISTT

    return OpenAISTT(model=settings.stt.partition(":")[2], timeout_s=settings.timeout_s)


VOICE_ENGINES: Mapping[str, Callable[[Settings], TTS]] = MappingProxyType(
    {"hibari": _hibari, "pyttsx3": _pyttsx3, "openai": _openai_voice}
)
"""By the part of a voice's name before the colon."""
RECOGNISERS: Mapping[str, Callable[[Settings], STT]] = MappingProxyType(
    {"auto": _whisper, "whisper": _whisper, "openai": _openai_ears}
)
"""By the part of the setting `stt` before the colon."""


def voice_engines() -> tuple[str, ...]:
    """Return every voice engine there is: bundled ones, and those of other packages."""
    return tuple(dict.fromkeys((*VOICE_ENGINES, *engine_names(Group.VOICES))))


def voice_engine(name: str, *, settings: Settings) -> TTS:
    """Return a voice engine. Raises ConfigurationError and its children, naming the fix."""
    from harness.services.pitched import PitchedTTS

    if name in VOICE_ENGINES:
        return VOICE_ENGINES[name](settings)
    found = plugged(
        Group.VOICES, name, settings=settings, like=lambda made: cast(TTS, made) if _has(made, "synthesize") else None
    )
    if found is None:
        raise UnknownNameError(kind="voice engine", name=name, known=voice_engines())
    return PitchedTTS(found)


def recogniser(name: str, *, settings: Settings) -> STT:
    """Return the recogniser a setting names. Raises ConfigurationError and its children, naming the fix."""
    engine = name.partition(":")[0]
    if engine in RECOGNISERS:
        return RECOGNISERS[engine](settings)
    found = plugged(
        Group.RECOGNISERS,
        engine,
        settings=settings,
        like=lambda made: cast(STT, made) if _has(made, "transcribe", "require") else None,
    )
    if found is not None:
        return found
    made: STT = own(name, kind="recogniser", known=(*RECOGNISERS, *engine_names(Group.RECOGNISERS)))(settings)
    return made


def _has(made: object, *methods: str) -> bool:
    """Return whether what a package made has a name and these methods: all that can be seen of a Protocol."""
    return hasattr(made, "name") and all(callable(getattr(made, method, None)) for method in methods)


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
