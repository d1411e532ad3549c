"""One AI call on a phone call: its record and states, and the session behind it from start to end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from harness.interfaces import Utterance, VoiceActivity
from harness.model.call import EventKind
from harness.model.platform import TurnModelName, VadConfig
from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.line.foreign_ears import ears_for
from harness.simulator.line.hearing import Hearing, Told
from harness.simulator.line.voice_spans import speech_changes
from harness.simulator.sessions.book import MessageBook
from harness.simulator.sessions.cast import Cast, Member
from harness.simulator.sessions.session import Session, SessionEnd
from harness.simulator.sessions.toolbox import Toolbox
from harness.simulator.sessions.turns import TurnModel, turn_model_of
from harness.telephone.clock import Due
from harness.voipbin.parameters import RUNNER_START_TIMEOUT_MS
from harness.voipbin.resources import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSetup:
    """How sessions of a call listen."""

    turn_model: TurnModelName = TurnModelName.TRANSCRIPT
    vad: VadConfig = field(default_factory=VadConfig)
    smart_turn: bool = False
    stt_type: str = ""

    def turns(self, *, half_duplex: bool, stt_type: str, language: str) -> TurnModel:
        """Return the turn model of a session."""
        return turn_model_of(
            TurnModelName.HALF_DUPLEX if half_duplex else self.turn_model,
            stt_type=self.stt_type or stt_type,
            smart_turn=self.smart_turn,
            language=language,
        )


class AITalk:
    """The AI's part in a call."""

    def __init__(
        self,
        *,
        leg: Leg,
        aicall: Record,
        cast: Cast,
        setup: SessionSetup,
        half_duplex: bool,
        activity: Callable[[], VoiceActivity],
        toolbox: Callable[["AITalk", MessageBook], Toolbox],
        on_over: Callable[[SessionEnd], Awaitable[None] | None],
        on_terminated: Callable[[], None],
        slow_ms: int = 0,
    ) -> None:
        """Make what has not begun.

        Args:
            leg: The call.
            aicall: The AI call's record, which follows from now on.
            cast: Who answers.
            setup: How the session listens.
            half_duplex: Whether nobody listens while the agent speaks.
            activity: Makes the voice activity detector.
            toolbox: Makes the tools, which may end this.
            on_over: Told when it ended before the call.
            on_terminated: Told when it is over, however it came.
            slow_ms: How much longer than usual it takes to start.
        """
        self.leg = leg
        self.aicall = aicall
        self._cast = cast
        self._setup = setup
        self._on_over = on_over
        self._on_terminated = on_terminated
        self._slow_ms = slow_ms
        self._turns = setup.turns(
            half_duplex=half_duplex, stt_type=aicall["ai_stt_type"], language=cast.first.config.stt_language
        )
        self._activity = activity() if self._turns.listens_to_voice else None
        book = MessageBook(world=leg.world, aicall=aicall, log=leg.studio.log)
        self._session = Session(
            leg=leg,
            cast=cast,
            turns=self._turns,
            book=book,
            toolbox=toolbox(self, book),
            on_over=self._left,
            on_member=self._take_over,
        )
        self._hearing: Hearing | None = None
        self._members = 0
        self._voices: list[Due] = []
        self._has_voice = False
        self._is_over = False
        leg.language = cast.first.config.stt_language
        self._undo = [
            leg.add_ear(self),
            leg.add_live_ear(self._told),
            leg.add_keypad(self._pressed),
            leg.on_end(self.end),
        ]

    def start(self) -> None:
        """Join the bridge: the pipeline starts, and the session begins once it runs."""
        delay_ms = self.leg.studio.latency.session_ms() + self._slow_ms
        if delay_ms >= RUNNER_START_TIMEOUT_MS:
            self.leg.studio.clock.after(RUNNER_START_TIMEOUT_MS, self._never)
        else:
            self._hearing = self._new_hearing(self._cast.first)
            self.leg.studio.clock.after(delay_ms, self._begin)

    def stop(self) -> None:
        """End the AI's part and let the flow go on."""
        self._session.stop(SessionEnd.SERVICE_STOPPED)

    def finish_flow(self) -> None:
        """End the AI's part, the flow and the call."""
        self._session.stop(SessionEnd.FLOW_STOPPED)

    def die(self, reason: str) -> None:
        """Lose the pipeline, for a reason such as `died` or `idle`."""
        self._session.die(reason)

    async def inject(self, text: str) -> None:
        """Take a written message."""
        await self._session.inject(text)

    def end(self) -> None:
        """Be over; nothing when it already is."""
        if self._is_over:
            return
        self._is_over = True
        for undo in self._undo:
            undo()
        if self._hearing is not None:
            self._hearing.close()
        self._session.end()
        self._move("terminating", EventKind.AICALL_TERMINATING)
        self._move("terminated", EventKind.AICALL_TERMINATED, tm_end=self.leg.studio.clock.now_ms())
        self._on_terminated()

    async def listen(self, utterance: Utterance, *, number: int) -> None:
        """Hear what the far end begins to say now."""
        if self._hearing is None:
            return
        if self._activity is not None:
            changes = speech_changes(utterance, activity=self._activity, config=self._setup.vad)
            clock = self.leg.studio.clock
            self._voices = [clock.after(change.at_ms, partial(self._voice, change.speaking)) for change in changes]
        await self._hearing.listen(utterance, number=number)

    def cut(self, at_ms: int) -> None:
        """Take note that the far end fell silent before its utterance was over."""
        if self._hearing is not None:
            self._hearing.cut(at_ms)
        for due in self._voices:
            due.cancel()
        if self._has_voice:
            self._voice(False)

    async def _begin(self) -> None:
        if self._is_over or self._session.has_ended:
            return
        # Whatever the flow was playing stops when the AI comes on (contract 5.4, rule 2).
        self.leg.stop_media()
        self._move("progressing", EventKind.AICALL_PROGRESSING)
        if self._hearing is not None:
            self._hearing.open()
        await self._session.begin()

    def _voice(self, speaking: bool) -> None:
        self._has_voice = speaking
        self._session.voice(speaking=speaking)

    def _never(self) -> None:
        if not self._is_over:
            self.leg.studio.log.add(
                EventKind.SERVICE_FAILED,
                text="the voice pipeline did not start within 30 s",
                data={"service": "pipeline", "stage": "session"},
            )

    def _take_over(self, member: Member) -> None:
        """Hear with the ears of whoever speaks now."""
        self._members += 1
        self.leg.world.change(self.aicall, current_member_id=member.member_id or None)
        if self._members > 1 and self._hearing is not None:
            self._hearing.close()
            self._hearing = self._new_hearing(member)
            self._hearing.open()

    def _new_hearing(self, member: Member) -> Hearing:
        studio = self.leg.studio
        expected = member.config.stt_language
        ears = ears_for(member.ears, expected=expected, spoken=self.leg.spoken, dice=studio.dice)
        return Hearing(studio=studio, ears=ears, on_transcript=self._told, attends=self._session.attends)

    def _told(self, told: Told) -> None:
        if not self._session.is_alive or (not self._turns.yields and self._session.is_speaking):
            return
        kind = EventKind.TRANSCRIPT_FINAL if told.is_final else EventKind.TRANSCRIPT_INTERIM
        self.leg.studio.log.add(kind, text=told.text, data={"utterance": told.number, "by": "session"})
        self._session.heard(told)

    async def _pressed(self, digit: Digit) -> None:
        await self._session.dtmf(digit.digit, duration_ms=digit.duration_ms)

    def _left(self, how: SessionEnd) -> Awaitable[None] | None:
        if self._is_over:
            return None
        self.end()
        return self._on_over(how)

    def _move(self, status: str, kind: EventKind, **fields: int) -> None:
        self.leg.studio.log.add(kind)
        self.leg.world.change(self.aicall, event=f"aicall_status_{status}", status=status, **fields)
