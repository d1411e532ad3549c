"""Somebody at the far end of a call the platform places: rings, answers, says a few lines, hangs up, or does not."""

from functools import partial
from typing import Final, assert_never

from harness.interfaces import Mouth, Utterance
from harness.model.call import EndReason, Event, EventKind, Role
from harness.model.platform import Answering, Callee
from harness.simulator.calls.leg import Leg
from harness.simulator.line.caller_leg import CallerLeg
from harness.telephone.clock import Due
from harness.voipbin.calls import HangupCause
from harness.voipbin.parameters import DIAL_TIMEOUT_MS

REACTION_MS: Final = 500
"""Pause before a callee speaks."""
GOODBYE_MS: Final = 800
"""Pause between a callee's last line and their hanging up."""


class FarEnd:
    """A callee on one call. Silent without lines of their own, until the other side hangs up."""

    def __init__(self, callee: Callee, *, leg: Leg, mouth: Mouth) -> None:
        """Take the call, which is ringing or about to."""
        self._callee = callee
        self._leg = leg
        self._mouth = mouth
        self._said = 0
        self._is_speaking = False
        self._next: Due | None = None
        """The line they are about to say."""
        self._was_spoken_to = False
        """Whether the other side said something since their last line began."""
        self._speaks = CallerLeg(clock=leg.studio.clock, log=leg.studio.log, lines=leg.lines, on_speech=leg.arrived)
        leg.on_end(self._speaks.cut)
        leg.studio.log.watch(self._notice)

    def ring(self, *, number: int) -> None:
        """Ring, and do what this callee does with a ringing telephone."""
        leg, callee = self._leg, self._callee
        clock = leg.studio.clock
        ring_ms = leg.studio.latency.ring_ms(number) if callee.ring_ms is None else callee.ring_ms
        match callee.answering:
            case Answering.ANSWERS:
                clock.after(0, leg.ring)
                clock.after(max(ring_ms, 1), self._answer)
            case Answering.BUSY:
                clock.after(min(ring_ms, DIAL_TIMEOUT_MS - 1), partial(self._refuse, HangupCause.BUSY))
            case Answering.REJECTS:
                clock.after(0, leg.ring)
                clock.after(max(min(ring_ms, DIAL_TIMEOUT_MS - 1), 1), partial(self._refuse, HangupCause.NO_ANSWER))
            case Answering.NO_ANSWER:
                clock.after(0, leg.ring)
            case _:
                assert_never(callee.answering)

    def _answer(self) -> None:
        if not self._leg.is_over:
            self._leg.answer()
            self._take_turn()

    def _refuse(self, cause: HangupCause) -> None:
        self._leg.end(EndReason.NOT_ANSWERED, by=Role.CALLER, cause=cause)

    def _take_turn(self) -> None:
        """Be about to say the next line, unless they speak, are about to already, or have said everything."""
        waits = self._next is not None and not self._next.is_over
        if self._said < len(self._callee.says) and not self._is_speaking and not waits:
            self._next = self._leg.studio.clock.after(REACTION_MS, self._speak)

    async def _speak(self) -> None:
        if self._leg.is_over:
            return
        line = self._callee.says[self._said]
        self._said += 1
        self._is_speaking = True
        self._was_spoken_to = False
        utterance: Utterance = await self._mouth.speak(line)
        if not self._leg.is_over:
            await self._speaks.say(utterance)

    def _notice(self, event: Event) -> None:
        match event.kind, event.role:
            case EventKind.SPEECH_STOPPED, Role.AGENT if self._said:
                self._was_spoken_to = True
                self._take_turn()
            case EventKind.SPEECH_STOPPED, Role.CALLER:
                self._is_speaking = False
                self._after_line()
            case _:
                pass

    def _after_line(self) -> None:
        if self._callee.says and self._said >= len(self._callee.says):
            self._leg.studio.clock.after(GOODBYE_MS, self._hang_up)
        elif self._was_spoken_to:
            # They were spoken to while they spoke.
            self._take_turn()

    def _hang_up(self) -> None:
        self._leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)
