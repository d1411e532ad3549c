"""A call to an AI's direct hash: what the platform does from the first ring to the end.

Dialling the hash of an AI runs a temporary flow of two actions, `answer` and `ai_talk`. This file ties call, flow,
session, line and caller together; each of them knows only what it is handed.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import Final, assert_never

from harness.audio.recording import Recording
from harness.errors import UnknownNameError
from harness.interfaces import AgentFactory, Clock, EarsFactory, MouthFactory, Utterance
from harness.model.call import CallRequest, EndReason, Event, EventKind, Role
from harness.model.case import Trigger
from harness.simulator.caller_leg import CallerLeg
from harness.simulator.calls import PhoneCall, Side
from harness.simulator.clock import VirtualClock
from harness.simulator.dice import Dice
from harness.simulator.flow import Activeflow, FlowEnd, Step
from harness.simulator.hearing import Hearing
from harness.simulator.latency import LatencyMode, latency_of
from harness.simulator.lines import Lines
from harness.simulator.log import EventLog
from harness.simulator.moves import Moves
from harness.simulator.session import Cast, Session
from harness.simulator.studio import Studio
from harness.simulator.turns import TranscriptTurns
from harness.voipbin.actions import Action, ActionType
from harness.voipbin.calls import CallStatus, HangupCause
from harness.voipbin.engine_models import parse_engine_model
from harness.voipbin.parameters import LLM_IDLE_CLOSE_MS

DIRECT_HASH_FLOW: Final = (Action(type=ActionType.ANSWER), Action(type=ActionType.AI_TALK))
"""What dialling the direct hash of an AI executes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What a simulated platform is handed: who thinks, speaks and hears, and how long they take."""

    agent: AgentFactory
    mouth: MouthFactory
    ears: EarsFactory
    latency: LatencyMode
    watch: Clock
    """Real time, for measured latency."""
    timeout_s: float
    """Longest wait for one answer of one service, in real seconds."""


class IncomingCall:
    """One call, from the first ring. Asking for its next event is what makes its time pass."""

    def __init__(self, request: CallRequest, *, equipment: Equipment, actions: tuple[Action, ...]) -> None:
        """Place the call; nothing has happened yet.

        Raises:
            ConfigurationError: the flow or the engine_model cannot be simulated.
        """
        parse_engine_model(request.arm.engine_model)
        self._config = request.arm.agent
        self._equipment = equipment
        self._clock = VirtualClock()
        self._log = EventLog(self._clock)
        self._studio = Studio(
            clock=self._clock,
            log=self._log,
            latency=latency_of(equipment.latency, dice=Dice(request.seed)),
            watch=equipment.watch,
            timeout_s=equipment.timeout_s,
            idle_close_s=LLM_IDLE_CLOSE_MS / 1000 if equipment.latency is LatencyMode.MEASURED else None,
        )
        self._lines = Lines(seed=request.seed, surroundings=request.case.persona.surroundings, tier=request.tier)
        self._caller = CallerLeg(clock=self._clock, log=self._log, lines=self._lines, on_speech=self._arrived)
        self._moves = Moves(self._clock)
        self._log.watch(self._moves.notice)
        self._session: Session | None = None
        self._hearing: Hearing | None = None
        self._flow = Activeflow(
            actions,
            executors={
                ActionType.ANSWER: self._answer,
                ActionType.AI_TALK: self._ai_talk,
                ActionType.HANGUP: self._hang_up_action,
                ActionType.STOP: lambda _: Step.STOP,
            },
            log=self._log,
            on_end=self._flow_ended,
        )
        self._call = PhoneCall(clock=self._clock, log=self._log, born=CallStatus.RINGING, on_timeout=self._timed_out)
        self._clock.after(0, self._flow.resume)

    @property
    def is_over(self) -> bool:
        """Whether the call has been hung up."""
        return self._call.status is CallStatus.HANGUP

    async def next_event(self) -> Event | None:
        """Let time pass until something happens; None when the call is over and everything was told."""
        while (event := self._log.take()) is None and not self.is_over:
            happened = await self._clock.step()
            assert happened, "a call that is not over has a timer running"
        return event

    def say(self, utterance: Utterance, *, at: Trigger, interrupts: bool) -> None:
        """Have the caller speak when a moment comes; nothing once the call is over."""
        if not self.is_over:
            self._moves.add(at, lambda late: self._caller.say(utterance, interrupts=interrupts, late=late))

    def wait(self, *, at: Trigger) -> None:
        """Have the caller do nothing until a moment comes."""
        if not self.is_over:
            self._moves.add(at, lambda late: self._log.add(EventKind.WAITED, role=Role.CALLER, data={"late": late}))

    def hang_up(self, *, at: Trigger) -> None:
        """Have the caller hang up when a moment comes."""
        if not self.is_over:
            self._moves.add(at, lambda late: self._end(EndReason.CALLER_HANGUP, by=Role.CALLER, late=late))

    def abandon(self) -> None:
        """Have the caller hang up now."""
        self._end(EndReason.CALLER_HANGUP, by=Role.CALLER)

    def recording(self) -> Recording | None:
        """Return what was on the line so far; None in the text tier."""
        return self._lines.recording(duration_ms=self._clock.now_ms())

    def _answer(self, _: Action) -> Step:
        if self._call.status is CallStatus.PROGRESSING:
            return Step.DONE

        async def answered() -> None:
            self._call.move(CallStatus.PROGRESSING)
            await self._flow.resume()

        self._clock.after(self._studio.latency.answer_ms(), answered)
        return Step.BLOCKED

    def _ai_talk(self, _: Action) -> Step:
        self._log.add(EventKind.AICALL_INITIALIZING)
        try:
            agent = self._equipment.agent(self._config)
        except UnknownNameError as error:
            # The platform accepts many models that its runner cannot start: no session, and no fallback action either.
            self._log.add(
                EventKind.SERVICE_FAILED,
                text=str(error),
                data={"service": self._config.engine_model, "stage": "session"},
            )
            return Step.FAILED
        cast = Cast(
            name=self._config.engine_model,
            agent=agent,
            mouth=self._equipment.mouth(self._config.voice),
            init_prompt=self._config.init_prompt,
        )
        session = Session(studio=self._studio, cast=cast, lines=self._lines, turns=TranscriptTurns())
        hearing = Hearing(
            studio=self._studio, ears=self._equipment.ears(self._config.stt_language), on_transcript=session.heard
        )
        self._session, self._hearing = session, hearing
        self._clock.after(self._studio.latency.session_ms(), partial(self._begin, session, hearing))
        return Step.BLOCKED

    def _begin(self, session: Session, hearing: Hearing) -> Awaitable[None] | None:
        if self.is_over:
            return None
        hearing.open()
        return session.begin()

    def _hang_up_action(self, _: Action) -> Step:
        self._end(EndReason.AGENT_HANGUP, by="platform")
        return Step.BLOCKED

    async def _arrived(self, utterance: Utterance, number: int) -> None:
        if self._hearing is not None:
            await self._hearing.listen(utterance, number=number)

    def _flow_ended(self, how: FlowEnd) -> None:
        match how:
            case FlowEnd.FINISHED | FlowEnd.LIMIT:
                self._end(EndReason.AGENT_HANGUP, by="platform")
            case FlowEnd.FAILED:
                self._end(EndReason.NEVER_STARTED, by="platform")
            case _:
                assert_never(how)

    def _timed_out(self, cause: HangupCause) -> None:
        self._end(EndReason.TIME_LIMIT, by="platform", cause=cause)

    def _end(self, reason: EndReason, *, by: Side, cause: HangupCause = HangupCause.NORMAL, late: bool = False) -> None:
        if self.is_over:
            return
        self._moves.forget()
        self._caller.cut()
        if self._hearing is not None:
            self._hearing.close()
        if self._session is not None:
            self._session.end()
            self._log.add(EventKind.AICALL_TERMINATED)
        self._flow.stop()
        self._call.end(reason, by=by, cause=cause, late=late)
