"""Faults that are planted into calls one at a time, each known to be of one part, and the calls they are planted in.

A fault is planted at a seam (a voice, a recogniser, an agent, a scorer), in the platform, in the caller's line or in
the prompt. What judges the calls is told nothing of it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.planted.doubles import AGENT_HZ, CALLER_HZ, FadingMouth, ToneEars, ToneListener
from harness.interfaces import Agent, Caller, Ears, Listener, Mouth, Scorer, VoiceActivity
from harness.model.agent import AgentConfig
from harness.model.blame import Part
from harness.model.call import CallRequest, Tier
from harness.model.case import Case
from harness.model.platform import TurnModelName
from harness.model.run import TrialResult
from harness.model.suite import Planned
from harness.participants.prompted import PromptedAgent
from harness.participants.scripted import ScriptedCaller
from harness.runner.trial import Toolbox, run_trial
from harness.scorers.entities import EntityScorer
from harness.scorers.phrases import PhraseScorer
from harness.scorers.rubric import RubricScorer
from harness.scorers.timing import TimingScorer
from harness.scorers.turn_taking import TurnTakingScorer
from harness.scorers.word_errors import caller_wer, hearing_wer, speaking_wer
from harness.services.extractive.llm import ExtractiveLLM
from harness.services.speaking import NominalMouth, VerbatimEars
from harness.simulator.dialled import Defaults
from harness.simulator.kernel.latency import LatencyMode
from harness.testing.activity import LevelActivity
from harness.testing.builders import make_arm, make_prompt
from harness.testing.platform import make_equipment
from harness.testing.speech import ManualClock, ScriptedAgent, ToneMouth
from harness.testing.store import MemoryStore
from harness.transports.simulated import SimulatedTransport

PROMPT = """You are the receptionist of Bella Trattoria.
Greet the caller with "Hello, Bella Trattoria. How can I help you?"
We are open until ten in the evening.
Parking is free behind the house.
To book a table, ask for the number of people and the time.
Ask for the name before confirming the booking.
Always read the booking back before you confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounds:
    """The voices and recognisers of the audio tier."""

    caller: Mouth
    agent: Mouth
    ears: Ears
    listener: Listener


TONES = Sounds(
    caller=FadingMouth(mouth=ToneMouth(pitch_hz=CALLER_HZ)),
    agent=ToneMouth(pitch_hz=AGENT_HZ),
    ears=ToneEars(pitch_hz=CALLER_HZ),
    listener=ToneListener(),
)
"""Voices of tones and ears that hear whether a tone arrived: fast, and the same everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """One fault in one call. What wraps a part gets the part and the clock of measured latencies."""

    id: str
    part: Part
    """Where the fault is."""
    case: Case
    tier: Tier = Tier.TEXT
    prompt: str = PROMPT
    replies: tuple[Any, ...] = ()
    """What the agent answers, in order; empty: whatever its prompt has it answer."""
    arm: dict[str, Any] = field(default_factory=dict)
    agent: Callable[[Agent, ManualClock], Agent] = lambda agent, _: agent
    mouth: Callable[[Mouth, ManualClock], Mouth] = lambda mouth, _: mouth
    ears: Callable[[Ears, ManualClock], Ears] = lambda ears, _: ears
    voice: Callable[[Mouth], Mouth] = lambda mouth: mouth
    """The caller's."""
    listener: Callable[[Listener], Listener] = lambda listener: listener
    scorers: tuple[Scorer, ...] = ()
    latency: LatencyMode = LatencyMode.MODELLED
    turn_model: TurnModelName = TurnModelName.TRANSCRIPT
    activity: Callable[[], VoiceActivity] = LevelActivity


def hold(plant: Plant, *, sounds: Sounds = TONES, seed: int = 5) -> TrialResult:
    """Hold the call of a plant, judge it, and return what the harness makes of it."""
    toolbox = _toolbox(plant, sounds=sounds, seed=seed)
    arm = make_arm(make_prompt(plant.prompt), **plant.arm)
    planned = Planned(suite="planted", case=plant.case, arm=arm)
    return asyncio.run(run_trial(planned, attempt=1, toolbox=toolbox, store=MemoryStore()))


def _toolbox(plant: Plant, *, sounds: Sounds, seed: int) -> Toolbox:
    is_text = plant.tier is Tier.TEXT
    clock = ManualClock()
    speaking: Mouth = NominalMouth() if is_text else sounds.agent
    hearing: Ears = VerbatimEars() if is_text else sounds.ears
    calling: Mouth = NominalMouth() if is_text else sounds.caller
    scripted = ScriptedAgent(*plant.replies) if plant.replies else None

    def agent(config: AgentConfig) -> Agent:
        made: Agent = scripted or PromptedAgent(ExtractiveLLM(), config=config)
        return plant.agent(made, clock)

    equipment = make_equipment(
        agent=agent,
        mouth=lambda _: plant.mouth(speaking, clock),
        ears=lambda _: plant.ears(hearing, clock),
        latency=plant.latency,
        watch=clock,
        activity=plant.activity,
    )
    words = (caller_wer(), hearing_wer(), speaking_wer())
    usual = (PhraseScorer(), EntityScorer(), TimingScorer(), TurnTakingScorer(), *words, RubricScorer(judge=None))
    return Toolbox(
        transport=SimulatedTransport(equipment, defaults=Defaults(turn_model=plant.turn_model)),
        caller=_caller,
        mouth=lambda _: plant.voice(calling),
        listener=None if is_text else plant.listener(sounds.listener),
        scorers=plant.scorers or usual,
        tier=plant.tier,
        seed=seed,
    )


def _caller(request: CallRequest) -> Caller:
    return ScriptedCaller(request.case, seed=request.seed)
