"""The parts of a simulated VoIPBIN, put together, and what happens in it without being asked for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.model.call import Tier
from harness.model.persona import Voice
from harness.model.platform import Callee, FaultKind, PlannedFault, ToolMock
from harness.simulator.calls.faults import Faults
from harness.simulator.calls.gates import Gates
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.calls.live_ear import LiveEar
from harness.simulator.calls.live_lines import LiveLines
from harness.simulator.calls.recordings import Recordings, filenames
from harness.simulator.calls.speakings import Speakings
from harness.simulator.exchange.activeflows import Activeflows
from harness.simulator.exchange.bench import SessionBench
from harness.simulator.exchange.executors.ai import AIActions
from harness.simulator.exchange.executors.control import ControlActions, Fetch
from harness.simulator.exchange.executors.keys import KeyActions
from harness.simulator.exchange.executors.media import MediaActions
from harness.simulator.exchange.executors.reach import ReachActions
from harness.simulator.exchange.orders import Orders
from harness.simulator.exchange.switchboard import Switchboard
from harness.simulator.exchange.transcribes import Transcribes
from harness.simulator.flows.flow import perform_by
from harness.simulator.flows.outbox import Outbox
from harness.simulator.kernel.dice import Dice
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.world import World
from harness.simulator.records.ais import Ais
from harness.simulator.records.audits import Audits
from harness.simulator.records.flowbook import FlowBook
from harness.simulator.records.proposals import Proposals
from harness.simulator.records.summaries import Summaries
from harness.simulator.records.teams import Teams
from harness.simulator.records.timelines import Timelines
from harness.simulator.sessions.aicalls import AICalls
from harness.simulator.sessions.casting import Casting, InlineAI
from harness.simulator.sessions.talk import SessionSetup
from harness.telephone.clock import VirtualClock
from harness.voipbin.calls import CallStatus
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record
from harness.voipbin.variables import recording_variables, summary_variables, transcribe_variables
from harness.voipbin.voice_quality import LegQuality


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOptions:
    """What kind of platform to be."""

    seed: int = 1
    mode: Mode = Mode.SEED
    tier: Tier = Tier.AUDIO
    gates: Gates = field(default_factory=Gates)
    session: SessionSetup = field(default_factory=SessionSetup)
    callees: tuple[Callee, ...] = ()
    tool_mocks: tuple[ToolMock, ...] = ()
    faults: tuple[PlannedFault, ...] = ()
    inline: InlineAI = field(default_factory=InlineAI)
    """Answers where a prompt stands in the action itself."""
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Voices of our own by AI."""
    fetch: Fetch | None = None
    """Asks the network for the actions of `fetch`."""


