"""The AI session of a call: it speaks first, listens while it speaks, yields when the caller does, and remembers.

Only final transcripts become messages. All finals of one user turn are answered by one run of the language model. What
was written is stored whole, however little of it was heard. An agent that has nothing to answer, because nothing was
recognised or a service failed, stays silent: the platform never asks again by itself.
"""

from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from harness.interfaces import Message, MessageRole, ToolCall
from harness.model.call import EventKind
from harness.simulator.calls.leg import Leg
from harness.simulator.line.hearing import Told
from harness.simulator.sessions.asking import Asking
from harness.simulator.sessions.book import MessageBook
from harness.simulator.sessions.cast import Cast, Member, Transition
from harness.simulator.sessions.history import in_order
from harness.simulator.sessions.idle import IdleWatch
from harness.simulator.sessions.reply import Reply
from harness.simulator.sessions.toolbox import OnReturned, Toolbox
from harness.simulator.sessions.turns import TurnModel
from harness.simulator.sessions.writing import Written
from harness.telephone.clock import Due
from harness.voipbin.messages import system_messages


class SessionEnd(StrEnum):
    """How a session ended before the call did."""

    SERVICE_STOPPED = "service_stopped"
    """The flow goes on with its next action."""
    FLOW_STOPPED = "flow_stopped"
    """The flow is over, and the call with it."""


OnOver: TypeAlias = Callable[[SessionEnd], Awaitable[None] | None]


