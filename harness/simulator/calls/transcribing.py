"""Transcriptions that a flow or a request starts: both sides of a call, one recogniser each (contract section 6.1)."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.interfaces import EarsFactory, Utterance
from harness.model.call import EventKind
from harness.simulator.calls.leg import Leg
from harness.simulator.line.foreign_ears import ears_for
from harness.simulator.line.hearing import Hearing, Told
from harness.telephone.clock import Due
from harness.voipbin.resources import Kind, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    direction: str
    hearing: Hearing
    undo: tuple[Callable[[], None], ...]


class Transcription:
    """One transcription while it runs."""

    def __init__(self, *, leg: Leg, record: Record, ears: EarsFactory, on_done: Callable[[Record], None]) -> None:
        """Begin to listen to the sides the record names; `on_done` is told when it is over."""
        self._leg = leg
        self._record = record
        self._on_done = on_done
        self._started_ms = leg.studio.clock.now_ms()
        self._is_over = False
        self._streaming_id = leg.world.new_id()
        self._speaking: set[str] = set()
        """The sides of which words came that no final has told yet."""
        wanted = ("in", "out") if record["direction"] == "both" else (record["direction"],)
        self._sides = [self._listen(direction, ears) for direction in wanted]
        self._forget = leg.on_end(self.stop)

    def stop(self) -> None:
        """End it; what was said and not yet recognised is lost."""
        if self._is_over:
            return
        self._is_over = True
        self._forget()
        for side in self._sides:
            side.hearing.close()
            for undo in side.undo:
                undo()
        self._leg.world.change(self._record, event="transcribe_done", status="done")
        self._on_done(self._record)

    def _listen(self, direction: str, ears: EarsFactory) -> _Side:
        leg = self._leg
        expected = self._record["language"] or "en-US"
        spoken = leg.spoken if direction == "in" else ""
        hearing = Hearing(
            studio=leg.studio,
            ears=ears_for(ears(expected), expected=expected, spoken=spoken, dice=leg.studio.dice),
            on_transcript=lambda told: self._told(told, direction),
            salt=f"transcribe {direction} ",
        )
        hearing.open()
        if direction == "in":
            live = leg.add_live_ear(lambda told: self._told(told, direction))
            return _Side(direction=direction, hearing=hearing, undo=(leg.add_ear(hearing), live))
        return _Side(direction=direction, hearing=hearing, undo=(self._follow_platform(hearing),))

    def _follow_platform(self, hearing: Hearing) -> Callable[[], None]:
        clock = self._leg.studio.clock
        count = 0
        coming: list[tuple[int, Due]] = []

        def played(utterance: Utterance, at_ms: int) -> None:
            nonlocal count
            number = count
            count += 1
            delay_ms = max(at_ms - clock.now_ms(), 0)
            # Recognising takes time of the event loop, and putting sound on a line does not wait for it.
            due = clock.after(0, lambda: hearing.listen(utterance, number=number, delay_ms=delay_ms))
            coming[:] = [each for each in coming if not each[1].is_over]
            coming.append((at_ms, due))

        def cut(at_ms: int) -> None:
            for begin_ms, due in coming:
                if begin_ms >= at_ms:
                    due.cancel()
            hearing.cut(at_ms)

        return self._leg.lines.listen(played, on_cut=cut)

    def _told(self, told: Told, direction: str) -> None:
        world, record = self._leg.world, self._record
        kind = EventKind.TRANSCRIPT_FINAL if told.is_final else EventKind.TRANSCRIPT_INTERIM
        if direction == "in":
            self._leg.studio.log.add(kind, text=told.text, data={"utterance": told.number, "by": "transcribe"})
        if direction not in self._speaking:
            self._speaking.add(direction)
            self._publish("started", "", direction)
        self._publish("ended" if told.is_final else "interim", told.text, direction, keeps=told.is_final)
        if told.is_final:
            self._speaking.discard(direction)
            world.create(
                Kind.TRANSCRIPT,
                event="transcript_created",
                event_activeflow=record["activeflow_id"],
                customer_id=record["customer_id"],
                transcribe_id=record["id"],
                direction=direction,
                message=told.text,
                tm_transcript=max(told.word_end_ms - self._started_ms, 0),
            )

    def _publish(self, what: str, message: str, direction: str, *, keeps: bool = True) -> None:
        record = self._record
        speech = {
            "id": record["id"],
            "customer_id": record["customer_id"],
            "streaming_id": self._streaming_id,
            "transcribe_id": record["id"],
            "activeflow_id": record["activeflow_id"],
            "direction": direction,
            "message": message,
            "tm_event": self._leg.studio.clock.now_ms(),
        }
        self._leg.world.publish(f"transcribe_speech_{what}", speech, keeps=keeps)