class Works:
    """Everything that runs behind a platform's face, on one virtual clock."""

    def __init__(self, *, equipment: Equipment, options: PlatformOptions) -> None:
        """Put the parts together."""
        self.equipment = equipment
        self.clock = VirtualClock()
        self.world = World(clock=self.clock, seed=options.seed, mode=options.mode)
        self.outbox = Outbox(self.clock, new_id=self.world.new_id)
        self.legs = Legs(self.world)
        self.faults = Faults(options.faults, dice=Dice(options.seed))
        self.casting = Casting(
            world=self.world,
            equipment=equipment,
            voices=dict(options.voices),
            inline=options.inline,
            wrap_agent=self.faults.agent,
            wrap_mouth=self.faults.mouth,
            wrap_ears=self.faults.ears,
        )
        self._executors: dict[Any, Any] = {}
        self.activeflows = Activeflows(
            world=self.world,
            perform=perform_by(self._executors),
            spawn=self.spawn,
        )
        self.ais = Ais(self.world)
        self.teams = Teams(self.world)
        self.flows = FlowBook(self.world)
        self.recordings = Recordings(self.world, on_ended=self._recording_ended)
        self.transcribes = Transcribes(
            world=self.world, ears=equipment.ears, recordings=self.recordings, on_done=self._transcribe_ended
        )
        self.summaries = Summaries(self.world, summariser=equipment.summariser, on_done=self._summary_done)
        self.switchboard = Switchboard(
            world=self.world,
            equipment=equipment,
            legs=self.legs,
            activeflows=self.activeflows,
            callees=options.callees,
            gates=options.gates,
            tier=options.tier,
            on_opened=self._opened,
        )
        self.orders = Orders(
            world=self.world, legs=self.legs, switchboard=self.switchboard, activeflows=self.activeflows
        )
        self.live = LiveLines()
        self.audits = Audits(self.world, auditor=equipment.auditor)
        self.proposals = Proposals(self.world, ais=self.ais, proposer=equipment.proposer)
        self._qualities: dict[str, LegQuality] = {}
        self.timelines = Timelines(self.world, quality=self._qualities.get)
        self.speakings = Speakings(world=self.world, legs=self.legs, mouth=equipment.mouth, spawn=self.spawn)
        self.aicalls = AICalls(
            world=self.world,
            equipment=equipment,
            casting=self.casting,
            setup=options.session,
            mocks=options.tool_mocks,
            bench=lambda talk, flow: SessionBench(
                world=self.world, talk=talk, flow=flow, orders=self.orders, outbox=self.outbox
            ),
            on_terminated=self._aicall_terminated,
            slow_ms=self.faults.slow_start_ms,
        )
        self._executors |= {
            **ControlActions(world=self.world, activeflows=self.activeflows, fetch=options.fetch).executors,
            **MediaActions(legs=self.legs, recordings=self.recordings, mouth=equipment.mouth).executors,
            **KeyActions(self.legs).executors,
            **AIActions(
                world=self.world,
                legs=self.legs,
                aicalls=self.aicalls,
                casting=self.casting,
                transcribes=self.transcribes,
                summaries=self.summaries,
            ).executors,
            **ReachActions(
                legs=self.legs,
                switchboard=self.switchboard,
                orders=self.orders,
                activeflows=self.activeflows,
                outbox=self.outbox,
            ).executors,
        }
        if self.faults.happens(FaultKind.NO_BALANCE):
            self._empty_account()

    def spawn(self, happening: Callable[[], Awaitable[None]]) -> None:
        """Have something happen as soon as the clock turns."""
        self.clock.after(0, happening)

    def _opened(self, leg: Leg) -> None:
        LiveEar(leg, ears=self.equipment.ears)
        leg.on_measured = partial(self._qualities.__setitem__, leg.id)

        def moved(status: CallStatus, _: Mapping[str, str]) -> None:
            if status is CallStatus.PROGRESSING:
                self.faults.attach(leg, kill_pipeline=partial(self._kill_pipeline, leg))
            elif status is CallStatus.HANGUP:
                self._qualities[leg.id] = LegQuality(loss_pct=leg.lines.lost_frames * 100)
                self.spawn(lambda: self.summaries.call_ended(leg.id))

        leg.phone.watch(moved)

    def _aicall_terminated(self, record: Record) -> None:
        self.audits.auto(record)

    def _kill_pipeline(self, leg: Leg, reason: str) -> None:
        talk = self.aicalls.find_talk(leg.id)
        if talk is not None:
            talk.die(reason)

    def _recording_ended(self, record: Record) -> None:
        facts = recording_variables(record, filenames=",".join(filenames(record)))
        flow = self.activeflows.find(record["activeflow_id"])
        if flow is not None:
            flow.variables |= facts
        self.activeflows.start_stored(record["on_end_flow_id"], variables=facts)

    def _transcribe_ended(self, record: Record) -> None:
        self.activeflows.start_stored(record["on_end_flow_id"], variables=transcribe_variables(record))

    def _summary_done(self, record: Record) -> None:
        self.activeflows.start_stored(record["on_end_flow_id"], variables=summary_variables(record))

    def _empty_account(self) -> None:
        for account in self.world.records(Kind.BILLING_ACCOUNT):
            self.world.change(account, balance_credit=0, balance_token=0)