class Session:
    """One voice session, from `progressing` until it is stopped or the call is over."""

    def __init__(
        self,
        *,
        leg: Leg,
        cast: Cast,
        turns: TurnModel,
        book: MessageBook,
        toolbox: Toolbox,
        on_over: OnOver,
        on_member: Callable[[Member], None],
    ) -> None:
        """Make a session that has not begun.

        Args:
            leg: The call.
            cast: Who answers.
            turns: Decides when the caller's turn begins and ends.
            book: Keeps the messages.
            toolbox: Does what the agent's tools do.
            on_over: Told when a tool ended the session.
            on_member: Told who speaks from now on, at the start and at every hand-over.
        """
        self._leg = leg
        self._studio = leg.studio
        self._cast = cast
        self._member = cast.first
        self._turns = turns
        self._book = book
        self._toolbox = toolbox
        self._on_over = on_over
        self._on_member = on_member
        self._history: list[Message] = []
        self._unanswered = 0
        self._replies: list[Reply] = []
        self._asking = Asking(leg.studio)
        self._deadline: Due | None = None
        self._idle = IdleWatch(leg.studio, on_idle=lambda: self.die("idle"))
        self._quiet_since_ms = 0
        self._is_alive = False
        self._has_ended = False
        self._is_in_turn = False
        self._owes_answer = False

    @property
    def is_alive(self) -> bool:
        """Whether it has begun and not ended."""
        return self._is_alive

    @property
    def has_ended(self) -> bool:
        """Whether it is over, or lost its pipeline."""
        return self._has_ended

    @property
    def is_speaking(self) -> bool:
        """Whether an answer is on its way or sounds."""
        return self._asking.is_waiting or any(not reply.is_over for reply in self._replies)

    def attends(self, since_ms: int) -> bool:
        """Return whether a word that began then is listened to: not while the agent speaks and does not yield."""
        return self._turns.yields or (not self.is_speaking and since_ms >= self._quiet_since_ms)

    async def begin(self) -> None:
        """Start: the system messages are stored, and the agent is asked to speak first; nothing once it has ended."""
        if self._has_ended:
            return
        self._is_alive = True
        self._enter(self._member)
        for content in system_messages(self._member.config.init_prompt, parameter=self._member.config.parameter):
            self._book.system(content)
        self._idle.start()
        await self._respond()

    def heard(self, told: Told) -> None:
        """Take a transcript: it may begin a user turn, which interrupts the agent, and it moves the turn's end."""
        if not self._is_alive or (not self._turns.yields and self.is_speaking):
            return
        if self._turns.hear(self._studio.clock.now_ms(), text=told.text, final=told.is_final):
            self._turn_began()
        if told.is_final:
            self._user(told.text)
        self._reschedule()

    def voice(self, *, speaking: bool) -> None:
        """Take a change of the voice activity detector."""
        if not self._is_alive:
            return
        if self._turns.voice(self._studio.clock.now_ms(), speaking=speaking):
            self._turn_began()
        self._reschedule()

    async def dtmf(self, digit: str, *, duration_ms: int) -> None:
        """Take a key: it is one message, and is answered at once."""
        if self._is_alive and self.attends(self._studio.clock.now_ms()):
            self._interrupt()
            self._user(f"type: DTMF_EVENT\ndigit: {digit}\nduration: {duration_ms}")
            await self._answer()

    async def inject(self, text: str) -> None:
        """Take a written message from outside: a user turn that is answered in writing, without speech.

        One that comes before the session has begun is part of what its first answer knows.
        """
        if not self._is_alive and not self._has_ended:
            self._history.append(Message(role=MessageRole.USER, content=text))
        if self._is_alive:
            self._history.append(Message(role=MessageRole.USER, content=text))
            await self._respond(silently=True)

    def die(self, reason: str) -> None:
        """Lose the pipeline: nothing more is heard, written or said, and the call stays (contract 5.4, rule 6)."""
        if not self._has_ended:
            self._studio.log.add(EventKind.PIPELINE_ENDED, data={"reason": reason})
            self.end()

    def end(self) -> None:
        """Stop everything."""
        self._is_alive = False
        self._has_ended = True
        self._idle.stop()
        if self._deadline is not None:
            self._deadline.cancel()
        for reply in self._replies:
            reply.abandon()
        self._toolbox.close()

    def _user(self, text: str) -> None:
        self._history.append(Message(role=MessageRole.USER, content=text))
        self._unanswered += 1
        self._book.user(text)

    def _turn_began(self) -> None:
        self._is_in_turn = True
        self._interrupt()

    def _interrupt(self) -> None:
        self._asking.interrupt()
        for reply in self._replies:
            reply.interrupt()

    def _reschedule(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        if self._turns.deadline_ms is not None:
            at_ms = max(self._turns.deadline_ms, self._studio.clock.now_ms())
            self._deadline = self._studio.clock.at(at_ms, self._turn_ended)

    async def _turn_ended(self) -> None:
        self._turns.end()
        self._is_in_turn = False
        self._studio.log.add(EventKind.USER_TURN_ENDED)
        if self._unanswered or self._owes_answer:
            await self._answer()

    async def _answer(self) -> None:
        self._unanswered = 0
        self._owes_answer = False
        await self._respond()

    async def _respond(self, *, silently: bool = False) -> None:
        studio, member = self._studio, self._member
        number, begun_ms = self._leg.next_speech(), studio.clock.now_ms()

        def written(answer: Written) -> None:
            if self._is_alive:
                self._play(answer, member, number=number, begun_ms=begun_ms, silently=silently)

        await self._asking.ask(
            member.agent.reply(in_order(self._history), tools=member.specs),
            service=member.config.engine_model,
            on_written=written,
        )

    def _play(self, written: Written, member: Member, *, number: int, begun_ms: int, silently: bool) -> None:
        studio = self._studio
        self._replies = [reply for reply in self._replies if not reply.is_over]
        reply = Reply(
            number=number,
            written=written,
            studio=studio,
            mouth=None if silently else member.mouth,
            lines=self._leg.lines,
            on_written=partial(self._written, number, silently),
            on_over=self._fallen_silent,
            begun_ms=begun_ms,
            begin_after=self._replies[-1] if self._replies else None,
        )
        self._replies.append(reply)
        self._book.foresee(
            written, number=number, latency=studio.latency, begun_ms=begun_ms, is_wanted=lambda: not reply.is_over
        )

    def _written(self, number: int, silently: bool, text: str, calls: Sequence[ToolCall]) -> Awaitable[None] | None:
        self._history.append(Message(role=MessageRole.ASSISTANT, content=text, tool_calls=tuple(calls)))
        self._book.assistant(text, calls=calls, reply=number)
        return self._use_tools(calls, silently=silently) if calls else None

    async def _use_tools(self, calls: Sequence[ToolCall], *, silently: bool) -> None:
        left, member = len(calls), self._member
        run_llm = False

        async def returned(call: ToolCall, content: str, runs_llm: bool) -> None:
            nonlocal left, run_llm
            left -= 1
            run_llm = run_llm or runs_llm
            self._history.append(Message(role=MessageRole.TOOL, content=content, tool_call_id=call.id))
            if left or not run_llm or not self._is_alive:
                return
            if self._is_in_turn and not silently:
                # Somebody who is speaking is answered with the result in hand, once that turn is over.
                self._owes_answer = True
            else:
                await self._respond(silently=silently)

        for call in calls:
            transition = next((t for t in member.transitions if t.tool.name == call.name), None)
            if transition is None:
                await self._toolbox.use(call, member.offered, on_returned=partial(returned, call))
            else:
                await self._hand_over(call, transition, on_returned=partial(returned, call))

    async def _hand_over(self, call: ToolCall, transition: Transition, *, on_returned: OnReturned) -> None:
        member = self._cast.members.get(transition.member_id)
        if member is None:
            await self._toolbox.refuse(
                call, f"There is no member {transition.member_id!r} in this team.", on_returned=on_returned
            )
            return
        self._enter(member)
        for content in system_messages(member.config.init_prompt, parameter=member.config.parameter)[1:]:
            self._book.system(content)
        self._book.notification(f"{member.name or member.ai_id} takes over ({call.name})")
        await self._toolbox.accept(call, {"member": member.name or member.ai_id}, on_returned=on_returned)

    def _enter(self, member: Member) -> None:
        self._member = member
        self._book.active_ai_id = member.ai_id or None
        self._on_member(member)

    def stop(self, how: SessionEnd) -> None:
        """End by a tool or from outside, once what is being said was said: what is queued is played out."""

        def over() -> None:
            self._studio.clock.after(0, partial(self._leave, how))

        if self._replies:
            self._replies[-1].then(over)
        else:
            over()

    def _leave(self, how: SessionEnd) -> Awaitable[None] | None:
        self.end()
        return self._on_over(how)

    def _fallen_silent(self) -> None:
        self._quiet_since_ms = self._studio.clock.now_ms()
