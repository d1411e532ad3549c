"""A call held in process: a platform of its own, the agent under test on it, and the harness's caller at the far end.

Each call has its own platform and clock, so that calls held at the same time cannot touch one another and the same seed
gives the same call. Asking for the next event is what makes time pass.
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from harness.audio.recording import Recording
from harness.interfaces import Utterance
from harness.model.call import CallRequest, EndReason, Event, EventKind, Role, TurnLabel
from harness.model.finding import Resource
from harness.model.moves import Tones, Trigger
from harness.model.persona import Surroundings
from harness.model.platform import FaultKind, TurnModelName, VadConfig
from harness.model.quality import LineAchieved
from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.evidence import kept_resources
from harness.simulator.exchange.switchboard import Order
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.line.caller_keypad import CallerKeypad
from harness.simulator.line.caller_leg import CallerLeg
from harness.simulator.platform import Platform
from harness.simulator.sessions.casting import InlineAI
from harness.simulator.sessions.talk import SessionSetup
from harness.simulator.works import PlatformOptions
from harness.telephone.moves import Came, Moves
from harness.voipbin.actions import ActionType
from harness.voipbin.calls import CallStatus, Direction, HangupCause
from harness.voipbin.engine_models import parse_engine_model
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Record

SETTLE_MS: Final = 10_000
"""How long after the hang-up the platform is still watched: summaries, flows that follow, audits."""
_CALLER: Final = {"type": "tel", "target": "+15550100001"}
_OUR_NUMBER: Final = {"type": "tel", "target": "+15550100000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where a case does not say otherwise."""

    mode: Mode = Mode.SEED
    turn_model: TurnModelName = TurnModelName.TRANSCRIPT


