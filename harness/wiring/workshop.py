"""The parts of a session, each engine made once."""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from harness.errors import ConfigurationError
from harness.interfaces import (
    LLM,
    STT,
    TTS,
    Agent,
    Caller,
    Ears,
    Judge,
    Listener,
    Mouth,
    Scorer,
    Summariser,
    Transport,
    VoiceActivity,
)
from harness.model.agent import AgentConfig
from harness.model.call import Role, Tier
from harness.model.case import Case
from harness.model.persona import Voice
from harness.model.platform import TurnModelName
from harness.model.suite import Planned
from harness.settings import Settings
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import LatencyMode
from harness.wiring.engines import RECOGNISERS, VOICE_ENGINES, language_model, own


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
            for language in {each.case.persona.language, each.arm.stt_language}:
                self.check_hearing(language)
        self.judge()
        self.summariser()

    def check_hearing(self, language: str) -> None:
        """Raise ConfigurationError unless the recogniser understands a language; without sound there is none."""
        if self._settings.tier == Tier.AUDIO:
            self._stt().require(language)

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
            made: Transport = own(name, kind="transport", known=("simulated",))(self._settings)
            return made
        from harness.simulator.dialled import Defaults
        from harness.transports.simulated import SimulatedTransport
        from harness.voipbin.mode import Mode

        defaults = Defaults(mode=Mode(self._settings.platform), turn_model=TurnModelName(self._settings.turn_model))
        return SimulatedTransport(self.equipment(), defaults=defaults)

    def equipment(self, *, stand_in: str = "") -> Equipment:
        """Return the services behind a simulated platform.

        Args:
            stand_in: The engine_model that answers where an AI's own has no key or package here; empty: none does.
        """
        from harness.services.rule_auditor import RuleAuditor
        from harness.services.rule_proposer import RuleProposer

        return Equipment(
            agent=lambda config: self.agent(self._answerable(config, stand_in)),
            mouth=lambda voice: self.mouth(voice, side=Role.AGENT),
            ears=self.ears,
            latency=LatencyMode(self._settings.latency),
            watch=MonotonicClock(),
            summariser=self.summariser(),
            auditor=RuleAuditor(),
            proposer=RuleProposer(),
            activity=self.activity,
            timeout_s=self._settings.timeout_s,
        )

    def summariser(self) -> Summariser:
        """Return who writes the platform's summaries of calls."""
        name = self._settings.summariser
        if name == "embedded":
            from harness.services.extractive_summary import ExtractiveSummariser

            return ExtractiveSummariser()
        from harness.services.llm_summary import LLMSummariser

        return LLMSummariser(self.llm(name))

    def activity(self) -> VoiceActivity:
        """Return the voice activity detector."""
        from harness.services.silero_vad import SileroActivity

        made: VoiceActivity = self._once("voice activity", SileroActivity)
        return made

    def _answerable(self, config: AgentConfig, stand_in: str) -> AgentConfig:
        if not stand_in:
            return config
        try:
            self.llm(config.engine_model)
        except ConfigurationError:
            return replace(config, engine_model=stand_in)
        return config

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
            factory = RECOGNISERS.get(engine) or own(name, kind="recogniser", known=tuple(RECOGNISERS))
            return CachedSTT(factory(self._settings), self._settings.cache)

        made: STT = self._once(f"recogniser {name}", make)
        return made

    def llm(self, engine_model: str) -> LLM:
        """Return a language model, ready to be asked."""
        made: LLM = self._once(f"llm {engine_model}", lambda: language_model(engine_model, settings=self._settings))
        return made

    def judge(self) -> Judge | None:
        """Return the rubric judge; None when none is configured."""
        name = self._settings.judge
        return None if name == "none" else self._once("judge", lambda: self._new_judge(name))

    def _new_judge(self, name: str) -> Judge:
        from harness.scorers.judge import LLMJudge
        from harness.services.providers import PROVIDERS

        if name.partition(".")[0] not in PROVIDERS and ":" in name:
            made: Judge = own(name, kind="judge", known=())(self._settings)
            return made
        return LLMJudge(self.llm(name))

    def scorers(self) -> tuple[Scorer, ...]:
        """Return every scorer, in the order their scores are shown."""
        from harness.scorers.entities import EntityScorer
        from harness.scorers.phrases import PhraseScorer
        from harness.scorers.rubric import RubricScorer
        from harness.scorers.timing import TimingScorer
        from harness.scorers.turn_taking import TurnTakingScorer
        from harness.scorers.word_errors import caller_wer, hearing_wer, speaking_wer

        turns = TurnTakingScorer(turn_model=TurnModelName(self._settings.turn_model))
        words = (caller_wer(), hearing_wer(), speaking_wer())
        return (PhraseScorer(), EntityScorer(), TimingScorer(), turns, *words, RubricScorer(judge=self.judge()))

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


class MonotonicClock:
    """The machine's own time, for latencies that are measured."""

    def now_ms(self) -> float:
        """Return milliseconds from an arbitrary start."""
        return time.perf_counter() * 1000
