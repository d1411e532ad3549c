"""The one place that turns settings into concrete objects.

The only file with imports inside functions: an adapter, and the heavy library behind it, is loaded when a session uses
it and not before. Names map to factories in the tables below; where a setting takes a name it also takes
`package.module:factory`, so that an adapter of one's own needs no change here.
"""

import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib import import_module
from importlib.metadata import version
from types import MappingProxyType
from typing import Any, assert_never

from harness.errors import ConfigurationError, UnknownNameError
from harness.interfaces import LLM, STT, TTS, Agent, Caller, Ears, Judge, Listener, Mouth, Scorer, Transport
from harness.model.agent import AgentConfig
from harness.model.call import Role, Tier
from harness.model.case import Case
from harness.model.persona import Voice
from harness.model.run import Provenance
from harness.model.suite import Planned, Suite
from harness.runner.trial import Toolbox
from harness.settings import Settings


def assemble(settings: Settings, planned: Sequence[Planned]) -> Toolbox:
    """Return what the calls of a session share.

    Whatever can be known to be missing before the first call is found here: keys, packages, voices, weights.

    Raises:
        ConfigurationError: and its children, naming the fix.
    """
    workshop = Workshop(settings)
    workshop.check(planned)
    return Toolbox(
        transport=workshop.transport(),
        caller=workshop.caller,
        mouth=lambda voice: workshop.mouth(voice, side=Role.CALLER),
        listener=workshop.listener(),
        scorers=workshop.scorers(),
        tier=Tier(settings.tier),
        seed=settings.seed,
    )


def provenance(settings: Settings, suites: Sequence[Suite], toolbox: Toolbox) -> Provenance:
    """Return what two runs must agree on before they may be compared."""
    from harness.scorers.normalise import NORMALISER
    from harness.scorers.rubric import RubricScorer

    workshop = Workshop(settings)
    # The judge that will judge, not another of its name: making one may load a model.
    judge = next((scorer.judge for scorer in toolbox.scorers if isinstance(scorer, RubricScorer)), None)
    used = [suite for suite in suites if suite.arms]
    cells = [planned for suite in used for planned in suite.matrix()]
    return Provenance(
        harness_version=version("voipbin-harness"),
        transport=toolbox.transport.name,
        tier=toolbox.tier,
        latency=settings.latency,
        seed=settings.seed,
        caller_voices=_names(toolbox.mouth(each.case.persona.voice).name for each in cells),
        agent_voices=_names(workshop.mouth(each.arm.voice, side=Role.AGENT).name for each in cells),
        stt=toolbox.listener.name if toolbox.listener else "",
        normaliser=NORMALISER,
        judge=judge.fingerprint if judge else "",
        suites=tuple(sorted((suite.name, suite.digest) for suite in used)),
    )