class DialledCall:
    """One call, from the first ring."""

    def __init__(self, request: CallRequest, *, equipment: Equipment, defaults: Defaults) -> None:
        """Place the call; nothing has happened yet.

        Raises:
            ConfigurationError: the engine_model or the flow cannot be what they say.
            ApiError: the platform refuses the AI.
        """
        parse_engine_model(request.arm.engine_model)
        self._setup = request.case.platform
        self._platform = Platform(equipment=equipment, options=_options(request, defaults))
        self._ai = self._make_ai(request)
        if self._platform.works.faults.happens(FaultKind.NO_BALANCE):
            # Before the call is opened, so that nothing of its flow happens first.
            self._platform.works.spawn(self._refuse)
        self._leg = self._open(request)
        self._leg.spoken = request.case.persona.language
        studio, lines = self._leg.studio, self._leg.lines
        self._log = studio.log
        self._caller = CallerLeg(clock=studio.clock, log=self._log, lines=lines, on_speech=self._leg.arrived)
        self._keypad = CallerKeypad(clock=studio.clock, log=self._log, lines=lines, on_key=self._key_pressed)
        self._moves = Moves(studio.clock)
        self._log.watch(self._moves.notice)
        lines.listen(self._moves.placed, on_cut=self._moves.cut)
        self._leg.on_end(self._moves.forget)
        self._leg.on_end(self._caller.cut)
        self._leg.on_end(self._keypad.drop)
        self._ended_ms: int | None = None
        self._leg.phone.watch(self._moved)
        self._is_settled = False

    @property
    def is_over(self) -> bool:
        """Whether the call has been hung up."""
        return self._leg.is_over

    async def next_event(self) -> Event | None:
        """Let time pass until something happens; None when the call is over and everything was told."""
        while (event := self._log.take()) is None and not self.is_over:
            happened = await self._platform.clock.step()
            assert happened, "a call that is not over has a timer running"
        if event is None:
            await self._settle()
        return event

    def say(self, utterance: Utterance, *, at: Trigger, label: TurnLabel) -> None:
        """Have the caller sound when a moment comes; nothing once the call is over."""
        if not self.is_over:
            self._moves.add(at, partial(self._say, utterance, label))

    def press(self, digits: str, *, at: Trigger, tones: Tones) -> None:
        """Have the caller press keys when a moment comes; nothing once the call is over."""
        if not self.is_over:
            self._moves.add(at, partial(self._keypad.press, digits, tones))

    def wait(self, *, at: Trigger) -> None:
        """Have the caller do nothing until a moment comes."""
        if not self.is_over:
            self._moves.add(at, self._waited)

    def hang_up(self, *, at: Trigger) -> None:
        """Have the caller hang up when a moment comes."""
        if not self.is_over:
            self._moves.add(at, lambda came: self._leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER, late=came.late))

    def abandon(self) -> None:
        """Have the caller hang up now."""
        self._leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)

    def recording(self) -> Recording | None:
        """Return what was on the line so far; None in the text tier."""
        return self._leg.lines.recording(duration_ms=self._duration_ms)

    def line_achieved(self) -> LineAchieved | None:
        """Return what the caller's line did to its voice so far; None in the text tier."""
        return self._leg.lines.achieved(duration_ms=self._duration_ms)

    def resources(self) -> tuple[Resource, ...]:
        """Return what the platform keeps of the call, as its API shows it."""
        return kept_resources(self._platform.works)

    @property
    def _duration_ms(self) -> int:
        return self._platform.clock.now_ms() if self._ended_ms is None else self._ended_ms

    def _make_ai(self, request: CallRequest) -> Record:
        config = request.arm.agent
        ai = self._platform.ais.create(
            {
                "name": request.arm.prompt.label,
                "engine_model": config.engine_model,
                "init_prompt": config.init_prompt,
                "parameter": dict(config.parameter),
                "stt_language": config.stt_language,
                "tool_names": list(self._setup.tools),
                "auto_aicall_audit_enabled": self._setup.audit,
            }
        )
        self._platform.works.casting.voices[ai["id"]] = config.voice
        return ai

    def _open(self, request: CallRequest) -> Leg:
        switchboard = self._platform.works.switchboard
        variables = {
            "harness.ai_id": str(self._ai["id"]),
            "harness.prompt": request.arm.prompt.text,
            **dict(self._setup.variables),
        }
        actions = self._platform.works.activeflows.actions_of(self._setup.flow or _direct_flow(str(self._ai["id"])))
        surroundings: Surroundings = request.case.persona.surroundings
        destination: dict[str, Any] = (
            {"type": "tel", "target": _OUR_NUMBER["target"]}
            if self._setup.flow
            else {"type": "ai", "target": self._ai["id"]}
        )
        if not self._setup.outgoing:
            return switchboard.receive(
                actions,
                flow=None,
                source=_CALLER,
                destination=destination,
                variables=variables,
                seed=request.seed,
                surroundings=surroundings,
            )
        leg = switchboard.open(
            born=CallStatus.DIALING,
            direction=Direction.OUTGOING,
            source=_OUR_NUMBER,
            destination=_CALLER,
            seed=request.seed,
            surroundings=surroundings,
        )
        switchboard.attach_flow(
            leg, Order(source=_OUR_NUMBER, destination=_CALLER, actions=actions, variables=variables)
        )
        leg.studio.clock.after(0, leg.ring)
        leg.studio.clock.after(leg.studio.latency.answer_ms(), leg.answer)
        return leg

    def _say(self, utterance: Utterance, label: TurnLabel, came: Came) -> Awaitable[None] | None:
        over_agent = self._moves.agent_speaks
        if label is TurnLabel.BACKCHANNEL and not over_agent:
            self._log.add(EventKind.MOVE_SKIPPED, role=Role.CALLER, text=utterance.shown)
            return None
        return self._caller.say(
            utterance, label=label, planned_ms=came.planned_ms, late=came.late, over_agent=over_agent
        )

    async def _key_pressed(self, digit: str, duration_ms: int) -> None:
        await self._leg.pressed(Digit(digit=digit, duration_ms=duration_ms))

    def _waited(self, came: Came) -> None:
        self._log.add(EventKind.WAITED, role=Role.CALLER, data={"late": came.late})

    def _moved(self, status: CallStatus, _: dict[str, str]) -> None:
        if status is CallStatus.HANGUP:
            self._ended_ms = self._platform.clock.now_ms()

    async def _refuse(self) -> None:
        """Turn the call away, as the platform does with an account that has no balance."""
        self._log.add(EventKind.FAULT_INJECTED, text="no balance", data={"kind": FaultKind.NO_BALANCE.value})
        self._log.add(
            EventKind.SERVICE_FAILED,
            text="the account has no balance (402)",
            data={"service": "account", "stage": "account"},
        )
        self._leg.end(EndReason.NOT_ANSWERED, by="platform", cause=HangupCause.FAILURE)

    async def _settle(self) -> None:
        """Let what follows a call come to its end."""
        if self._is_settled:
            return
        self._is_settled = True
        until_ms = self._platform.clock.now_ms() + SETTLE_MS
        while await self._platform.clock.step(until_ms=until_ms):
            pass


def _options(request: CallRequest, defaults: Defaults) -> PlatformOptions:
    setup = request.case.platform
    session = SessionSetup(
        turn_model=setup.turn_model or defaults.turn_model,
        vad=setup.vad or VadConfig(),
        smart_turn=setup.smart_turn,
        stt_type=setup.stt_type,
    )
    return PlatformOptions(
        seed=request.seed,
        mode=defaults.mode,
        tier=request.tier,
        session=session,
        callees=setup.callees,
        tool_mocks=setup.tool_mocks,
        faults=setup.faults,
        inline=InlineAI(
            engine_model=request.arm.engine_model, stt_language=request.arm.stt_language, tools=setup.tools
        ),
    )


def _direct_flow(ai_id: str) -> tuple[dict[str, Any], ...]:
    """Return what dialling the direct hash of an AI executes."""
    assistance = {"assistance_type": "ai", "assistance_id": ai_id}
    return ({"type": ActionType.ANSWER.value}, {"type": ActionType.AI_TALK.value, "option": assistance})
