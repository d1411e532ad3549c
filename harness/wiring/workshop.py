"""The parts of a session, each engine made once."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from harness.errors import ConfigurationError, UnknownNameError
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
from harness.model.call import CallRequest, Role, Tier
from harness.model.case import Case
from harness.model.judge_card import JudgeCard
from harness.model.persona import Voice
from harness.model.platform import TurnModelName
from harness.model.suite import Planned
from harness.model.usage import Side
from harness.model.voice_floor import VoiceFloor
from harness.runner.caller_speech import voices_of
from harness.settings import Settings
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.latency import LatencyMode
from harness.wiring.engines import recogniser, voice_engine, voice_engines
from harness.wiring.live import check_cell, check_live
from harness.wiring.recording import MonotonicClock, recorded_model

if TYPE_CHECKING:  # jinja2 comes with the one, and the other is loaded where a voice is
    from harness.participants.improvised import Improviser
    from harness.services.pyttsx3_voice import SystemVoice


class Workshop:
    """Makes the parts of a session, each engine once."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing is loaded yet."""
        self._settings = settings
        self._made: dict[str, Any] = {}

    def check(self, planned: Iterable[Planned]) -> None:
        """Make everything these calls will need, so that what is missing is said now. Loads no model.

        Raises:
            ConfigurationError: and its children, naming the fix.
        """
        for make in self._needs(planned):
            make()

    def missing(self, planned: Iterable[Planned]) -> tuple[str, ...]:
        """Return what `check` would complain about, all of it."""
        complaints = []
        for make in self._needs(planned):
            try:
                make()
            except ConfigurationError as error:
                complaints.append(str(error))
        return tuple(dict.fromkeys(complaints))

    def _needs(self, planned: Iterable[Planned]) -> Iterator[Callable[[], object]]:
        live = self._settings.is_live
        if live:
            yield partial(check_live, self._settings)
        for each in planned:
            if live:
                yield partial(check_cell, self._settings, each)
            else:
                yield partial(self.llm, each.arm.engine_model)
                yield partial(self.mouth, each.arm.voice, side=Role.AGENT)
            for voice in voices_of(each.case):
                yield partial(self.mouth, voice, side=Role.CALLER)
            yield partial(self._improviser, each.case)
            for language in sorted({each.case.persona.language, each.arm.stt_language}):
                yield partial(self.check_hearing, language)
        yield self.judge
        yield self.summariser

    def check_hearing(self, language: str) -> None:
        """Raise ConfigurationError unless the recogniser understands a language; without sound there is none."""
        if self._settings.tier == Tier.AUDIO:
            self.recogniser().require(language)

    def caller(self, request: CallRequest) -> Caller:
        """Return who plays the persona in a call."""
        from harness.participants.scripted import ScriptedCaller

        return ScriptedCaller(request.case, seed=request.seed, improviser=self._improviser(request.case))

    def _improviser(self, case: Case) -> "Improviser | None":
        """Return who makes up the lines of a case; None where it has none of that kind."""
        from harness.model.script import improvises
        from harness.participants.improvised import Improviser

        if not improvises(case.moves):
            return None
        return Improviser(self._caller_model(case.persona.language), case=case)

    def _caller_model(self, language: str) -> LLM:
        from harness.services.embedded_caller import EmbeddedCaller

        name = self._settings.caller_model
        if name.partition(".")[0] != "embedded":
            return self.llm(name)
        if name != "embedded.caller":
            raise UnknownNameError(kind="caller_model", name=name, known=("embedded.caller",))
        caller: EmbeddedCaller = self._once(name, EmbeddedCaller)
        caller.require(language)
        return caller

    def agent(self, config: AgentConfig) -> Agent:
        """Return the agent under test."""
        from harness.participants.prompted import PromptedAgent

        return PromptedAgent(self.llm(config.engine_model), config=config)

    def transport(self, *, run_id: str = "") -> Transport:
        """Return what places the calls."""
        from harness.wiring.lines import make_transport

        return make_transport(self._settings, self, run_id=run_id)

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
        concrete = self.concrete_voice(voice, side=side)
        return VoicedMouth(self._tts(concrete.name.partition(":")[0]), concrete, side=Side(side))

    def concrete_voice(self, voice: Voice, *, side: Role) -> Voice:
        """Return the voice that will speak where one was asked for. Raises ConfigurationError where there is none."""
        from harness.services.voices import resolve_voice

        return resolve_voice(
            voice, platform=sys.platform, side=side, system_voices=self.system_voices, engines=voice_engines
        )

    def system_voices(self) -> "tuple[SystemVoice, ...]":
        """Return the operating system's voices, asked for once: it takes a child process."""
        from harness.services.pyttsx3_voice import list_system_voices

        made: tuple[SystemVoice, ...] = self._once("system voices", list_system_voices)
        return made

    def voice_floor(self, voice: Voice, side: Role) -> VoiceFloor | None:
        """Return what a side's voice loses by itself; None where nobody measured it, and in the text tier."""
        from harness.services.voice_floors import voice_floor

        if self._settings.tier == Tier.TEXT:
            return None
        concrete, heard_by = self.concrete_voice(voice, side=side), self.heard_by(voice.language)
        return voice_floor(concrete.name, concrete.language, heard_by, own=self._settings.voice_floors)

    def heard_by(self, language: str) -> str:
        """Return the recogniser that hears a language, by the name its measurements are kept under."""
        from harness.services.whisper_stt import model_for

        return f"whisper:{model_for(language)}" if self._settings.stt == "auto" else self.recogniser().name

    def ears(self, language: str) -> Ears:
        """Return the recogniser of the simulated platform; in the text tier everybody hears perfectly."""
        from harness.services.speaking import RecognisingEars, VerbatimEars

        return VerbatimEars() if self._settings.tier == Tier.TEXT else RecognisingEars(self.recogniser(), language)

    def listener(self) -> Listener | None:
        """Return our own reference recogniser; None in the text tier."""
        from harness.services.listening import ReferenceListener

        return None if self._settings.tier == Tier.TEXT else ReferenceListener(self.recogniser())

    def _tts(self, engine: str) -> TTS:
        from harness.services.speech_cache import CachedTTS

        def make() -> TTS:
            return CachedTTS(voice_engine(engine, settings=self._settings), self._settings.cache)

        made: TTS = self._once(f"voice {engine}", make)
        return made

    def recogniser(self) -> STT:
        """Return the recogniser of the platform and of the reference transcript."""
        from harness.services.speech_cache import CachedSTT

        name = self._settings.stt

        def make() -> STT:
            return CachedSTT(recogniser(name, settings=self._settings), self._settings.cache)

        made: STT = self._once(f"recogniser {name}", make)
        return made

    def llm(self, engine_model: str) -> LLM:
        """Return a language model, ready to be asked; its answers are recorded or played as the settings say."""
        made: LLM = self._once(f"llm {engine_model}", lambda: recorded_model(engine_model, settings=self._settings))
        return made

    def judge(self) -> Judge | None:
        """Return the rubric judge; None when none is configured."""
        from harness.wiring.judges import make_judge

        made: Judge | None = self._once("judge", lambda: make_judge(self._settings, llm=self.llm))
        return made

    def judge_card(self) -> JudgeCard | None:
        """Return what is known about the judge; None when nobody measured it. Raises StoreError."""
        from harness.store.cards import read_card

        judge = self.judge()
        return None if judge is None else read_card(self._settings.judge_cards, judge.fingerprint)

    def scorers(self) -> tuple[Scorer, ...]:
        """Return every scorer."""
        from harness.wiring.scoring import all_scorers
        from harness.wiring.summaries import make_summary_judge

        turn_model = TurnModelName(self._settings.turn_model)
        return all_scorers(
            judge=self.judge(),
            card=self.judge_card(),
            turn_model=turn_model,
            floors=self.voice_floor,
            summary_judge=self._once("summary judge", lambda: make_summary_judge(self._settings, llm=self.llm)),
        )

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]