class Workshop:
    """Makes the parts of a session, each engine once."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing is loaded yet."""
        self._settings = settings
        self._made: dict[str, Any] = {}

    def check(self, planned: Iterable[Planned]) -> None:
        """Make everything these calls will need, so that what is missing is said now. Loads no model."""
        for each in planned:
            self.llm(each.arm.engine_model)
            self.mouth(each.case.persona.voice, side=Role.CALLER)
            self.mouth(each.arm.voice, side=Role.AGENT)
            if self._settings.tier == Tier.AUDIO:
                for language in {each.case.persona.language, each.arm.stt_language}:
                    self._stt().require(language)
        self.judge()

    @staticmethod
    def caller(case: Case) -> Caller:
        """Return who plays the persona of a case."""
        from harness.participants.scripted import ScriptedCaller

        return ScriptedCaller(case)

    def agent(self, config: AgentConfig) -> Agent:
        """Return the agent under test."""
        from harness.participants.prompted import PromptedAgent

        return PromptedAgent(self.llm(config.engine_model), config=config)

    def transport(self) -> Transport:
        """Return what places the calls."""
        name = self._settings.transport
        if name != "simulated":
            made: Transport = _own(name, kind="transport", known=("simulated",))(self._settings)
            return made
        from harness.transports.simulated import SimulatedTransport

        return SimulatedTransport(
            agent=self.agent,
            mouth=lambda voice: self.mouth(voice, side=Role.AGENT),
            ears=self.ears,
            latency=self._settings.latency,
            clock=MonotonicClock(),
            timeout_s=self._settings.timeout_s,
        )

    def mouth(self, voice: Voice, *, side: Role) -> Mouth:
        """Return one side's voice; in the text tier nobody makes a sound."""
        from harness.services.speaking import NominalMouth, VoicedMouth

        if self._settings.tier == Tier.TEXT:
            return NominalMouth()
        from harness.services.pyttsx3_voice import list_system_voices
        from harness.services.voices import resolve_voice

        # Asking the system takes a child process.
        listed = partial(self._once, "system voices", lambda: tuple(list_system_voices()))
        concrete = resolve_voice(voice, platform=sys.platform, side=side, system_voices=listed)
        return VoicedMouth(self._tts(concrete.name.partition(":")[0]), concrete)

    def ears(self, language: str) -> Ears:
        """Return the recogniser of the simulated platform; in the text tier everybody hears perfectly."""
        from harness.services.speaking import RecognisingEars, VerbatimEars

        return VerbatimEars() if self._settings.tier == Tier.TEXT else RecognisingEars(self._stt(), language)

    def listener(self) -> Listener | None:
        """Return our own reference recogniser; None in the text tier."""
        from harness.services.listening import ReferenceListener

        return None if self._settings.tier == Tier.TEXT else ReferenceListener(self._stt())

    def _tts(self, engine: str) -> TTS:
        from harness.services.speech_cache import CachedTTS

        def make() -> TTS:
            return CachedTTS(VOICE_ENGINES[engine](self._settings), self._settings.cache)

        made: TTS = self._once(f"voice {engine}", make)
        return made

    def _stt(self) -> STT:
        from harness.services.speech_cache import CachedSTT

        name = self._settings.stt
        engine = name.partition(":")[0]

        def make() -> STT:
            factory = RECOGNISERS.get(engine) or _own(name, kind="recogniser", known=tuple(RECOGNISERS))
            return CachedSTT(factory(self._settings), self._settings.cache)

        made: STT = self._once(f"recogniser {name}", make)
        return made

    def llm(self, engine_model: str) -> LLM:
        """Return a language model, ready to be asked."""
        made: LLM = self._once(f"llm {engine_model}", lambda: _language_model(engine_model, settings=self._settings))
        return made

    def judge(self) -> Judge | None:
        """Return the rubric judge; None when none is configured."""
        name = self._settings.judge
        return None if name == "none" else self._once("judge", lambda: self._new_judge(name))

    def _new_judge(self, name: str) -> Judge:
        from harness.scorers.judge import LLMJudge
        from harness.services.providers import PROVIDERS

        if name.partition(".")[0] not in PROVIDERS and ":" in name:
            made: Judge = _own(name, kind="judge", known=())(self._settings)
            return made
        return LLMJudge(self.llm(name))

    def scorers(self) -> tuple[Scorer, ...]:
        """Return every scorer, in the order their scores are shown."""
        from harness.scorers.entities import EntityScorer
        from harness.scorers.phrases import PhraseScorer
        from harness.scorers.rubric import RubricScorer
        from harness.scorers.timing import TimingScorer
        from harness.scorers.word_errors import caller_wer, hearing_wer, speaking_wer

        rubric = RubricScorer(judge=self.judge())
        return (PhraseScorer(), EntityScorer(), TimingScorer(), caller_wer(), hearing_wer(), speaking_wer(), rubric)

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


class MonotonicClock:
    """The machine's own time, for latencies that are measured."""

    def now_ms(self) -> float:
        """Return milliseconds from an arbitrary start."""
        return time.perf_counter() * 1000


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


def _language_model(engine_model: str, *, settings: Settings) -> LLM:
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


def _own(name: str, *, kind: str, known: tuple[str, ...]) -> Callable[[Settings], Any]:
    """Return the factory a setting names as `package.module:factory`; it is called with the settings."""
    module, colon, attribute = name.partition(":")
    if not colon:
        raise UnknownNameError(kind=kind, name=name, known=(*known, "package.module:factory"))
    try:
        factory: Callable[[Settings], Any] = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"{kind} {name!r} cannot be imported: {error}") from error
    return factory


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
