"""Two calls that hear each other: what is said at the far end of one is played at the far end of the other."""

from collections.abc import Callable

from harness.interfaces import Utterance
from harness.model.call import EventKind, Fact, Role
from harness.simulator.calls.leg import Leg
from harness.simulator.line.voice import Speech


class Bridge:
    """Joins two answered calls until one of them is over or it is taken apart."""

    def __init__(self, first: Leg, second: Leg, *, on_over: Callable[[], None]) -> None:
        """Join; `on_over` is told once when the bridge is no more while the first call may go on."""
        self._on_over = on_over
        self._is_over = False
        self._undo = [
            first.add_ear(Relay(second, by="caller")),
            second.add_ear(Relay(first, by="callee")),
            *_carry_stream(first, second, by="caller"),
            *_carry_stream(second, first, by="callee"),
            first.on_end(self.end),
            second.on_end(self.end),
        ]

    def end(self) -> None:
        """Take the bridge apart."""
        if self._is_over:
            return
        self._is_over = True
        for undo in self._undo:
            undo()
        self._on_over()


def _carry_stream(source: Leg, target: Leg, *, by: str) -> tuple[Callable[[], None], ...]:
    """Play on one call what the far end of another says in a stream; returns how to stop."""
    number = 0

    def spoke(said: str | None) -> None:
        nonlocal number
        if target.is_over:
            return
        if said is None:
            number = target.next_speech()
            data: dict[str, Fact] = {"reply": number, "by": by}
            target.studio.log.add(EventKind.SPEECH_STARTED, role=Role.AGENT, data=data)
        else:
            data = {"interrupted": False, "reply": number, "by": by}
            target.studio.log.add(EventKind.SPEECH_STOPPED, role=Role.AGENT, text=said, data=data)

    return source.add_frame_ear(target.play_live), source.add_live_speech(spoke)


class Relay:
    """Plays on one call what it is told of another's far end."""

    def __init__(self, leg: Leg, *, by: str) -> None:
        """Take where it is played, and who is said to speak."""
        self._leg = leg
        self._by = by
        self._speech: Speech | None = None
        leg.on_end(lambda: self.cut(leg.studio.clock.now_ms()))

    async def listen(self, utterance: Utterance, *, number: int) -> None:
        """Play an utterance that begins now."""
        leg = self._leg
        if leg.is_over:
            return
        speech = Speech(
            studio=leg.studio,
            lines=leg.lines,
            number=leg.next_speech(),
            text=utterance.text,
            on_over=lambda: None,
            by=self._by,
        )
        self._speech = speech
        speech.play(utterance.text, utterance)
        speech.close()

    def cut(self, at_ms: int) -> None:
        """Fall silent with whoever spoke."""
        if self._speech is not None:
            self._speech.cut()
