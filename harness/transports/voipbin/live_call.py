"""A call in real time: the harness's caller at one end of a network, the agent at the other, both on one clock.

The call's clock begins when it is dialled and follows the wall clock. A pump brings in what arrives, every few
milliseconds; the caller's moves happen when their moments come, as in a simulated call.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, assert_never

import numpy as np

from harness.audio.recording import Recording
from harness.errors import CallError, HarnessError
from harness.interfaces import Ears, Utterance
from harness.interfaces.carriers import Carrier, CarrierEvent, CarrierEventKind, Ending
from harness.model.call import EndReason, Event, EventKind, Fact, Role, Tier, TurnLabel
from harness.model.moves import Tones, Trigger
from harness.model.persona import Surroundings
from harness.model.quality import LineAchieved
from harness.simulator.line.far_line import line_of
from harness.simulator.line.lines import Lines
from harness.telephone.clock import VirtualClock
from harness.telephone.moves import Came, Moves
from harness.telephone.pacing import Driver, Pace
from harness.transports.voipbin.agent_side import AgentSide
from harness.transports.voipbin.agent_words import AgentWords
from harness.transports.voipbin.call_end import call_end
from harness.transports.voipbin.held_log import HeldLog
from harness.transports.voipbin.live_voice import LiveVoice
from harness.transports.voipbin.side_work import SideWork
from harness.voipbin.refusals import failed_stage

PUMP_S: Final = 0.005
ANSWER_WITHIN_MS: Final = 45_000
"""A call that rings longer is given up."""
_HANG_UP_S: Final = 5.0
_WORDS_S: Final = 10.0
"""How long the last words may take to be recognised after the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a call needs to know beside its line."""

    seed: int
    surroundings: Surroundings
    ears: Ears | None = None
    """Recognises the agent where the platform does not tell its words; None: nobody does during the call."""
    needs_words: bool = False
    """Whether the caller goes on by what the agent said."""
    answer_within_ms: int = ANSWER_WITHIN_MS


class LiveCall:
    """One call, from the dialling on."""

    def __init__(
        self,
        carrier: Carrier,
        setting: Setting,
        *,
        dialled_s: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take a call that is on its way.

        Args:
            carrier: The network.
            setting: Who calls, over which line.
            dialled_s: When it was dialled, on the clock of `now`; None: now.
            now: Seconds; the carrier's clock.
        """
        started_s = now()
        self._origin_s = started_s if dialled_s is None else dialled_s
        self.clock = VirtualClock()
        self.clock.pass_to(round((started_s - self._origin_s) * 1000))
        self._driver = Driver(self.clock, pace=Pace.REAL_TIME, now=now)
        self._carrier = carrier
        self._setting = setting
        self._lines = Lines(seed=setting.seed, surroundings=setting.surroundings, tier=Tier.AUDIO, clock=self.clock)
        self._hisses = line_of(setting.surroundings).has_noise
        self.words = AgentWords()
        self.told_late: list[Event] = []
        self._beside = SideWork(self.break_off)
        self.spawn = self._beside.spawn
        """Lets something happen as long as the call lasts; an error of it breaks the call."""
        self.log = HeldLog(self.clock, certain_ms=lambda: self._agent.certain_ms())
        self._moves = Moves(self.clock)
        self._voice = LiveVoice(
            carrier,
            clock=self.clock,
            log=self.log,
            lines=self._lines,
            spawn=self.spawn,
            on_over=lambda: self._agent.caller_stops(),
        )
        self._agent = AgentSide(
            clock=self.clock,
            log=self.log,
            moves=self._moves,
            voice=self._voice,
            words=self.words,
            ears=setting.ears if setting.needs_words else None,
            spawn=self.spawn,
        )
        self.log.watch(self._moves.notice)
        self.answered_ms: int | None = None
        """None until it is answered."""
        self.hung_up_here = True
        """Whether our side ended it."""
        self._ended_ms: int | None = None
        self.log.add(EventKind.CALL_DIALING)
        self.clock.after(setting.answer_within_ms, self._not_answered)

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self._ended_ms is not None

    @property
    def duration_ms(self) -> int:
        """How long it has lasted, or lasted."""
        return self.clock.now_ms() if self._ended_ms is None else self._ended_ms

    def ms(self, at_s: float) -> int:
        """Return a moment of the wall clock on the call's."""
        return round((at_s - self._origin_s) * 1000)

    def tell(self, event: Event) -> None:
        """Take what the platform told while the call lasted; what comes after its end is kept in `told_late`."""
        if self.is_over:
            self.told_late.append(event)
        else:
            self._driver.catch_up()
            self.log.note(event.kind, at_ms=event.at_ms, role=event.role, text=event.text, data=event.data)

    def tell_words(self) -> None:
        """Take note that more of the agent's words are known."""
        if not self.is_over:
            self._agent.tell_words()

    def say(self, utterance: Utterance, *, at: Trigger, label: TurnLabel) -> None:
        """Have the caller sound when a moment comes; nothing once the call is over."""
        self._add(at, partial(self._say, utterance, label), lead_ms=self._voice.lead_ms)

    def press(self, digits: str, *, at: Trigger, tones: Tones) -> None:
        """Have the caller press keys when a moment comes; nothing once the call is over."""
        self._add(at, lambda came: self._voice.press(digits, tones=tones, came=came))

    def wait(self, *, at: Trigger) -> None:
        """Have the caller do nothing until a moment comes."""
        self._add(at, lambda came: self.log.add(EventKind.WAITED, role=Role.CALLER, data={"late": came.late}))

    def hang_up(self, *, at: Trigger) -> None:
        """Have the caller hang up when a moment comes."""
        self._add(at, lambda came: self.end(EndReason.CALLER_HANGUP, by=Role.CALLER.value, late=came.late))

    def start(self) -> None:
        """Let time pass."""
        for part in (self._driver.run, self._pump, self._follow_carrier):
            self.spawn(part())

    async def stop(self) -> None:
        """Hang up, whatever happened, and end everything that runs."""
        self.end(EndReason.CALLER_HANGUP, by=Role.CALLER.value)
        await self._beside.stop()
        await self._hang_up()

    async def next_event(self) -> Event | None:
        """Return what happens next; None when the call is over and everything was told."""
        return await self.log.next()

    def end(self, reason: EndReason, *, by: str, late: bool = False, **data: Fact) -> None:
        """End the call now; nothing when it is over."""
        if self._ended_ms is not None:
            return
        self._driver.catch_up()
        self._moves.forget()
        self._voice.cut()
        self._agent.close()
        self.hung_up_here = by == Role.CALLER.value
        # Sound that is on its way out may be stamped a few milliseconds from now.
        self._ended_ms = max(self.clock.now_ms(), self.log.latest_ms)
        self.log.note(
            EventKind.CALL_HANGUP, at_ms=self._ended_ms, data={"reason": reason.value, "by": by, "late": late, **data}
        )
        self.spawn(self._finish())

    def break_off(self, error: Exception, *, service: str = "line") -> None:
        """End the call because something that carries or follows it failed."""
        if self._ended_ms is not None:
            return
        if not isinstance(error, HarnessError):
            self.log.close(error)
            return
        self.log.add(EventKind.SERVICE_FAILED, text=str(error), data={"service": service, "stage": failed_stage(error)})
        self.end(EndReason.LINE_DROPPED, by="platform")

    def recording(self) -> Recording:
        """Return what was on the line so far."""
        caller = self._lines.recording(duration_ms=self.duration_ms)
        assert caller is not None, "a call with a carrier has sound"
        return replace(caller, agent=self._agent.window(0, self.duration_ms))

    def line_achieved(self) -> LineAchieved | None:
        """Return what the persona's line did to the caller's voice so far."""
        return self._lines.achieved(duration_ms=self.duration_ms)

    def _add(self, at: Trigger, make: Callable[[Came], None], *, lead_ms: Callable[[], int] = lambda: 0) -> None:
        if not self.is_over:
            self._driver.catch_up()
            self._moves.add(at, partial(self._make, make), lead_ms=lead_ms)

    def _make(self, make: Callable[[Came], None], came: Came) -> Awaitable[None] | None:
        try:
            make(came)
        # Whoever drives a clock goes on whatever an event of it does; this call does not.
        except Exception as error:
            self.break_off(error)
        return None

    def _say(self, utterance: Utterance, label: TurnLabel, came: Came) -> None:
        over_agent = self._moves.agent_speaks
        if label is TurnLabel.BACKCHANNEL and not over_agent:
            self.log.add(EventKind.MOVE_SKIPPED, role=Role.CALLER, text=utterance.shown)
            return
        self._voice.say(utterance, label=label, came=came, over_agent=over_agent)

    async def _pump(self) -> None:
        while not self.is_over:
            self._driver.catch_up()
            for sound in self._carrier.read():
                samples = np.frombuffer(sound.pcm, dtype="<i2").astype(np.int16)
                if self.answered_ms is not None:
                    self._agent.hear(samples, at_ms=self.ms(sound.at_s))
            if self.answered_ms is not None:
                self._agent.pass_to(self.clock.now_ms())
                if self._hisses:
                    self._voice.hiss()
            self.log.stir()
            await asyncio.sleep(PUMP_S)

    async def _follow_carrier(self) -> None:
        while not self.is_over:
            event = await self._carrier.event()
            self._driver.catch_up()
            self._take(event)

    def _take(self, event: CarrierEvent) -> None:
        at_ms = self.ms(event.at_s)
        match event.kind:
            case CarrierEventKind.RINGING:
                self.log.note(EventKind.CALL_RINGING, at_ms=at_ms)
            case CarrierEventKind.ANSWERED:
                if self.answered_ms is None:
                    self.answered_ms = at_ms
                    self._lines.open()
                    self.log.note(EventKind.CALL_PROGRESSING, at_ms=at_ms)
            case CarrierEventKind.KEY:
                self.log.note(EventKind.DTMF, at_ms=at_ms, role=Role.AGENT, text=event.key)
            case CarrierEventKind.ENDED:
                self._carrier_ended(event.ending or Ending.LOST, event.detail, event.error)
            case _:
                assert_never(event.kind)

    def _carrier_ended(self, ending: Ending, detail: str, error: Exception | None = None) -> None:
        if error is not None and self.answered_ms is not None:
            self.break_off(error, service="call")
            return
        ended = call_end(ending, detail, was_answered=self.answered_ms is not None)
        if ended.refusal:
            self.log.close(error or CallError(ended.refusal))
        elif ended.failure:
            self.log.add(EventKind.SERVICE_FAILED, text=ended.failure, data={"service": "call", "stage": "line"})
        self.end(ended.reason, by=ended.by)

    def _not_answered(self) -> None:
        if self.answered_ms is None:
            within_s = self._setting.answer_within_ms / 1000
            self._carrier_ended(Ending.NO_ANSWER, f"nobody answered within {within_s:g} s")

    async def _finish(self) -> None:
        try:
            await self._hang_up()
            with suppress(TimeoutError):
                async with asyncio.timeout(_WORDS_S):
                    await self._agent.all_heard()
        finally:
            self.log.close()

    async def _hang_up(self) -> None:
        # The network's own context frees the call on the way out.
        with suppress(TimeoutError, HarnessError):
            async with asyncio.timeout(_HANG_UP_S):
                await self._carrier.hang_up()
