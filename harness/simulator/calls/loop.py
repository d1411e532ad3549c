"""A call of the platform to itself: each of two legs is the far end of the other."""

from collections import deque
from collections.abc import Callable

from harness.interfaces import Utterance
from harness.model.call import Event, EventKind, Role
from harness.simulator.calls.leg import Leg
from harness.simulator.line.caller_leg import CallerLeg
from harness.telephone.clock import Due


class Loop:
    """Carries what is played on either leg to the other, until one of them is over."""

    def __init__(self, first: Leg, second: Leg) -> None:
        """Join two answered legs."""
        first.far, second.far = second, first
        self._undo = [_carry(first, second), _carry(second, first)]
        for leg in (first, second):
            leg.on_end(self._end)

    def _end(self) -> None:
        undo, self._undo = self._undo, []
        for each in undo:
            each()


def _carry(source: Leg, target: Leg) -> Callable[[], None]:
    mouth = _FarMouth(target)
    stop = source.lines.listen(mouth.played, on_cut=mouth.cut)

    def end() -> None:
        stop()
        mouth.close()

    return end


class _FarMouth:
    """Says on one leg what is played on the other, one utterance after the other."""

    def __init__(self, leg: Leg) -> None:
        self._leg = leg
        self._coming: list[tuple[int, Due]] = []
        """When what will be played begins, and its beginning."""
        self._waiting: deque[Utterance] = deque()
        self._is_speaking = False
        self._is_open = True
        self._speaks = CallerLeg(clock=leg.studio.clock, log=leg.studio.log, lines=leg.lines, on_speech=leg.arrived)
        leg.studio.log.watch(self._notice)

    def played(self, utterance: Utterance, at_ms: int) -> None:
        begin_ms = max(at_ms, self._leg.studio.clock.now_ms())
        due = self._leg.studio.clock.at(begin_ms, lambda: self._begin(utterance))
        self._coming = [(each_ms, each) for each_ms, each in self._coming if not each.is_over]
        self._coming.append((begin_ms, due))

    def cut(self, at_ms: int) -> None:
        for begin_ms, due in self._coming:
            if begin_ms >= at_ms:
                due.cancel()
        self._waiting.clear()
        if at_ms <= self._leg.studio.clock.now_ms():
            # A later moment concerns what is to be played behind what sounds now.
            self._speaks.cut()
            self._leg.cut_arrivals(at_ms)

    def close(self) -> None:
        self._is_open = False
        self.cut(self._leg.studio.clock.now_ms())

    async def _begin(self, utterance: Utterance) -> None:
        if not self._is_open:
            return
        if self._is_speaking:
            self._waiting.append(utterance)
            return
        self._is_speaking = True
        await self._speaks.say(utterance)

    def _notice(self, event: Event) -> None:
        if event.kind is EventKind.SPEECH_STOPPED and event.role is Role.CALLER:
            self._is_speaking = False
            if self._waiting and self._is_open:
                utterance = self._waiting.popleft()
                self._leg.studio.clock.after(0, lambda: self._begin(utterance))
